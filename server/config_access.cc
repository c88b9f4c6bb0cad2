#include "server/config_access.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/rules/notice_rules.h"
#include "server/caller.h"
#include "server/methods.h"
#include "server/server_certificate.h"
#include "server/trust_store.h"

namespace exposure::server {
namespace {

constexpr size_t kMaxTrustDomain = 255;

// As SPIFFE has it: lower case letters, digits, '.', '-' and '_'.
bool IsTrustDomain(const std::string& domain) {
  return !domain.empty() && domain.size() <= kMaxTrustDomain && std::all_of(domain.begin(), domain.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}

void CheckMethod(const config::v1::MethodRule& rule, const Place& place, std::set<std::string>& seen) {
  if (!Methods().contains(rule.method())) {
    place.Report("method", -1, absl::StrCat("there is no method \"", rule.method(), "\"."),
                 "write it like \"exposure.v1.EvaluationService/Evaluate\"");
  } else if (!seen.insert(rule.method()).second) {
    place.Report("method", -1, absl::StrCat(rule.method(), " has a rule above."), "name all its roles in one rule");
  }
  for (int i = 0; i < rule.roles_size(); ++i) {
    if (rule.roles(i) == config::v1::CALLER_ROLE_UNSPECIFIED) place.Report("roles", i, "is no role.");
  }
}

void CheckCaller(const config::v1::CallerRule& rule, const Place& place, std::set<std::string>& seen) {
  if (!CallerFromName(rule.name())) {
    place.Report("name", -1, absl::StrCat("\"", rule.name(), "\" is not ROLE/NAME."),
                 "write consumer/, custodian/, operator/ or service/ and 1 to 64 of a-z, 0-9 and -");
  } else if (!seen.insert(rule.name()).second) {
    place.Report("name", -1, absl::StrCat(rule.name(), " has a rule above."), "name all its forces in one rule");
  }
  for (int i = 0; i < rule.forces_size(); ++i) {
    if (!IsToken(rule.forces(i))) place.Report("forces", i, "must be 1 to 32 of a-z, 0-9 and -.");
  }
}

// Whether the file is given and can be used.
template <typename Read>
bool CheckFile(const Place& place, const std::string& field, const std::string& path, const Read& read) {
  if (!place.Needs(field, path)) return false;
  const absl::Status status = read(path).status();
  if (!status.ok()) place.Report(field, -1, Message(status));
  return status.ok();
}

}  // namespace

void CheckTls(const config::v1::ServerConfig& settings, const Place& file) {
  if (!settings.has_tls()) return;
  const config::v1::Tls& tls = settings.tls();
  const Place place = file.Nested("tls", -1);
  if (!IsTrustDomain(tls.trust_domain())) {
    place.Report("trust_domain", -1, "must be what callers' names begin with: a-z, 0-9, '.', '-' and '_'.",
                 "trust_domain: \"police.example\"");
  }
  const bool chain = CheckFile(place, "certificate_file", tls.certificate_file(), ReadCertificateChain);
  const bool key = CheckFile(place, "private_key_file", tls.private_key_file(), ReadTlsKey);
  if (chain && key) {
    CheckFile(place, "certificate_file", tls.certificate_file(),
              [&](const std::string& path) { return ReadKeyPair(path, tls.private_key_file()); });
  }
  CheckFile(place, "client_ca_file", tls.client_ca_file(), ReadAuthorities);
  if (!tls.revocation_file().empty()) {
    CheckFile(place, "revocation_file", tls.revocation_file(), ReadRevocations);
  }
  if (!settings.has_access()) {
    file.Report("access", -1, "must say who may call what, because there is `tls`.",
                "take the table of deploy/exposured.txtpb");
  }
}

void CheckAccess(const config::v1::ServerConfig& settings, const Place& file) {
  if (!settings.has_access()) return;
  const Place place = file.Nested("access", -1);
  std::set<std::string> methods;
  for (int i = 0; i < settings.access().methods_size(); ++i) {
    CheckMethod(settings.access().methods(i), place.Nested("methods", i), methods);
  }
  std::set<std::string> callers;
  for (int i = 0; i < settings.access().callers_size(); ++i) {
    CheckCaller(settings.access().callers(i), place.Nested("callers", i), callers);
  }
}

}  // namespace exposure::server
