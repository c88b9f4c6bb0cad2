// A connection to 127.0.0.1 below gRPC: what a client sends that means no good, or nothing at all.
#ifndef EXPOSURE_TESTS_SUPPORT_RAW_CONNECTION_H_
#define EXPOSURE_TESTS_SUPPORT_RAW_CONNECTION_H_

#include <openssl/ssl.h>

#include <string>
#include <string_view>

#include "tests/support/test_pki.h"

namespace exposure::testing {

// TCP, connected, without a word said.
class RawConnection {
 public:
  explicit RawConnection(int port);
  RawConnection(RawConnection&& other) noexcept : fd_(other.fd_), connected_(other.connected_) { other.fd_ = -1; }
  RawConnection& operator=(RawConnection&&) = delete;
  ~RawConnection();

  bool connected() const { return connected_; }
  int fd() const { return fd_; }
  // Whether all was taken.
  bool Send(std::string_view bytes) const;
  // Whether the other side ends it within a minute; what it sends before is thrown away.
  bool IsEnded() const;

 private:
  int fd_;
  bool connected_;
};

// The same, with the handshake of TLS and HTTP/2 done, where it can be.
class RawTlsConnection {
 public:
  // `version`: of TLS, and no other. `caller` may be null.
  RawTlsConnection(int port, const Issued* caller, int version = TLS1_3_VERSION);
  RawTlsConnection(const RawTlsConnection&) = delete;
  RawTlsConnection& operator=(const RawTlsConnection&) = delete;
  ~RawTlsConnection();

  // "TLSv1.3"; "" where the handshake failed.
  std::string version() const { return done_ ? SSL_get_version(tls_) : ""; }
  // Of the server's certificate.
  uint64_t serial() const;
  bool Send(std::string_view bytes) const;
  bool IsEnded() const;

 private:
  const RawConnection connection_;
  SSL_CTX* const context_;
  SSL* const tls_;
  bool done_;
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_RAW_CONNECTION_H_
