// The text of a key file: one line `exposure-key/1 KIND HEX`. Reading and writing the file is its owner's business.
#ifndef EXPOSURE_CRYPTO_KEY_TEXT_H_
#define EXPOSURE_CRYPTO_KEY_TEXT_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/secret.h"

namespace exposure::crypto {

enum class KeyKind { kRoot, kCatalogue, kEvaluator, kCustodian, kOperator };

// "root", "catalogue", "evaluator", "custodian", "operator".
std::string_view KeyKindWord(KeyKind kind);

inline constexpr size_t kMaxKeyText = 256;

// `key` has 32 bytes.
Secret EncodeKeyText(KeyKind kind, BytesView key);

// The 32 bytes. Returns KEY_FILE if it is not a key of this kind; the message never holds any of it.
absl::StatusOr<Secret> DecodeKeyText(KeyKind kind, BytesView text);

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_KEY_TEXT_H_
