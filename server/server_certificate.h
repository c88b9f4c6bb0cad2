// This server's certificate and private key: checked, and read again when the files change.
#ifndef EXPOSURE_SERVER_SERVER_CERTIFICATE_H_
#define EXPOSURE_SERVER_SERVER_CERTIFICATE_H_

#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "crypto/secret.h"
#include "server/file_watch.h"

namespace exposure::server {

struct KeyPair {
  std::string chain;           // PEM: the certificate, then those between it and its CA
  crypto::Secret private_key;  // PEM, ends in a zero byte
};

// Returns KEY_FILE for a private key that others can access or that cannot be read, FILE_ERROR, or BAD_CONFIG where the
// two do not belong together, or the certificate is out of date.
absl::StatusOr<KeyPair> ReadKeyPair(const std::string& certificate_file, const std::string& private_key_file);

// Thread-safe.
class ServerCertificate {
 public:
  ServerCertificate(std::string certificate_file, std::string private_key_file);

  // At first, and after the files have changed: the pair to use from now on. Else nothing, also where the new files
  // cannot be used: that is logged, and the pair before stays in use.
  std::optional<KeyPair> TakeChanged();

 private:
  const std::string certificate_file_;
  const std::string private_key_file_;
  std::mutex mutex_;
  FileWatch watch_;     // guarded by mutex_
  bool taken_ = false;  // guarded by mutex_
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_SERVER_CERTIFICATE_H_
