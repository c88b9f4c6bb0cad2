#include "client/cli/report.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "client/cli/exit_code.h"
#include "client/cli/output.h"

namespace exposure::cli {
namespace {

std::string_view AdviceFor(Reason reason) {
  switch (reason) {
    case Reason::kBadNumber:
      return "Look at the number again and type it as it is written. Nothing was asked.";
    case Reason::kNumbersDiffer:
      return "Start again, and type it slowly. Nothing was asked.";
    case Reason::kCatalogueExpired:
      return "Try later, and look at this computer's date and time. Notices stay readable: exposure notices.";
    case Reason::kClockBehind:
      return "Set this computer's date and time, then ask again.";
    case Reason::kCatalogueRolledBack:
    case Reason::kCatalogueForked:
    case Reason::kUnknownVersion:
      return "Do not use this service until its operator explains it. Tell the operator; send no number.";
    case Reason::kMissingDataset:
      return "Run: exposure download, then ask again.";
    case Reason::kDifferenceUnexplained:
      return "Seal again with --difference-explained \"why they differ\".";
    case Reason::kIncidentExists:
      return "To change it: exposure notice update FILE.";
    case Reason::kNoticeChanged:
      return "Read the notice again (exposure notices --json), put your change into it, and update once more.";
    case Reason::kUnknownIncident:
      return "Publish its notice first: exposure notice new --incident ID. The known ones: exposure notices.";
    case Reason::kBadNotice:
      return "Mend the file; exposure notice preview FILE shows all that is missing.";
    case Reason::kUploadDiffers:
      return "Publish the file again: the upload begins anew.";
    case Reason::kQuotaSubject:
    case Reason::kQuotaCaller:
    case Reason::kQuotaBudget:
      return "Asking before that is refused again.";
    case Reason::kNoCaller:
      return "Say who you are: --tls-cert FILE and --tls-key FILE; an app: --token-file FILE.";
    case Reason::kCertificateExpired:
    case Reason::kCertificateRevoked:
    case Reason::kCertificateUntrusted:
    case Reason::kCertificateName:
      return "Ask the operator for a new certificate, and look at this computer's clock.";
    case Reason::kTokenExpired:
      return "Get a new token.";
    case Reason::kOverloaded:
    case Reason::kTooManyUploads:
      return "Wait a minute, then try again.";
    case Reason::kUnknownCustodian:
    case Reason::kRevokedCustodian:
    case Reason::kWrongForce:
      return "Ask the operator whether your public key is in the service's configuration for this force.";
    case Reason::kClientTooOld:
      return "Install the newest `exposure`.";
    case Reason::kDiskFull:
      return "Make room, then do it again. Nothing was half done.";
    default:
      return "";
  }
}

std::string_view AdviceFor(ExitCode code) {
  switch (code) {
    case ExitCode::kNotVerified:
      return "This says nothing about anybody. Try later; tell the operator if it stays so.";
    case ExitCode::kRefused:
      return "Ask the operator of the service.";
    case ExitCode::kUnreachable:
      return "Look at --server and the network, or try later. Notices seen before stay readable: exposure notices.";
    case ExitCode::kWrongUse:
      return "See: exposure --help, or man exposure.";
    default:
      return "";
  }
}

// Empty where the message has it already.
std::string_view AdviceFor(const absl::Status& status) {
  if (status.message().find('\n') != absl::string_view::npos) return "";
  const std::optional<Reason> reason = ReasonOf(status);
  const std::string_view advice = reason ? AdviceFor(*reason) : "";
  return advice.empty() ? AdviceFor(ExitCodeOf(status)) : advice;
}

}  // namespace

std::string ReasonName(const absl::Status& status) {
  const std::optional<Reason> reason = ReasonOf(status);
  return reason ? std::string(ReasonWord(*reason)) : absl::StatusCodeToString(status.code());
}

std::string ErrorText(const absl::Status& status) {
  std::string text = absl::StrCat("exposure: ", status.message(), " (", ReasonName(status), ")\n");
  if (const size_t line = status.message().find('\n'); line != absl::string_view::npos) {
    text = absl::StrCat("exposure: ", status.message().substr(0, line), " (", ReasonName(status), ")",
                        status.message().substr(line), "\n");
  }
  const std::string_view advice = AdviceFor(status);
  if (!advice.empty()) absl::StrAppend(&text, "  ", std::string(advice), "\n");
  // It may name a sheet or a column of a source, where anything can stand: nothing for the terminal to obey.
  text.erase(std::remove_if(text.begin(), text.end(),
                            [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F; }),
             text.end());
  return text;
}

std::string ErrorJson(const absl::Status& status) {
  const std::optional<uint64_t> seconds = RetryAfter(status);
  return absl::StrCat("{\"error\":{\"reason\":", JsonString(ReasonName(status)),
                      ",\"message\":", JsonString(std::string(status.message())),
                      ",\"advice\":", JsonString(AdviceFor(status)),
                      ",\"exit_code\":", static_cast<int>(ExitCodeOf(status)),
                      seconds ? absl::StrCat(",\"retry_after\":", *seconds) : "", "}}\n");
}

}  // namespace exposure::cli
