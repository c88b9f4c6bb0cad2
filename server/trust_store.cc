#include "server/trust_store.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <sodium.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "server/log.h"

namespace exposure::server {
namespace {

using std::chrono::steady_clock;
using StorePtr = std::unique_ptr<X509_STORE, OpenSslFree<X509_STORE_free>>;
using ContextPtr = std::unique_ptr<X509_STORE_CTX, OpenSslFree<X509_STORE_CTX_free>>;
using StackPtr = std::unique_ptr<STACK_OF(X509), OpenSslFree<[](STACK_OF(X509) * s) { sk_X509_free(s); }>>;

constexpr size_t kMaxTrustFile = 16 << 20;     // bytes
constexpr size_t kMaxVerdicts = 4096;          // remembered
constexpr std::chrono::seconds kRemember{60};  // certificates expire meanwhile

absl::Status Refusal(int error) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Error(Reason::kCertificateExpired, "The client certificate is out of date. Get a new one from its CA.");
    case X509_V_ERR_CERT_REVOKED:
      return Error(Reason::kCertificateRevoked, "The client certificate was revoked. Get a new one from its CA.");
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_CRL_NOT_YET_VALID:
    case X509_V_ERR_CRL_HAS_EXPIRED:
      return Error(Reason::kCertificateRevoked,
                   "The service has no valid revocation list of the client certificate's CA, so that it may have been "
                   "revoked. The operator of the service must renew the list.");
    default:
      return Error(Reason::kCertificateUntrusted,
                   absl::StrCat("The client certificate is not one that this service trusts: ",
                                X509_verify_cert_error_string(error), ". Get one from the CA of the service."));
  }
}

// BLAKE2b: for each call that comes, so in a quarter of SHA-256's time.
ByteArray<32> HashOf(std::string_view certificate, std::string_view chain) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, 32);
  for (const BytesView part : {AsBytes(certificate), AsBytes(chain)}) {
    crypto_generichash_update(&state, part.data(), part.size());
  }
  ByteArray<32> hash;
  crypto_generichash_final(&state, hash.data(), hash.size());
  return hash;
}

}  // namespace

absl::StatusOr<std::vector<CertificatePtr>> ReadAuthorities(const std::string& ca_file) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(ca_file, kMaxTrustFile));
  std::vector<CertificatePtr> authorities = ReadCertificates(text);
  if (authorities.empty()) return Error(Reason::kBadConfig, absl::StrCat(ca_file, ": holds no PEM certificates."));
  return authorities;
}

absl::StatusOr<std::vector<CrlPtr>> ReadRevocations(const std::string& revocation_file) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(revocation_file, kMaxTrustFile));
  std::vector<CrlPtr> lists = ReadRevocationLists(text);
  if (lists.empty()) {
    return Error(Reason::kBadConfig, absl::StrCat(revocation_file, ": holds no PEM revocation lists."));
  }
  for (const CrlPtr& list : lists) {
    const ASN1_TIME* end = X509_CRL_get0_nextUpdate(list.get());
    if (end == nullptr || X509_cmp_current_time(end) > 0) continue;
    return Error(Reason::kBadConfig, absl::StrCat(revocation_file,
                                                  ": a revocation list is out of date. Get a new one "
                                                  "from the CA: until then nobody is let in."));
  }
  return lists;
}

class TrustStore::Anchors {
 public:
  static absl::StatusOr<std::shared_ptr<const Anchors>> Make(const std::vector<CertificatePtr>& authorities,
                                                             const std::vector<CrlPtr>& lists) {
    auto anchors = std::shared_ptr<Anchors>(new Anchors());
    for (const CertificatePtr& authority : authorities) X509_STORE_add_cert(anchors->store_.get(), authority.get());
    for (const CrlPtr& list : lists) X509_STORE_add_crl(anchors->store_.get(), list.get());
    if (!lists.empty()) X509_STORE_set_flags(anchors->store_.get(), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    X509_STORE_set_purpose(anchors->store_.get(), X509_PURPOSE_SSL_CLIENT);
    return anchors;
  }

  absl::StatusOr<std::vector<std::string>> Verify(std::string_view certificate, std::string_view chain) const {
    const std::vector<CertificatePtr> leaf = ReadCertificates(certificate);
    if (leaf.size() != 1) return Refusal(X509_V_ERR_UNSPECIFIED);
    const std::vector<CertificatePtr> between = ReadCertificates(chain);
    const StackPtr untrusted(sk_X509_new_null());
    for (const CertificatePtr& one : between) sk_X509_push(untrusted.get(), one.get());
    const ContextPtr context(X509_STORE_CTX_new());
    X509_STORE_CTX_init(context.get(), store_.get(), leaf[0].get(), untrusted.get());
    const bool good = X509_verify_cert(context.get()) == 1;
    ERR_clear_error();
    if (!good) return Refusal(X509_STORE_CTX_get_error(context.get()));
    return UriNames(leaf[0].get());
  }

 private:
  Anchors() : store_(X509_STORE_new()) {}

  const StorePtr store_;
};

TrustStore::TrustStore(const std::string& ca_file, const std::string& revocation_file)
    : ca_file_(ca_file), revocation_file_(revocation_file), watch_({ca_file, revocation_file}) {}

TrustStore::~TrustStore() = default;

absl::StatusOr<std::unique_ptr<TrustStore>> TrustStore::Open(const std::string& ca_file,
                                                             const std::string& revocation_file) {
  auto store = std::unique_ptr<TrustStore>(new TrustStore(ca_file, revocation_file));
  ASSIGN_OR_RETURN(store->anchors_, Read(ca_file, revocation_file));
  return store;
}

absl::StatusOr<std::shared_ptr<const TrustStore::Anchors>> TrustStore::Read(const std::string& ca_file,
                                                                            const std::string& revocation_file) {
  ASSIGN_OR_RETURN(const std::vector<CertificatePtr> authorities, ReadAuthorities(ca_file));
  std::vector<CrlPtr> lists;
  if (!revocation_file.empty()) {
    ASSIGN_OR_RETURN(lists, ReadRevocations(revocation_file));
  }
  return Anchors::Make(authorities, lists);
}

void TrustStore::ReadAgain() {
  absl::StatusOr<std::shared_ptr<const Anchors>> anchors = Read(ca_file_, revocation_file_);
  if (!anchors.ok()) {
    return Log(Level::kError, absl::StrCat("reading the client CA again: ", anchors.status().message(),
                                           " What was read before still counts."));
  }
  anchors_ = *std::move(anchors);
  verdicts_.clear();
  Log(Level::kInfo, "read the client CA and its revocation lists again");
}

absl::StatusOr<std::vector<std::string>> TrustStore::Verify(std::string_view certificate, std::string_view chain) {
  const ByteArray<32> key = HashOf(certificate, chain);
  const steady_clock::time_point now = steady_clock::now();
  std::shared_ptr<const Anchors> anchors;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (watch_.Changed()) ReadAgain();
    const auto found = verdicts_.find(key);
    if (found != verdicts_.end() && now < found->second.until) return found->second.uris;
    anchors = anchors_;
  }
  const Verdict verdict{anchors->Verify(certificate, chain), now + kRemember};
  const std::lock_guard<std::mutex> lock(mutex_);
  if (anchors != anchors_) return verdict.uris;  // replaced meanwhile: not to be remembered
  if (verdicts_.size() >= kMaxVerdicts) verdicts_.clear();
  verdicts_.insert_or_assign(key, verdict);
  return verdict.uris;
}

}  // namespace exposure::server
