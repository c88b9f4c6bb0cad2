#include "client/source/encoding.h"

#include <sodium.h>
#include <unicode/ucnv.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure {
namespace {

constexpr std::string_view kSaveAgain =
    "Open it in its program and save it again as \"CSV UTF-8\"; an encoding is not guessed.";

// The first begins with the mark of UTF-16.
constexpr std::string_view kUtf32Little("\xFF\xFE\0\0", 4), kUtf32Big("\0\0\xFE\xFF", 4);

absl::Status Bad(std::string_view name, std::string_view what) {
  return Error(Reason::kBadSource,
               absl::StrCat(std::string(name), ": ", std::string(what), " ", std::string(kSaveAgain)));
}

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

// One that stops where there is no character.
Converter OpenConverter(const char* encoding) {
  UErrorCode error = U_ZERO_ERROR;
  Converter converter(ucnv_open(encoding, &error));
  if (U_FAILURE(error)) return nullptr;
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  return U_FAILURE(error) ? nullptr : std::move(converter);
}

// Every text of the two encodings is at most three times as long in UTF-8.
bool Convert(const char* encoding, std::string& bytes) {
  const Converter from = OpenConverter(encoding);
  const Converter to = OpenConverter("UTF-8");
  if (from == nullptr || to == nullptr) return false;
  std::string out(bytes.size() * 3 + 4, '\0');
  char* end = out.data();
  const char* next = bytes.data();
  std::array<UChar, 1024> pivot;
  UChar* pivot_source = pivot.data();
  UChar* pivot_target = pivot.data();
  UErrorCode error = U_ZERO_ERROR;
  ucnv_convertEx(to.get(), from.get(), &end, out.data() + out.size(), &next, bytes.data() + bytes.size(), pivot.data(),
                 &pivot_source, &pivot_target, pivot.data() + pivot.size(), /*reset=*/true, /*flush=*/true, &error);
  sodium_memzero(pivot.data(), sizeof(pivot));
  out.resize(static_cast<size_t>(end - out.data()));
  std::swap(bytes, out);
  sodium_memzero(out.data(), out.size());
  return U_SUCCESS(error);
}

bool IsAsciiLetter(unsigned char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

// Œ, Š, Ž, œ, š, ž, Ÿ and À to ÿ but × and ÷.
bool IsHighLetter(unsigned char c) {
  if (c >= 0xC0) return c != 0xD7 && c != 0xF7;
  return c == 0x8A || c == 0x8C || c == 0x8E || c == 0x9A || c == 0x9C || c == 0x9E || c == 0x9F;
}

// € … ‘ ’ “ ” • – — ™, no-break space, £ § © ® ° · ½.
bool IsHighSign(unsigned char c) {
  constexpr std::string_view kSigns = "\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xA0\xA3\xA7\xA9\xAE\xB0\xB7\xBD";
  return kSigns.find(static_cast<char>(c)) != kSigns.npos;
}

// Other encodings with one byte a character have whole words above 0x7F, or signs where 1252 has letters.
bool IsPlausible1252(std::string_view bytes) {
  size_t run = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if (c < 0x80) {
      if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) return false;
      run = 0;
    } else if (IsHighLetter(c)) {
      const bool beside = (i > 0 && IsAsciiLetter(static_cast<unsigned char>(bytes[i - 1]))) ||
                          (i + 1 < bytes.size() && IsAsciiLetter(static_cast<unsigned char>(bytes[i + 1])));
      if (++run > 2 || (!beside && run == 1 && (i + 1 == bytes.size() || !IsHighLetter(bytes[i + 1])))) return false;
    } else if (IsHighSign(c)) {
      run = 0;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  const size_t size = text.size();
  for (size_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(text.data(), i, size, c);
    if (c < 0) return false;
  }
  return true;
}

absl::StatusOr<std::string> DecodeToUtf8(std::string_view name, std::string& bytes) {
  if (bytes.starts_with(kUtf32Little) || bytes.starts_with(kUtf32Big)) {
    return Bad(name, "begins with the mark of UTF-32, which is not read (iconv -f UTF-32 -t UTF-8 converts it).");
  }
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    const char* encoding = bytes.starts_with("\xFF\xFE") ? "UTF-16LE" : "UTF-16BE";
    if (bytes.size() % 2 != 0) return Bad(name, "is UTF-16 that ends inside a character: the end may be missing.");
    if (!Convert(encoding, bytes)) return Bad(name, "begins with the mark of UTF-16 but is not.");
    return encoding;
  }
  if (bytes.find('\0') != bytes.npos) {
    return Bad(name, "holds NUL bytes: it is no text file, or UTF-16 without its mark.");
  }
  if (IsUtf8(bytes)) return "UTF-8";
  if (!IsPlausible1252(bytes)) return Bad(name, "is not UTF-8, and cannot be taken for Windows-1252 either.");
  if (!Convert("windows-1252", bytes)) return Bad(name, "is not Windows-1252.");
  return "Windows-1252";
}

}  // namespace exposure
