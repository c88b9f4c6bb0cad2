// What a call brings along besides its message, and the names in it. The first byte says what the rest is: a
// certificate and its chain in PEM (0), a certificate in DER (1), names of a certificate in lines (2), a request (3),
// anything else: the authorization header. Each is refused for a reason of its own, or comes to a well-formed caller.
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/file.h"
#include "server/identity.h"
#include "server/requests.h"
#include "server/x509.h"
#include "tests/support/test_pki.h"

namespace {

using namespace exposure;
using server::Caller;

constexpr char kDomain[] = "police.example";

void Require(bool condition) {
  if (!condition) std::abort();
}

std::unique_ptr<server::TrustStore> OpenTrust() {
  std::string path = "/tmp/metadata_fuzzer-XXXXXX";
  Require(mkdtemp(path.data()) != nullptr);
  const std::string file = path + "/ca.pem";
  Require(WriteNewFile(file, testing::TestCa().certificate(), 0600).ok());
  auto trust = server::TrustStore::Open(file, "");
  unlink(file.c_str());
  rmdir(path.c_str());
  return *std::move(trust);
}

absl::StatusOr<Caller> TakeAnyToken(std::string_view) { return *server::CallerFromName("consumer/app"); }

void RequireRefused(const absl::StatusOr<Caller>& caller) {
  static const std::set<Reason> reasons = {Reason::kNoCaller, Reason::kCertificateUntrusted,
                                           Reason::kCertificateExpired, Reason::kCertificateName};
  Require(!caller.ok() && reasons.contains(ReasonOf(caller.status()).value()));
}

void TryNames(const std::vector<std::string>& uris) {
  const absl::StatusOr<Caller> caller = server::CallerFromUris(uris, kDomain);
  if (!caller.ok()) return RequireRefused(caller);
  const std::optional<Caller> same = server::CallerFromName(caller->name);
  Require(same && same->role == caller->role && !caller->is_local() && caller->name.size() <= 10 + 64);
}

void TryDer(BytesView der) {
  const uint8_t* at = der.data();
  const server::CertificatePtr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (certificate != nullptr) TryNames(server::UriNames(certificate.get()));
}

void TryRequest(const std::string& bytes) {
  v1::EvaluateRequest request;
  if (!request.ParseFromString(bytes) || !server::CheckRequest(request).ok()) return;
  Require(ToArray<16>(request.epoch_id()) && ToArray<16>(request.subject()) && ToArray<16>(request.idempotency()));
  Require(request.upload().empty() || ToArray<16>(request.upload()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static server::Identity& identity = *new server::Identity(OpenTrust(), kDomain, TakeAnyToken);
  const std::string text = ToString(BytesView(data, size));
  const std::string rest = text.substr(size == 0 ? 0 : 1);
  const int kind = size == 0 ? 4 : data[0];
  if (kind == 0) {
    const std::string certificate = rest.substr(0, rest.find('\0'));
    const std::string chain = rest.substr(std::min(rest.size(), certificate.size() + 1));
    RequireRefused(identity.Of({.certificate = certificate, .chain = chain}));
  } else if (kind == 1) {
    TryDer(AsBytes(rest));
  } else if (kind == 2) {
    TryNames(absl::StrSplit(rest, '\n'));
  } else if (kind == 3) {
    TryRequest(rest);
  } else {
    const absl::StatusOr<Caller> caller = identity.Of({.authorization = text});
    Require(caller.ok() == absl::StartsWithIgnoreCase(text, "bearer "));
    if (!caller.ok()) RequireRefused(caller);
  }
  return 0;
}
