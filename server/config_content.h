// Epochs and custodians of the configuration as the catalogue publishes them.
#ifndef EXPOSURE_SERVER_CONFIG_CONTENT_H_
#define EXPOSURE_SERVER_CONFIG_CONTENT_H_

#include "crypto/group.h"
#include "exposure/config/v1/config.pb.h"
#include "exposure/v1/catalogue.pb.h"
#include "server/problems.h"

namespace exposure::server {

// Reads the public files that `settings` names, and checks what clients will check; `file` takes the problems.
v1::CatalogueContent BuildContent(const config::v1::ServerConfig& settings, const Place& file);

// The epoch that lists an evaluator with this public key, or null.
const v1::Epoch* EpochOfKey(const v1::CatalogueContent& content, const crypto::Element& public_key);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_CONFIG_CONTENT_H_
