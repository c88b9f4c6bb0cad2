// TLS and the access table of the configuration.
#ifndef EXPOSURE_SERVER_CONFIG_ACCESS_H_
#define EXPOSURE_SERVER_CONFIG_ACCESS_H_

#include "exposure/config/v1/config.pb.h"
#include "server/problems.h"

namespace exposure::server {

// `file` takes the problems. Reads the certificates.
void CheckTls(const config::v1::ServerConfig& settings, const Place& file);
void CheckAccess(const config::v1::ServerConfig& settings, const Place& file);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_CONFIG_ACCESS_H_
