// Key files: PATH holds the secret (mode 0400), with or without a passphrase, PATH.pub the public half as protobuf
// text.
#ifndef EXPOSURE_CLIENT_CLI_KEY_FILE_H_
#define EXPOSURE_CLIENT_CLI_KEY_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/key_text.h"
#include "crypto/signature.h"
#include "exposure/config/v1/config.pb.h"
#include "google/protobuf/message.h"

namespace exposure::cli {

// Makes a new key of `kind` and both its files. `index` is that of an evaluator, 1..255, and not used otherwise.
// `passphrase` may be null. Returns BAD_USAGE for another index, FILE_ERROR if one of the files is there already; then
// nothing is written.
absl::Status GenerateKeyFiles(crypto::KeyKind kind, const std::string& path, uint32_t index,
                              const crypto::Secret* passphrase = nullptr);

// A passphrase is asked for where there is one: see AskPassphrase. Returns KEY_FILE if the file is not private or holds
// another kind of key; PASSPHRASE.
absl::StatusOr<crypto::SigningKey> ReadSigningKey(crypto::KeyKind kind, const std::string& path,
                                                  const std::string& passphrase_file = "");

// The text of a public file, with what editors need to know of it.
std::string PublicText(const google::protobuf::Message& message);

// A delegation of `days` ≤ 90 days from `now` on, signed by `root`. Returns BAD_USAGE for other days, or a public file
// that is not of a catalogue key.
absl::StatusOr<config::v1::DelegationFile> Delegate(const crypto::SigningKey& root,
                                                    const config::v1::SigningPublic& catalogue, uint64_t now,
                                                    uint32_t days, uint64_t serial);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_KEY_FILE_H_
