// OpenSSL's certificates, owned.
#ifndef EXPOSURE_SERVER_X509_H_
#define EXPOSURE_SERVER_X509_H_

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace exposure::server {

template <auto kFree>
struct OpenSslFree {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using BioPtr = std::unique_ptr<BIO, OpenSslFree<BIO_free>>;
using CertificatePtr = std::unique_ptr<X509, OpenSslFree<X509_free>>;
using CrlPtr = std::unique_ptr<X509_CRL, OpenSslFree<X509_CRL_free>>;
using PrivateKeyPtr = std::unique_ptr<EVP_PKEY, OpenSslFree<EVP_PKEY_free>>;

// Reads `pem`, which outlives it.
BioPtr OpenPem(std::string_view pem);

// All certificates, or all revocation lists, of a PEM text; none where there are none, or one cannot be read.
std::vector<CertificatePtr> ReadCertificates(std::string_view pem);
std::vector<CrlPtr> ReadRevocationLists(std::string_view pem);

// The URI names of the subject.
std::vector<std::string> UriNames(X509* certificate);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_X509_H_
