#include "server/caller.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace exposure::server {
namespace {

using config::v1::CallerRole;

constexpr size_t kMaxName = 64;
constexpr std::string_view kScheme = "spiffe://";

constexpr std::array<std::pair<std::string_view, CallerRole>, 4> kRoles = {{
    {"consumer", CallerRole::CALLER_ROLE_CONSUMER},
    {"custodian", CallerRole::CALLER_ROLE_CUSTODIAN},
    {"operator", CallerRole::CALLER_ROLE_OPERATOR},
    {"service", CallerRole::CALLER_ROLE_SERVICE},
}};

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

bool Caller::MayUse(std::string_view force) const {
  return is_local() || std::find(forces.begin(), forces.end(), force) != forces.end();
}

Caller LocalCaller() {
  Caller caller;
  caller.role = CallerRole::CALLER_ROLE_LOCAL;
  caller.name = kLocalCaller;
  return caller;
}

std::optional<Caller> CallerFromName(std::string_view name) {
  for (const auto& [word, role] : kRoles) {
    if (!name.starts_with(word) || name.substr(word.size(), 1) != "/") continue;
    if (!IsName(name.substr(word.size() + 1))) return std::nullopt;
    Caller caller;
    caller.role = role;
    caller.name = name;
    return caller;
  }
  return std::nullopt;
}

absl::StatusOr<Caller> CallerFromUris(const std::vector<std::string>& uris, std::string_view trust_domain) {
  const auto is_spiffe = [](const std::string& uri) { return uri.starts_with(kScheme); };
  const auto found = std::find_if(uris.begin(), uris.end(), is_spiffe);
  if (std::count_if(uris.begin(), uris.end(), is_spiffe) == 1) {
    std::string_view rest = std::string_view(*found).substr(kScheme.size());
    if (rest.starts_with(trust_domain) && rest.substr(trust_domain.size(), 1) == "/") {
      if (std::optional<Caller> caller = CallerFromName(rest.substr(trust_domain.size() + 1))) return *caller;
    }
  }
  return Error(Reason::kCertificateName,
               absl::StrCat("The certificate does not say who calls. It needs exactly one URI name like spiffe://",
                            std::string(trust_domain), "/consumer/NAME."));
}

absl::Status MayAskAbout(const Caller& caller, const v1::Epoch& epoch) {
  const bool bound = std::all_of(epoch.schemes().begin(), epoch.schemes().end(),
                                 [&](const v1::Scheme& scheme) { return caller.MayUse(scheme.force()); });
  if (bound && (epoch.schemes_size() > 0 || caller.is_local())) return absl::OkStatus();
  return Error(Reason::kEpochNotAllowed, absl::StrCat(caller.name, " may not ask about this epoch's force."));
}

absl::Status MayChange(const Caller& caller, std::string_view force) {
  if (caller.role == CallerRole::CALLER_ROLE_OPERATOR || caller.MayUse(force)) return absl::OkStatus();
  return Error(Reason::kWrongForce, absl::StrCat(caller.name, " may not change what belongs to this force."));
}

}  // namespace exposure::server
