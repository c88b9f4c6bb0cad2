// What `exposure keys` looks up in the configuration of exposured: which epoch and which line a key belongs to.
#ifndef EXPOSURE_CLIENT_CLI_SERVER_CONFIG_H_
#define EXPOSURE_CLIENT_CLI_SERVER_CONFIG_H_

#include <string>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "exposure/config/v1/config.pb.h"

namespace exposure::cli {

// With the paths of key files made relative to its folder, as exposured does. Returns FILE_ERROR, BAD_CONFIG.
absl::StatusOr<config::v1::ServerConfig> ReadServerConfig(const std::string& path);

// The epoch one of whose evaluators has this public key; null where there is none.
const config::v1::EpochConfig* FindEpoch(const config::v1::ServerConfig& config, const ByteArray<32>& public_key);

// "met/pay, met/warrant".
std::string SchemesOf(const config::v1::EpochConfig& epoch);

// The line that names this secret key's file, or another with the same key: "evaluator_key_files: \"keys/met-1\"".
// Empty where there is none. What systemd gives ("credential:NAME") is not seen.
std::string LineNaming(const config::v1::ServerConfig& config, const std::string& path,
                       const ByteArray<32>& public_key);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_SERVER_CONFIG_H_
