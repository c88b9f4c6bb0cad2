// What can be said of a key file without saying anything secret.
#ifndef EXPOSURE_CLIENT_CLI_KEY_FACTS_H_
#define EXPOSURE_CLIENT_CLI_KEY_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "crypto/key_text.h"
#include "crypto/sealed_key.h"

namespace exposure::cli {

struct KeyFacts {
  crypto::KeyKind kind = crypto::KeyKind::kRoot;
  bool secret = false;                               // else a public file
  std::optional<crypto::PassphraseCost> passphrase;  // of a secret file that has one
  std::optional<ByteArray<32>> public_key;           // unknown for a passphrase without PATH.pub
  std::optional<uint32_t> index;                     // of an evaluator, where its public file is there
  std::vector<std::string> problems;                 // mode, owner, halves that do not belong together
};

// Of the secret file `path`, with PATH.pub where it is there, or of a public file. Needs no passphrase.
// Returns KEY_FILE if it is neither, or cannot be read.
absl::StatusOr<KeyFacts> ReadKeyFacts(const std::string& path);

// H(public key), 64 hexadecimal digits: what people compare.
std::string Fingerprint(const ByteArray<32>& public_key);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_KEY_FACTS_H_
