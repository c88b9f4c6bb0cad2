#include "client/cli/evaluators.h"

#include <algorithm>
#include <iterator>

#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::cli {

absl::StatusOr<std::vector<EvaluatorPlace>> EvaluatorsOf(const CheckedContent& content, const std::string& force) {
  std::vector<EvaluatorPlace> places;
  for (const CheckedEpoch& epoch : content.epochs()) {
    const auto& schemes = epoch.message->schemes();
    const auto is_of = [&force](const v1::Scheme& scheme) { return scheme.force() == force; };
    if (!epoch.live() || (!force.empty() && std::none_of(schemes.begin(), schemes.end(), is_of))) continue;
    RETURN_IF_ERROR(epoch.status);
    for (const v1::Evaluator& evaluator : epoch.message->evaluators()) {
      places.push_back({.epoch = &epoch, .index = evaluator.index(), .address = evaluator.address()});
    }
  }
  if (places.empty()) return Error(Reason::kUnknownForce, "The catalogue has no live epoch of this force.");
  return places;
}

absl::StatusOr<OperatorSession> OpenOperatorSession(const ServiceOptions& options) {
  ASSIGN_OR_RETURN(const Session session, OpenSession(options));
  OperatorSession out;
  ASSIGN_OR_RETURN(out.catalogue, session.keeper->Refresh());
  ASSIGN_OR_RETURN(const LookupOptions lookup, ToLookupOptions(options));
  ASSIGN_OR_RETURN(out.client, OperatorClient::Connect(lookup));
  return out;
}

std::string MinuteText(uint64_t unix_seconds) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", absl::FromUnixSeconds(static_cast<int64_t>(unix_seconds)),
                          absl::UTCTimeZone());
}

std::string Shown(std::string_view text) {
  std::string shown;
  std::copy_if(text.begin(), text.end(), std::back_inserter(shown), [](char c) { return c >= 0x20 && c < 0x7f; });
  return shown;
}

}  // namespace exposure::cli
