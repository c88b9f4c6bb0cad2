#include "server/server_certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "server/log.h"
#include "server/x509.h"

namespace exposure::server {
namespace {

constexpr size_t kMaxCertificates = 1 << 20;  // bytes of the file
constexpr size_t kMaxPrivateKey = 16 << 10;   // bytes of the file

// Never asks on a terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

absl::Status Bad(const std::string& file, std::string_view what) {
  return Error(Reason::kBadConfig, absl::StrCat(file, ": ", std::string(what)));
}

PrivateKeyPtr DecodeKey(const crypto::Secret& pem) {
  const BioPtr bio = OpenPem(AsChars(pem.Reveal()));
  PrivateKeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  ERR_clear_error();
  return key;
}

}  // namespace

absl::StatusOr<std::string> ReadCertificateChain(const std::string& certificate_file) {
  ASSIGN_OR_RETURN(std::string text, ReadFile(certificate_file, kMaxCertificates));
  const std::vector<CertificatePtr> chain = ReadCertificates(text);
  if (chain.empty()) return Bad(certificate_file, "holds no PEM certificates.");
  if (X509_cmp_current_time(X509_get0_notAfter(chain[0].get())) < 0) {
    return Bad(certificate_file, "the certificate is out of date. Get a new one from its CA.");
  }
  return text;
}

absl::StatusOr<crypto::Secret> ReadTlsKey(const std::string& private_key_file) {
  crypto::Secret text(kMaxPrivateKey);
  ASSIGN_OR_RETURN(const size_t length,
                   ReadPrivateFile(private_key_file, text.RevealMutable().first(kMaxPrivateKey - 1)));
  text.RevealMutable()[length] = 0;
  if (DecodeKey(text) == nullptr) return Bad(private_key_file, "holds no PEM private key without a passphrase.");
  return text;
}

absl::StatusOr<KeyPair> ReadKeyPair(const std::string& certificate_file, const std::string& private_key_file) {
  ASSIGN_OR_RETURN(crypto::Secret key, ReadTlsKey(private_key_file));
  ASSIGN_OR_RETURN(std::string chain, ReadCertificateChain(certificate_file));
  const bool belongs = X509_check_private_key(ReadCertificates(chain)[0].get(), DecodeKey(key).get()) == 1;
  ERR_clear_error();
  if (!belongs) return Bad(certificate_file, absl::StrCat("is not the certificate of ", private_key_file, "."));
  return KeyPair{std::move(chain), std::move(key)};
}

ServerCertificate::ServerCertificate(const config::v1::Tls& tls)
    : tls_(tls), watch_({tls.certificate_file(), tls.private_key_file(), tls.client_ca_file()}) {}

absl::StatusOr<Offer> ServerCertificate::Read() const {
  ASSIGN_OR_RETURN(KeyPair pair, ReadKeyPair(tls_.certificate_file(), tls_.private_key_file()));
  ASSIGN_OR_RETURN(std::string client_cas, ReadFile(tls_.client_ca_file(), kMaxCertificates));
  if (ReadCertificates(client_cas).empty()) return Bad(tls_.client_ca_file(), "holds no PEM certificates.");
  return Offer{std::move(pair), std::move(client_cas)};
}

std::optional<Offer> ServerCertificate::TakeChanged() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (taken_ && !watch_.Changed()) return std::nullopt;
  absl::StatusOr<Offer> offer = Read();
  if (!offer.ok()) {
    Log(Level::kError, absl::StrCat("reading this server's certificate: ", offer.status().message(),
                                    taken_ ? " The one before stays in use." : ""));
    return std::nullopt;
  }
  if (taken_) Log(Level::kInfo, "read this server's certificate again");
  taken_ = true;
  return *std::move(offer);
}

}  // namespace exposure::server
