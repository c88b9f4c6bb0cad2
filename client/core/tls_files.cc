#include "client/core/tls_files.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace exposure {
namespace {

struct Free {
  void operator()(BIO* file) const { BIO_free(file); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

using Certificate = std::unique_ptr<X509, Free>;

// Of a key file, too: OpenSSL wipes what it reads, ReadFile would not.
absl::StatusOr<std::unique_ptr<BIO, Free>> Open(const std::string& path) {
  std::unique_ptr<BIO, Free> file(BIO_new_file(path.c_str(), "r"));
  if (file != nullptr) return file;
  ERR_clear_error();
  return Error(Reason::kFileError, absl::StrCat(path, ": cannot be opened."));
}

// The first of the file.
absl::StatusOr<Certificate> ReadCertificate(const std::string& path) {
  ASSIGN_OR_RETURN(const auto file, Open(path));
  Certificate certificate(PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr));
  if (certificate != nullptr) return certificate;
  ERR_clear_error();
  return Error(Reason::kFileError, absl::StrCat(path, ": holds no certificate in PEM."));
}

int NoPassphrase(char*, int, int, void*) { return -1; }  // OpenSSL would ask at the terminal

absl::Status CheckKey(const std::string& path, X509* certificate, const std::string& certificate_path) {
  RETURN_IF_ERROR(CheckPrivateFile(path));
  ASSIGN_OR_RETURN(const auto file, Open(path));
  const std::unique_ptr<EVP_PKEY, Free> key(PEM_read_bio_PrivateKey(file.get(), nullptr, NoPassphrase, nullptr));
  const bool belongs = key != nullptr && X509_check_private_key(certificate, key.get()) == 1;
  ERR_clear_error();
  if (key == nullptr) {
    return Error(Reason::kFileError, absl::StrCat(path, ": holds no private key in PEM without a passphrase."));
  }
  if (belongs) return absl::OkStatus();
  return Error(Reason::kFileError, absl::StrCat(path, ": is not the key of the certificate ", certificate_path, "."));
}

absl::Status CheckTime(X509* certificate, const std::string& path) {
  if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
    return Error(Reason::kCertificateExpired,
                 absl::StrCat(path, ": this certificate is not valid yet. Check this computer's clock."));
  }
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
    return Error(Reason::kCertificateExpired,
                 absl::StrCat(path, ": this certificate is over. Renew it, or check this computer's clock."));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckTlsFiles(const TlsOptions& options) {
  RETURN_IF_ERROR(ReadCertificate(options.ca_file).status());
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return Error(Reason::kBadUsage, "A TLS certificate and its private key are given together, or neither.");
  }
  if (options.certificate_file.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Certificate certificate, ReadCertificate(options.certificate_file));
  RETURN_IF_ERROR(CheckKey(options.key_file, certificate.get(), options.certificate_file));
  return CheckTime(certificate.get(), options.certificate_file);
}

}  // namespace exposure
