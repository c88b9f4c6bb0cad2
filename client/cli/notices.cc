// exposure notices: every incident, no number needed; from memory while the service cannot be reached.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/answer.h"
#include "client/cli/commands.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "client/cli/report.h"
#include "client/words.h"
#include "google/protobuf/util/json_util.h"

namespace exposure::cli {
namespace {

struct NoticesOptions {
  ServiceOptions service;
  OutputOptions output;
  std::string incident_id;
};

// A catalogue and, if it is the remembered one, why there is no newer.
struct Found {
  std::shared_ptr<const VerifiedCatalogue> catalogue;
  absl::Status unreachable;
};

absl::StatusOr<Found> Find(const Session& session) {
  absl::StatusOr<std::shared_ptr<const VerifiedCatalogue>> fresh = session.keeper->Refresh();
  if (fresh.ok()) return Found{*std::move(fresh), absl::OkStatus()};
  if (ExitCodeOf(fresh.status()) != ExitCode::kUnreachable) return fresh.status();  // a lie is not bridged over
  absl::StatusOr<std::shared_ptr<const VerifiedCatalogue>> remembered = session.keeper->Remembered();
  if (!remembered.ok()) return fresh.status();
  return Found{*std::move(remembered), fresh.status()};
}

// The datasets of a notice, for those who keep them.
std::vector<const CheckedDataset*> DatasetsOf(const Found& found, const v1::Notice& notice) {
  std::vector<const CheckedDataset*> datasets;
  for (const CheckedDataset& dataset : found.catalogue->content.datasets()) {
    if (dataset.message->incident_id() == notice.incident_id()) datasets.push_back(&dataset);
  }
  return datasets;
}

std::string KeepingLine(const CheckedDataset& dataset, Language language) {
  const auto date = [&](uint64_t seconds) {
    return seconds == 0 ? std::string(Say(language, "never", "byth")) : FormatTime(seconds, language);
  };
  return absl::StrCat("  ", ToHex(dataset.manifest.dataset_id), std::string(Say(language, ": review ", ": adolygu ")),
                      date(dataset.message->review_at()), std::string(Say(language, ", removed ", ", dileu ")),
                      date(dataset.message->ends_at()), "\n");
}

std::string KeepingJson(const CheckedDataset& dataset) {
  return absl::StrCat("{\"dataset_id\":", JsonString(ToHex(dataset.manifest.dataset_id)),
                      ",\"incident_id\":", JsonString(dataset.message->incident_id()),
                      ",\"review_at\":", dataset.message->review_at(), ",\"ends_at\":", dataset.message->ends_at(),
                      "}");
}

// What is about to end, by this computer's clock.
std::vector<std::string> Warnings(const VerifiedCatalogue& catalogue) {
  return crypto::EndWarnings(catalogue.header, catalogue.delegation, SystemClock()());
}

absl::StatusOr<std::string> Json(const Found& found, const std::vector<const v1::Notice*>& notices) {
  google::protobuf::util::JsonPrintOptions print;
  print.preserve_proto_field_names = true;
  std::vector<std::string> entries, datasets;
  for (const v1::Notice* notice : notices) {
    for (const CheckedDataset* dataset : DatasetsOf(found, *notice)) datasets.push_back(KeepingJson(*dataset));
    const auto status = google::protobuf::util::MessageToJsonString(*notice, &entries.emplace_back(), print);
    if (!status.ok()) return Error(Reason::kCatalogueMalformed, "A notice cannot be written as JSON.");
  }
  const crypto::CatalogueHeader& header = found.catalogue->header;
  std::vector<std::string> warnings;
  for (const std::string& warning : Warnings(*found.catalogue)) warnings.push_back(JsonString(warning));
  return absl::StrCat("{\"catalogue\":{\"version\":", header.version, ",\"issued\":", header.issued,
                      ",\"expires\":", header.expires, ",\"warnings\":[", absl::StrJoin(warnings, ","),
                      "]},\"reached\":", found.unreachable.ok() ? "true" : "false", ",\"notices\":[",
                      absl::StrJoin(entries, ","), "],\"datasets\":[", absl::StrJoin(datasets, ","), "]}\n");
}

std::string Text(const Found& found, const std::vector<const v1::Notice*>& notices, const PrintOptions& print) {
  std::string text;
  for (const v1::Notice* notice : notices) {
    absl::StrAppend(&text, ToText(*notice, print));
    if (print.verbose) {
      for (const CheckedDataset* dataset : DatasetsOf(found, *notice)) {
        absl::StrAppend(&text, KeepingLine(*dataset, print.language));
      }
    }
    absl::StrAppend(&text, "\n");
  }
  const Language language = print.language;
  absl::StrAppend(&text,
                  std::string(Say(language, "As last confirmed by the service on ",
                                  "Fel y cadarnhawyd ddiwethaf gan y gwasanaeth ar ")),
                  FormatTime(found.catalogue->header.issued, language), ".\n");
  if (!found.unreachable.ok()) {
    absl::StrAppend(&text, std::string(Say(language, "The service cannot be reached now: there may be newer.\n",
                                           "Ni ellir cyrraedd y gwasanaeth nawr: gall fod rhai mwy diweddar.\n")));
  }
  if (!found.catalogue->usable.ok()) {
    absl::StrAppend(&text, "Checks by number are stopped: ", found.catalogue->usable.message(), "\n");
  }
  return text;
}

absl::StatusOr<ExitCode> Run(const NoticesOptions& options) {
  ASSIGN_OR_RETURN(const PrintOptions print, ToPrintOptions(options.output));
  ASSIGN_OR_RETURN(const Session session, OpenSession(options.service));
  ASSIGN_OR_RETURN(const Found found, Find(session));
  std::vector<const v1::Notice*> notices;
  for (const v1::Notice& notice : found.catalogue->content.message().incidents()) {
    if (options.incident_id.empty() || options.incident_id == notice.incident_id()) notices.push_back(&notice);
  }
  if (notices.empty() && !options.incident_id.empty()) {
    return Error(Reason::kUnknownIncident, "There is no notice of such an incident.\n  See all: exposure notices");
  }
  if (options.output.json) {
    ASSIGN_OR_RETURN(const std::string json, Json(found, notices));
    RETURN_IF_ERROR(WriteOut(json));
  } else {
    RETURN_IF_ERROR(WriteOut(Text(found, notices, print)));
  }
  // Why it was not: a false server must not look like one that is down.
  if (!found.unreachable.ok()) WriteErr(ErrorText(found.unreachable));
  if (options.output.verbose && !options.output.json) {
    for (const std::string& warning : Warnings(*found.catalogue)) {
      WriteErr(absl::StrCat("exposure: warning: ", warning, "\n"));
    }
  }
  return ExitCode::kOk;
}

}  // namespace

void AddNotices(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<NoticesOptions>();
  CLI::App* command = app.add_subcommand("notices", "Read the notice of every incident; no number needed");
  command->add_option("--incident", options->incident_id, "Only this one: met-2023-supplier");
  AddServiceOptions(*command, options->service);
  AddTextOptions(*command, options->output);
  command->footer(
      "Examples:\n  exposure notices\n  exposure notices --incident psni-2023-foi --lang cy\n"
      "While the service cannot be reached, shows what it said last, and when that was.");
  command->callback([&invocation, options] {
    invocation.json = options->output.json;
    invocation.run = [options] { return Run(*options); };
  });
}

}  // namespace exposure::cli
