// Verifies callers' certificates against the CA and its revocation lists, which are read again when the files change:
// a new CA or list acts on open connections at once.
#ifndef EXPOSURE_SERVER_TRUST_STORE_H_
#define EXPOSURE_SERVER_TRUST_STORE_H_

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "server/file_watch.h"
#include "server/x509.h"

namespace exposure::server {

// PEM files. Each returns FILE_ERROR, or BAD_CONFIG for a file without certificates or lists, and for a list that is
// out of date.
absl::StatusOr<std::vector<CertificatePtr>> ReadAuthorities(const std::string& ca_file);
absl::StatusOr<std::vector<CrlPtr>> ReadRevocations(const std::string& revocation_file);

// Thread-safe.
class TrustStore {
 public:
  // An empty `revocation_file`: nothing is revoked. Else it has a list of each CA of a caller's chain. Returns what the
  // two above do.
  static absl::StatusOr<std::unique_ptr<TrustStore>> Open(const std::string& ca_file,
                                                          const std::string& revocation_file);
  ~TrustStore();

  // The URI names of a certificate (PEM) that a CA here vouches for; `chain` (PEM, or empty) has what lies between
  // them. The handshake has shown that the caller has its key. While a file cannot be read, what was read before
  // counts.
  // Returns CERTIFICATE_EXPIRED (also: not yet valid), CERTIFICATE_REVOKED (also: a revocation list is missing or out
  // of date, so that nobody knows), CERTIFICATE_UNTRUSTED (anything else).
  absl::StatusOr<std::vector<std::string>> Verify(std::string_view certificate, std::string_view chain);

 private:
  class Anchors;  // what the files held
  struct Verdict {
    absl::StatusOr<std::vector<std::string>> uris;
    std::chrono::steady_clock::time_point until;
  };

  TrustStore(const std::string& ca_file, const std::string& revocation_file);
  static absl::StatusOr<std::shared_ptr<const Anchors>> Read(const std::string& ca_file,
                                                             const std::string& revocation_file);
  void ReadAgain();

  const std::string ca_file_;
  const std::string revocation_file_;
  std::mutex mutex_;  // guards what follows
  FileWatch watch_;
  std::shared_ptr<const Anchors> anchors_;
  std::map<ByteArray<32>, Verdict> verdicts_;  // by the hash of certificate and chain
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_TRUST_STORE_H_
