// The part of the configuration about bearer tokens of apps.
#ifndef EXPOSURE_SERVER_CONFIG_TOKENS_H_
#define EXPOSURE_SERVER_CONFIG_TOKENS_H_

#include "exposure/config/v1/config.pb.h"
#include "server/problems.h"

namespace exposure::server {

// Fills in the longest life, where there are tokens.
void FillTokens(config::v1::ServerConfig& settings);

// Reports what is wrong with `tokens`, where there are some, and reads the key set. `file` is the place of the whole
// configuration.
void CheckTokens(const config::v1::ServerConfig& settings, const Place& file);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_CONFIG_TOKENS_H_
