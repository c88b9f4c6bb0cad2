// The whole service in this process: what `exposured` runs and what tests start on a free port.
#ifndef EXPOSURE_SERVER_SERVER_H_
#define EXPOSURE_SERVER_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/config.h"
#include "server/roles.h"

namespace exposure::server {

// Thread-safe.
class Server {
 public:
  // Opens what the roles need, binds the address, and serves. Damaged records do not keep the catalogue from being
  // served: RecordService then answers CORRUPT_RECORDS and its health is NOT_SERVING.
  // Returns BAD_CONFIG, KEY_FILE, ADDRESS_IN_USE, DATA_DIRECTORY_IN_USE, CORRUPT_RECORDS (of the catalogue itself),
  // DISK_FULL, FILE_ERROR, STORAGE_FAILED, DELEGATION_EXPIRED.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const LoadedConfig& config, Roles roles);

  // Shuts down, if that was not done.
  ~Server();

  // A gRPC target: "127.0.0.1:7443", "[::1]:7443" or "unix:/run/exposure/exposured.sock", with the port that was bound.
  const std::string& address() const;

  // Health turns to NOT_SERVING, new calls are refused, running ones end within limits.shutdown_seconds and are
  // cancelled after that. Blocks until all are done; harmless when repeated.
  void Shutdown();

 private:
  class Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  const std::unique_ptr<Parts> parts_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_SERVER_H_
