// exposure publish: a sealed dataset file goes to the service, once the custodian has seen what that changes.
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/cli/commands.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "client/cli/progress.h"
#include "client/cli/publication_report.h"
#include "client/cli/report.h"
#include "client/cli/terminal.h"
#include "client/seal/dataset_file.h"
#include "client/seal/publication.h"
#include "client/seal/resume.h"
#include "client/seal/upload.h"

namespace exposure::cli {
namespace {

struct PublishOptions {
  ServiceOptions service;
  OutputOptions output;
  std::string file;
  std::string replaces;  // hexadecimal
  std::string review;
  std::string end;
  bool beside = false;
  bool small_batch = false;
  bool preview = false;
  bool yes = false;
};

// Unix seconds at which a day begins, UTC; 0 where none is given.
absl::StatusOr<uint64_t> ParseDay(const std::string& option, const std::string& date) {
  if (date.empty()) return 0;
  absl::Time day;
  if (date.size() != 10 || !absl::ParseTime("%Y-%m-%d", date, &day, nullptr) || absl::ToUnixSeconds(day) <= 0) {
    return Error(Reason::kBadUsage, absl::StrCat(option, ": a date like 2027-11-24."));
  }
  return static_cast<uint64_t>(absl::ToUnixSeconds(day));
}

std::string Json(const crypto::DatasetId& id, uint64_t version) {
  return absl::StrCat("{\"dataset_id\":", JsonString(ToHex(id)), ",\"catalogue_version\":", version, "}\n");
}

std::string DayText(uint64_t seconds) {
  if (seconds == 0) return "none";
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(static_cast<int64_t>(seconds)), absl::UTCTimeZone());
}

// What came of it: the dates as they are now, changed or not, and what it took the place of.
std::string PublishedText(const CheckedContent& before, const CheckedDataset& now, uint64_t version,
                          const std::optional<crypto::DatasetId>& replaces) {
  const CheckedDataset* const was = before.FindDataset(now.manifest.dataset_id);
  std::string text = absl::StrCat(was != nullptr ? "It is published already: dataset " : "Published dataset ",
                                  ToHex(now.manifest.dataset_id), " in catalogue version ", version, ".\n");
  const auto date = [&](std::string_view what, uint64_t old, uint64_t is) {
    absl::StrAppend(&text, std::string(what), " ", DayText(is),
                    was != nullptr && old != is ? absl::StrCat(", was ", DayText(old)) : "", ".\n");
  };
  date("Review:", was != nullptr ? was->message->review_at() : 0, now.message->review_at());
  date("End:", was != nullptr ? was->message->ends_at() : 0, now.message->ends_at());
  if (replaces) {
    absl::StrAppend(&text,
                    before.FindDataset(*replaces) != nullptr
                        ? "It took the place of dataset "
                        : "Nothing was replaced now: the catalogue did not list dataset ",
                    ToHex(*replaces), ".\n");
  }
  return text + "Next: exposure verify-published SOURCE --mapping FILE --incident ID\n";
}

// The dataset file, whole and verified, and what its publication would change.
absl::StatusOr<Publication> Plan(const PublishOptions& options, const std::optional<crypto::DatasetId>& replaces,
                                 const VerifiedCatalogue& catalogue) {
  ASSIGN_OR_RETURN(DatasetFile file, DatasetFile::Open(options.file));
  if (replaces == file.head().manifest.dataset_id) {
    return Error(Reason::kBadUsage, "--replaces: names the dataset of the file itself. Name the one that it replaces.");
  }
  RETURN_IF_ERROR(file.Verify());
  return PlanPublication(catalogue, file,
                         {.replaces = replaces, .beside = options.beside, .small_batch = options.small_batch});
}

// --preview: the answer of the command itself, also where publishing would be refused.
absl::StatusOr<ExitCode> ShowPreview(const Publication& plan, const PublishOptions& options,
                                     const PrintOptions& print) {
  RETURN_IF_ERROR(WriteOut(options.output.json ? ToJson(plan) : ToText(plan, print)));
  if (!plan.allowed.ok()) WriteErr(absl::StrCat("It would not be published like this.\n", ErrorText(plan.allowed)));
  return ExitCode::kOk;
}

// Shows what will change and, where somebody sits there, asks.
absl::StatusOr<bool> Confirm(const Publication& plan, const PublishOptions& options, const PrintOptions& print) {
  if (!plan.switches) return true;
  WriteErr(ToText(plan, {.language = print.language, .verbose = print.verbose}));
  RETURN_IF_ERROR(plan.allowed);
  if (options.yes || isatty(STDIN_FILENO) != 1) return true;
  ASSIGN_OR_RETURN(const std::unique_ptr<Terminal> terminal, Terminal::Open());
  ASSIGN_OR_RETURN(const bool yes, terminal->AskYesNo("\nPublish it now? [y/N] ", "yY"));
  if (!yes) terminal->Print("Nothing was sent, and nothing is published.\n");
  return yes;
}

absl::StatusOr<UploadResult> Upload(CustodianClient& client, const std::string& file) {
  Progress progress;
  absl::StatusOr<UploadResult> upload =
      client.Upload(file, [&progress](uint64_t sent, uint64_t of) { progress.Update("Uploading", "bytes", sent, of); });
  progress.Finish();
  return upload;
}

absl::StatusOr<ExitCode> RunPublish(const PublishOptions& options) {
  ASSIGN_OR_RETURN(const PrintOptions print, ToPrintOptions(options.output));
  std::optional<crypto::DatasetId> replaces;
  if (!options.replaces.empty()) {
    ASSIGN_OR_RETURN(replaces, ParseDatasetId(options.replaces));
  }
  KeepingDates dates;
  ASSIGN_OR_RETURN(dates.review_at, ParseDay("--review", options.review));
  ASSIGN_OR_RETURN(dates.ends_at, ParseDay("--end", options.end));
  ASSIGN_OR_RETURN(const Session session, OpenSession(options.service));
  ASSIGN_OR_RETURN(const auto before, session.keeper->Refresh());  // is it the service of the root that is believed?
  ASSIGN_OR_RETURN(const Publication plan, Plan(options, replaces, *before));
  if (options.preview) return ShowPreview(plan, options, print);
  ASSIGN_OR_RETURN(const bool confirmed, Confirm(plan, options, print));
  if (!confirmed) return ExitCode::kOk;

  ASSIGN_OR_RETURN(const std::unique_ptr<CustodianClient> client, ConnectCustodian(options.service));
  ASSIGN_OR_RETURN(const UploadResult upload, Upload(*client, options.file));
  if (upload.dataset_id != plan.dataset_id) {
    return Error(Reason::kBadDataset,
                 absl::StrCat(options.file, ": was changed since it was shown. Publish it again."));
  }
  ASSIGN_OR_RETURN(const uint64_t version, client->Publish(upload.dataset_id, replaces, dates));
  ASSIGN_OR_RETURN(const auto catalogue, session.keeper->Refresh());
  const CheckedDataset* const now = catalogue->content.FindDataset(upload.dataset_id);
  if (now == nullptr) {
    return Error(Reason::kMissingDataset,
                 "The service says that it is published, but the signed catalogue does not list it.");
  }
  RETURN_IF_ERROR(EraseResume(options.file));  // the seed is of no more use, and would be to a thief
  RETURN_IF_ERROR(WriteOut(options.output.json ? Json(upload.dataset_id, version)
                                               : PublishedText(before->content, *now, version, replaces)));
  return ExitCode::kOk;
}

}  // namespace

