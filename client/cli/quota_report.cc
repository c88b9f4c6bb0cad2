#include "client/cli/quota_report.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "client/cli/evaluators.h"
#include "client/words.h"

namespace exposure::cli {
namespace {

// "met (epoch 7695cd02)".
std::string EpochName(const std::string& epoch_id, const CheckedContent& content) {
  const std::string id = absl::StrCat("epoch ", ToHex(AsBytes(epoch_id)).substr(0, 8));
  for (const v1::Epoch& epoch : content.message().epochs()) {
    if (epoch.epoch_id() == epoch_id && epoch.schemes_size() > 0) {
      return absl::StrCat(epoch.schemes(0).force(), " (", id, ")");
    }
  }
  return id;
}

}  // namespace

std::string QuotasText(const std::string& address, const v1::GetQuotasResponse& quotas, const CheckedContent& content) {
  std::string text =
      absl::StrCat(Shown(quotas.day()), " (UTC)", address.empty() ? "" : ", evaluator at ", address, "\n");
  for (const v1::EpochUsage& epoch : quotas.epochs()) {
    absl::StrAppend(&text, EpochName(epoch.epoch_id(), content), ": ", FormatCount(epoch.elements()), " of ",
                    FormatCount(epoch.budget()), " numbers");
    if (epoch.surge_until() > 0) absl::StrAppend(&text, "; larger until ", MinuteText(epoch.surge_until()));
    absl::StrAppend(&text, "\n");
    for (const v1::CallerUsage& caller : quotas.callers()) {
      if (caller.epoch_id() != epoch.epoch_id()) continue;
      absl::StrAppend(&text, "  ", Shown(caller.caller()), ": ", FormatCount(caller.elements()), " numbers of ",
                      FormatCount(caller.subjects()), " people; ", FormatCount(caller.reserved()), " kept for it\n");
    }
  }
  for (const v1::QuotaAlarm& alarm : quotas.alarms()) {
    absl::StrAppend(&text, "ALARM ", MinuteText(alarm.raised_at()), ", ", Shown(alarm.caller()), ", ",
                    EpochName(alarm.epoch_id(), content), ": ", Shown(alarm.shape()), "\n");
  }
  return text;
}

std::string QuotasJson(const std::string& address, const v1::GetQuotasResponse& quotas) {
  nlohmann::json out = {{"evaluator", address},
                        {"day", quotas.day()},
                        {"epochs", nlohmann::json::array()},
                        {"callers", nlohmann::json::array()},
                        {"alarms", nlohmann::json::array()}};
  for (const v1::EpochUsage& epoch : quotas.epochs()) {
    out["epochs"].push_back({{"epoch_id", ToHex(AsBytes(epoch.epoch_id()))},
                             {"elements", epoch.elements()},
                             {"budget", epoch.budget()},
                             {"surge_until", epoch.surge_until()}});
  }
  for (const v1::CallerUsage& caller : quotas.callers()) {
    out["callers"].push_back({{"caller", caller.caller()},
                              {"epoch_id", ToHex(AsBytes(caller.epoch_id()))},
                              {"elements", caller.elements()},
                              {"reserved", caller.reserved()},
                              {"subjects", caller.subjects()}});
  }
  for (const v1::QuotaAlarm& alarm : quotas.alarms()) {
    out["alarms"].push_back({{"caller", alarm.caller()},
                             {"epoch_id", ToHex(AsBytes(alarm.epoch_id()))},
                             {"raised_at", alarm.raised_at()},
                             {"shape", alarm.shape()}});
  }
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace exposure::cli
