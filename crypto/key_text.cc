#include "crypto/key_text.h"

#include <sodium.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace exposure::crypto {
namespace {

constexpr std::string_view kMagic = "exposure-key/1 ";
constexpr size_t kKeySize = 32;

}  // namespace

std::string_view KeyKindWord(KeyKind kind) {
  switch (kind) {
    case KeyKind::kRoot:
      return "root";
    case KeyKind::kCatalogue:
      return "catalogue";
    case KeyKind::kEvaluator:
      return "evaluator";
    case KeyKind::kCustodian:
      return "custodian";
    case KeyKind::kOperator:
      return "operator";
  }
  return "";
}

Secret EncodeKeyText(KeyKind kind, BytesView key) {
  const std::string head = std::string(kMagic) + std::string(KeyKindWord(kind)) + " ";
  Secret text(head.size() + 2 * key.size() + 1);
  char* out = reinterpret_cast<char*>(text.RevealMutable().data());
  out = std::copy(head.begin(), head.end(), out);
  // Writes a terminating zero where the newline goes.
  sodium_bin2hex(out, 2 * key.size() + 1, key.data(), key.size());
  out[2 * key.size()] = '\n';
  return text;
}

absl::StatusOr<Secret> DecodeKeyText(KeyKind kind, BytesView text) {
  const std::string head = std::string(kMagic) + std::string(KeyKindWord(kind)) + " ";
  if (!AsChars(text).starts_with(head)) {
    const std::string word(KeyKindWord(kind));
    return Error(Reason::kKeyFile, absl::StrCat("It is not a key of kind \"", word, "\"."));
  }
  const BytesView rest = text.subspan(head.size());
  Secret key(kKeySize);
  size_t length = 0;
  const char* end = nullptr;
  const char* begin = reinterpret_cast<const char*>(rest.data());
  if (sodium_hex2bin(key.RevealMutable().data(), kKeySize, begin, rest.size(), nullptr, &length, &end) != 0 ||
      length != kKeySize || !(end == begin + rest.size() || (end == begin + rest.size() - 1 && *end == '\n'))) {
    return Error(Reason::kKeyFile, "The key is not 64 hexadecimal digits.");
  }
  return key;
}

}  // namespace exposure::crypto