void AddPublish(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<PublishOptions>();
  CLI::App* command = app.add_subcommand("publish", "Upload a sealed dataset file and switch the catalogue to it");
  command->add_option("FILE", options->file, "The sealed dataset file")->required();
  CLI::Option* replaces =
      command->add_option("--replaces", options->replaces, "Id of the published dataset that it takes the place of");
  command->add_flag("--beside", options->beside, "A second dataset of its incident and scheme, looked in too")
      ->excludes(replaces);
  command->add_flag("--small-batch", options->small_batch, "Although the change is about fewer than 10 people");
  command->add_flag("--preview", options->preview, "Say what it would change, and stop");
  command->add_flag("--yes", options->yes, "Do not ask");
  command->add_option("--review", options->review, "When to look whether it is still needed: 2027-11-24 [a year]");
  command->add_option("--end", options->end,
                      "When it is retracted by itself: 2030-11-24 [as long as the service keeps]");
  AddServiceOptions(*command, options->service);
  AddTextOptions(*command, options->output);
  command->footer(
      "Example: exposure publish met-2023-supplier.dataset\n"
      "Shows the answers that officers will get, and how the counts change, before anything is sent.\n"
      "Interrupted, say it again: the upload goes on where it was. Afterwards FILE.resume is erased.\n"
      "Published already, say it again with --review for another date; an end may come sooner, never later.");
  command->callback([&invocation, options] {
    invocation.json = options->output.json;
    invocation.run = [options] { return RunPublish(*options); };
  });
}

}  // namespace exposure::cli
