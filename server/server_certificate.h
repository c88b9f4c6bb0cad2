// This server's certificate and private key: checked, and read again when the files change.
#ifndef EXPOSURE_SERVER_SERVER_CERTIFICATE_H_
#define EXPOSURE_SERVER_SERVER_CERTIFICATE_H_

#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "crypto/secret.h"
#include "exposure/config/v1/config.pb.h"
#include "server/file_watch.h"

namespace exposure::server {

struct KeyPair {
  std::string chain;           // PEM: the certificate, then those between it and its CA
  crypto::Secret private_key;  // PEM, ends in a zero byte
};

// Returns FILE_ERROR, or BAD_CONFIG for a file without certificates, or whose first is out of date.
absl::StatusOr<std::string> ReadCertificateChain(const std::string& certificate_file);
// Returns KEY_FILE for a private key that others can access or that cannot be read, or BAD_CONFIG for what is none.
absl::StatusOr<crypto::Secret> ReadTlsKey(const std::string& private_key_file);
// Returns what these two do, or BAD_CONFIG where they do not belong together.
absl::StatusOr<KeyPair> ReadKeyPair(const std::string& certificate_file, const std::string& private_key_file);

// What a handshake needs.
struct Offer {
  KeyPair pair;
  std::string client_cas;  // PEM: clients are told their names, to choose a certificate by
};

// Thread-safe.
class ServerCertificate {
 public:
  explicit ServerCertificate(const config::v1::Tls& tls);

  // At first, and after the files have changed: what to use from now on. Else nothing, also where the new files cannot
  // be used: that is logged, and what was used before stays in use.
  std::optional<Offer> TakeChanged();

 private:
  absl::StatusOr<Offer> Read() const;

  const config::v1::Tls tls_;
  std::mutex mutex_;
  FileWatch watch_;     // guarded by mutex_
  bool taken_ = false;  // guarded by mutex_
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_SERVER_CERTIFICATE_H_
