// TLS 1.3 with client certificates, as gRPC's server credentials.
#ifndef EXPOSURE_SERVER_TLS_CREDENTIALS_H_
#define EXPOSURE_SERVER_TLS_CREDENTIALS_H_

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "exposure/config/v1/config.pb.h"
#include "server/door.h"

namespace exposure::server {

// Asks every client for a certificate, and makes sure that it has the key; whether the certificate is good, the door
// says, with each call. Calls of services that are not ours (health, reflection) pass the door here. The server's
// certificate is exchanged when its files change; open connections keep the one before. `door` outlives the server.
std::shared_ptr<grpc::ServerCredentials> TlsCredentials(const config::v1::Tls& tls, const Door& door);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_TLS_CREDENTIALS_H_
