#include "tests/support/raw_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace exposure::testing {
namespace {

constexpr int kPatience = 60'000;  // milliseconds that only a hanging test waits

bool WaitToRead(int fd) {
  pollfd event{fd, POLLIN, 0};
  return poll(&event, 1, kPatience) == 1;
}

void UseCertificate(SSL_CTX* context, const Issued& caller) {
  BIO* certificate = BIO_new_mem_buf(caller.certificate.data(), static_cast<int>(caller.certificate.size()));
  BIO* key = BIO_new_mem_buf(caller.private_key.data(), static_cast<int>(caller.private_key.size()));
  X509* x509 = PEM_read_bio_X509(certificate, nullptr, nullptr, nullptr);
  EVP_PKEY* private_key = PEM_read_bio_PrivateKey(key, nullptr, nullptr, nullptr);
  SSL_CTX_use_certificate(context, x509);
  SSL_CTX_use_PrivateKey(context, private_key);
  X509_free(x509);
  EVP_PKEY_free(private_key);
  BIO_free(certificate);
  BIO_free(key);
}

}  // namespace

RawConnection::RawConnection(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
}

RawConnection::~RawConnection() {
  if (fd_ >= 0) close(fd_);
}

bool RawConnection::Send(std::string_view bytes) const {
  return send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

bool RawConnection::IsEnded() const {
  char buffer[4096];
  while (WaitToRead(fd_)) {
    if (recv(fd_, buffer, sizeof buffer, 0) <= 0) return true;
  }
  return false;
}

RawTlsConnection::RawTlsConnection(int port, const Issued* caller, int version)
    : connection_(port), context_(SSL_CTX_new(TLS_client_method())), tls_([&] {
        SSL_CTX_set_min_proto_version(context_, version);
        SSL_CTX_set_max_proto_version(context_, version);
        SSL_CTX_set_security_level(context_, 0);  // whatever this machine's policy says
        if (caller != nullptr) UseCertificate(context_, *caller);
        SSL* tls = SSL_new(context_);
        SSL_set_fd(tls, connection_.fd());
        const unsigned char h2[] = {2, 'h', '2'};
        SSL_set_alpn_protos(tls, h2, sizeof h2);
        return tls;
      }()) {
  done_ = SSL_connect(tls_) == 1;
  ERR_clear_error();
}

RawTlsConnection::~RawTlsConnection() {
  SSL_free(tls_);
  SSL_CTX_free(context_);
}

uint64_t RawTlsConnection::serial() const {
  uint64_t serial = 0;
  if (done_) ASN1_INTEGER_get_uint64(&serial, X509_get0_serialNumber(SSL_get0_peer_certificate(tls_)));
  return serial;
}

bool RawTlsConnection::Send(std::string_view bytes) const {
  const bool sent = SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
  ERR_clear_error();
  return sent;
}

bool RawTlsConnection::IsEnded() const {
  char buffer[4096];
  while (SSL_pending(tls_) > 0 || WaitToRead(connection_.fd())) {
    const int read = SSL_read(tls_, buffer, sizeof buffer);
    ERR_clear_error();
    if (read <= 0) return true;
  }
  return false;
}

}  // namespace exposure::testing
