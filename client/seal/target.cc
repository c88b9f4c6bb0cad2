#include "client/seal/target.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure {
namespace {

// What the service checks before it takes a dataset: better known before a number is evaluated.
absl::Status CheckIncident(const CheckedContent& content, const v1::Mapping& mapping, std::string_view incident_id) {
  const v1::Notice* notice = content.FindIncident(incident_id);
  if (notice == nullptr) {
    return Error(Reason::kUnknownIncident, absl::StrCat("the service has no incident \"", std::string(incident_id),
                                                        "\". Publish its notice first: exposure notice publish."));
  }
  const std::string scheme = absl::StrCat(mapping.force(), "/", mapping.scheme());
  if (notice->force() == mapping.force() &&
      std::find(notice->schemes().begin(), notice->schemes().end(), scheme) != notice->schemes().end()) {
    return absl::OkStatus();
  }
  return Error(Reason::kWrongIncident, absl::StrCat("the notice of this incident is not about ", scheme,
                                                    ". Correct --incident or the mapping, or name the scheme in the "
                                                    "notice: exposure notice update."));
}

}  // namespace

absl::StatusOr<SealTarget> FindTarget(const CheckedContent& content, const v1::Mapping& mapping,
                                      std::string_view incident_id) {
  RETURN_IF_ERROR(CheckIncident(content, mapping, incident_id));
  bool force_known = false;
  SealTarget target;
  for (const CheckedEpoch& epoch : content.epochs()) {
    if (!epoch.live()) continue;
    for (const v1::Scheme& scheme : epoch.message->schemes()) force_known |= scheme.force() == mapping.force();
    const v1::Scheme* scheme = epoch.FindScheme(mapping.force(), mapping.scheme());
    if (scheme != nullptr) target = {.epoch = &epoch, .scheme = scheme};
  }
  if (target.epoch != nullptr) {
    RETURN_IF_ERROR(target.epoch->status);
    return target;
  }
  if (!force_known) {
    return Error(Reason::kUnknownForce, absl::StrCat("the service has no force \"", mapping.force(),
                                                     "\". Correct the mapping, or ask the operator to configure it."));
  }
  return Error(Reason::kUnknownScheme,
               absl::StrCat("the service has no scheme ", mapping.force(), "/", mapping.scheme(),
                            ". Correct the mapping, or ask the operator to configure it."));
}

absl::Status CheckCustodian(const CheckedContent& content, const crypto::PublicKey& key, std::string_view force,
                            uint64_t now) {
  absl::Status status =
      Error(Reason::kUnknownCustodian,
            "this custodian key is not in the catalogue. Ask the operator to configure its public key.");
  for (const v1::Custodian& custodian : content.message().custodians()) {
    if (custodian.public_key() != AsChars(key)) continue;
    if (custodian.force() != force) {
      status = Error(Reason::kWrongForce, absl::StrCat("this custodian key is for ", custodian.force(),
                                                       ", the mapping for ", std::string(force), "."));
    } else if (custodian.revoked()) {
      return Error(Reason::kRevokedCustodian, "this custodian key is revoked. Ask the operator for a new one.");
    } else if (now < custodian.valid_from() || now > custodian.valid_until()) {
      status = Error(Reason::kUnknownCustodian,
                     "this custodian key is not valid now (or this computer's clock is wrong). Ask the operator.");
    } else {
      return absl::OkStatus();
    }
  }
  return status;
}

}  // namespace exposure
