#include "client/cli/key_facts.h"

#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/cli/text_file.h"
#include "crypto/epoch.h"
#include "crypto/oprf.h"
#include "crypto/signature.h"
#include "exposure/config/v1/config.pb.h"

namespace exposure::cli {
namespace {

using crypto::KeyKind;
using crypto::Secret;

constexpr std::string_view kSecretMagic = "exposure-key/";

absl::Status NoKeyFile(const std::string& path) {
  return Error(Reason::kKeyFile, absl::StrCat(path, ": is not a key file, neither a secret nor a public one."));
}

void FillEvaluator(const config::v1::EvaluatorPublic& file, KeyFacts& facts) {
  crypto::EvaluatorEntry entry;
  const auto key = ArrayFromHex<32>(file.public_key());
  const auto element = ArrayFromHex<32>(file.possession_element());
  const auto proof = ArrayFromHex<64>(file.possession_proof());
  facts.kind = KeyKind::kEvaluator;
  facts.index = file.index();
  facts.public_key = key;
  if (key && element && proof) {
    entry = {.index = file.index(), .public_key = *key, .possession_element = *element, .possession_proof = *proof};
    if (crypto::CheckEvaluators(*key, crypto::kRuleAdditive, std::vector{entry}).ok()) return;
  }
  facts.problems.push_back("the public file does not prove that its maker had the key");
}

absl::StatusOr<KeyFacts> ReadPublicFacts(const std::string& path) {
  KeyFacts facts;
  config::v1::EvaluatorPublic evaluator;
  if (ReadTextProto(path, Reason::kKeyFile, evaluator).ok()) {
    FillEvaluator(evaluator, facts);
    if (!facts.public_key) return NoKeyFile(path);
    return facts;
  }
  config::v1::SigningPublic file;
  if (!ReadTextProto(path, Reason::kKeyFile, file).ok()) return NoKeyFile(path);
  const std::optional<KeyKind> kind = crypto::KeyKindFromWord(file.kind());
  facts.public_key = ArrayFromHex<32>(file.public_key());
  if (!kind || !facts.public_key) return NoKeyFile(path);
  facts.kind = *kind;
  if (file.fingerprint() != Fingerprint(*facts.public_key)) {
    facts.problems.push_back("public key and fingerprint do not belong together");
  }
  return facts;
}

absl::StatusOr<ByteArray<32>> DerivePublic(KeyKind kind, const Secret& key) {
  if (kind == KeyKind::kEvaluator) {
    ASSIGN_OR_RETURN(const crypto::EvaluatorKey evaluator, crypto::EvaluatorKey::Decode(key.Reveal()));
    return *ToArray<32>(evaluator.public_key().bytes());
  }
  ASSIGN_OR_RETURN(const crypto::SigningKey signing, crypto::SigningKey::Decode(key.Reveal()));
  return signing.public_key();
}

// Kind, passphrase and, where there is none, the public key.
absl::StatusOr<KeyFacts> ReadSecretFacts(BytesView text) {
  KeyFacts facts;
  facts.secret = true;
  if (crypto::IsSealedKey(text)) {
    ASSIGN_OR_RETURN(const crypto::SealedKey sealed, crypto::DecodeSealedKey(text));
    facts.kind = sealed.kind;
    facts.passphrase = sealed.cost;
    return facts;
  }
  const std::string_view line = AsChars(text);
  const size_t begin = line.find(' ') + 1;
  const std::optional<KeyKind> kind = crypto::KeyKindFromWord(line.substr(begin, line.find(' ', begin) - begin));
  if (!kind) return Error(Reason::kKeyFile, "It is a key of a kind or version that this program does not know.");
  facts.kind = *kind;
  ASSIGN_OR_RETURN(const Secret key, crypto::DecodeKeyText(*kind, text));
  ASSIGN_OR_RETURN(facts.public_key, DerivePublic(*kind, key));
  return facts;
}

// What the public file beside a secret one adds.
void AddPublicFile(const std::string& path, KeyFacts& facts) {
  if (access(path.c_str(), F_OK) != 0) return;
  const absl::StatusOr<KeyFacts> beside = ReadPublicFacts(path);
  if (!beside.ok() || beside->kind != facts.kind ||
      (facts.public_key && beside->public_key && *facts.public_key != *beside->public_key)) {
    facts.problems.push_back(absl::StrCat(path, " is not the public file of this key"));
    return;
  }
  facts.index = beside->index;
  facts.public_key = beside->public_key;
  facts.problems.insert(facts.problems.end(), beside->problems.begin(), beside->problems.end());
}

}  // namespace

std::string Fingerprint(const ByteArray<32>& public_key) { return ToHex(crypto::DeriveKeyId(public_key)); }

absl::StatusOr<KeyFacts> ReadKeyFacts(const std::string& path) {
  Secret text(size_t{64} << 10);
  absl::StatusOr<size_t> length = ReadIntoBuffer(path, text.RevealMutable());
  if (!length.ok()) return length.status();
  const BytesView read = text.Reveal().first(*length);
  if (!AsChars(read).starts_with(kSecretMagic)) return ReadPublicFacts(path);
  absl::StatusOr<KeyFacts> facts = ReadSecretFacts(read);
  if (!facts.ok()) return Error(Reason::kKeyFile, absl::StrCat(path, ": ", std::string(facts.status().message())));
  AddPublicFile(absl::StrCat(path, ".pub"), *facts);
  if (const absl::Status status = CheckPrivateFile(path); !status.ok()) {
    facts->problems.emplace_back(status.message());
  }
  return facts;
}

}  // namespace exposure::cli
