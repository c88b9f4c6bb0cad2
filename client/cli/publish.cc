// exposure publish, and exposure retract: sealed dataset files at the service.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/cli/commands.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "client/cli/progress.h"
#include "client/cli/receipt.h"
#include "client/cli/text_file.h"
#include "client/seal/resume.h"
#include "client/seal/upload.h"

namespace exposure::cli {
namespace {

struct PublishOptions {
  ServiceOptions service;
  OutputOptions output;
  std::string file;
  std::string dataset_id;
  std::string incident_id;
  std::string review;
  std::string end;
  std::string receipts;  // directory
};

absl::StatusOr<crypto::DatasetId> ParseDatasetId(const std::string& hex) {
  const std::optional<crypto::DatasetId> id = ArrayFromHex<16>(hex);
  if (!id) return Error(Reason::kBadUsage, "A dataset's id is 32 hexadecimal digits. See: exposure catalogue export");
  return *id;
}

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

std::string Json(const crypto::Receipt& receipt, const std::string& path) {
  return absl::StrCat("{\"dataset_id\":", JsonString(ToHex(receipt.dataset_id)),
                      ",\"catalogue_version\":", receipt.catalogue_version, ",\"removed_at\":", receipt.removed_at,
                      ",\"receipt\":", JsonString(path), "}\n");
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

absl::StatusOr<ExitCode> RunPublish(const PublishOptions& options) {
  std::optional<crypto::DatasetId> replaces;
  if (!options.dataset_id.empty()) {
    ASSIGN_OR_RETURN(replaces, ParseDatasetId(options.dataset_id));
  }
  KeepingDates dates;
  ASSIGN_OR_RETURN(dates.review_at, ParseDay("--review", options.review));
  ASSIGN_OR_RETURN(dates.ends_at, ParseDay("--end", options.end));
  ASSIGN_OR_RETURN(const Session session, OpenSession(options.service));
  ASSIGN_OR_RETURN(const auto before, session.keeper->Refresh());  // is it the service of the root that is believed?
  ASSIGN_OR_RETURN(const std::unique_ptr<CustodianClient> client, ConnectCustodian(options.service));
  Progress progress;
  const absl::StatusOr<UploadResult> upload = client->Upload(
      options.file, [&progress](uint64_t sent, uint64_t of) { progress.Update("Uploading", "bytes", sent, of); });
  progress.Finish();
  RETURN_IF_ERROR(upload.status());
  if (replaces == upload->dataset_id) {
    return Error(Reason::kBadUsage, "--replaces: names the dataset of the file itself. Name the one that it replaces.");
  }
  ASSIGN_OR_RETURN(const uint64_t version, client->Publish(upload->dataset_id, replaces, dates));
  ASSIGN_OR_RETURN(const auto catalogue, session.keeper->Refresh());
  const CheckedDataset* const now = catalogue->content.FindDataset(upload->dataset_id);
  if (now == nullptr) {
    return Error(Reason::kMissingDataset,
                 "The service says that it is published, but the signed catalogue does not list it.");
  }
  RETURN_IF_ERROR(EraseResume(options.file));  // the seed is of no more use, and would be to a thief
  RETURN_IF_ERROR(WriteOut(options.output.json ? Json(upload->dataset_id, version)
                                               : PublishedText(before->content, *now, version, replaces)));
  return ExitCode::kOk;
}

struct Retraction {
  std::vector<crypto::DatasetId> ids;
  std::shared_ptr<const VerifiedCatalogue> catalogue;  // before
};

// Of an incident, as the catalogue lists them; or the one that was named.
absl::StatusOr<Retraction> ToRetract(const PublishOptions& options) {
  if (options.dataset_id.empty() == options.incident_id.empty()) {
    return Error(Reason::kBadUsage, "Which dataset? Give its id, or --incident ID for all of an incident.");
  }
  std::optional<crypto::DatasetId> named;
  if (!options.dataset_id.empty()) {
    ASSIGN_OR_RETURN(named, ParseDatasetId(options.dataset_id));
  }
  ASSIGN_OR_RETURN(const Session session, OpenSession(options.service));
  ASSIGN_OR_RETURN(const auto catalogue, session.keeper->Refresh());
  if (named) return Retraction{{*named}, catalogue};
  std::vector<crypto::DatasetId> ids;
  for (const CheckedDataset& dataset : catalogue->content.datasets()) {
    if (dataset.message->incident_id() == options.incident_id) ids.push_back(dataset.manifest.dataset_id);
  }
  if (ids.empty())
    return Error(
        Reason::kUnknownDataset,
        "No dataset of such an incident is published.\n  For the receipt of one that was, give the dataset's id.");
  return Retraction{std::move(ids), catalogue};
}

// Before anything is retracted: what cannot be undone is not done without a place for its receipt.
absl::Status CheckReceiptsFolder(const std::string& folder) {
  if (access(folder.empty() ? "." : absl::StrCat(folder, "/.").c_str(), W_OK | X_OK) == 0) return absl::OkStatus();
  return Error(Reason::kFileError, absl::StrCat("--receipts ", folder.empty() ? "." : folder,
                                                ": cannot write there: ", strerror(errno), ". Nothing was retracted."));
}

// Keeps the receipt at `path`, once it was checked.
absl::StatusOr<crypto::Receipt> KeepReceipt(const crypto::DatasetId& id, const ReceiptBytes& bytes,
                                            const VerifiedCatalogue& catalogue, const std::string& path) {
  config::v1::ReceiptFile file;
  file.set_receipt(ToHex(AsBytes(bytes.receipt)));
  file.set_signature(ToHex(AsBytes(bytes.signature)));
  file.set_delegation(ToHex(AsBytes(catalogue.bytes.delegation)));
  file.set_delegation_signature(ToHex(AsBytes(catalogue.bytes.delegation_signature)));
  file.set_root_key(ToHex(catalogue.roots.root));
  ASSIGN_OR_RETURN(const crypto::Receipt receipt, CheckReceipt(file, catalogue.roots.root));
  if (receipt.dataset_id != id) return Error(Reason::kBadReceipt, "The receipt is of another dataset.");
  if (const absl::Status written = WriteFileAtomically(path, ToTextProto(file), 0644); !written.ok()) {
    const std::string message = absl::StrCat(
        "Dataset ", ToHex(id), " is retracted; its receipt could not be written: ", std::string(written.message()),
        "\n  `exposure retract ", ToHex(id), "` writes it again");
    return ReasonOf(written) == Reason::kDiskFull ? Error(Reason::kDiskFull, message) : absl::InternalError(message);
  }
  return receipt;
}

absl::StatusOr<ExitCode> RunRetract(const PublishOptions& options) {
  RETURN_IF_ERROR(CheckReceiptsFolder(options.receipts));
  ASSIGN_OR_RETURN(const Retraction retraction, ToRetract(options));
  ASSIGN_OR_RETURN(const std::unique_ptr<CustodianClient> client, ConnectCustodian(options.service));
  for (const crypto::DatasetId& id : retraction.ids) {
    ASSIGN_OR_RETURN(const ReceiptBytes bytes, client->Retract(id));
    const std::string path = absl::StrCat(options.receipts, options.receipts.empty() ? "" : "/", ToHex(id), ".receipt");
    ASSIGN_OR_RETURN(const crypto::Receipt receipt, KeepReceipt(id, bytes, *retraction.catalogue, path));
    RETURN_IF_ERROR(WriteOut(options.output.json
                                 ? Json(receipt, path)
                                 : absl::StrCat(ReceiptText(receipt), "The receipt is in ", path, ".\n")));
  }
  return ExitCode::kOk;
}

}  // namespace

void AddPublish(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<PublishOptions>();
  CLI::App* command = app.add_subcommand("publish", "Upload a sealed dataset file and switch the catalogue to it");
  command->add_option("FILE", options->file, "The sealed dataset file")->required();
  command->add_option("--replaces", options->dataset_id, "Id of the published dataset that it takes the place of");
  command->add_option("--review", options->review, "When to look whether it is still needed: 2027-11-24 [a year]");
  command->add_option("--end", options->end,
                      "When it is retracted by itself: 2030-11-24 [as long as the service keeps]");
  AddServiceOptions(*command, options->service);
  AddJsonOption(*command, options->output);
  command->footer(
      "Example: exposure publish met-2023-supplier.dataset\n"
      "Interrupted, say it again: the upload goes on where it was. Afterwards FILE.resume is erased.\n"
      "Published already, say it again with --review for another date; an end may come sooner, never later.");
  command->callback([&invocation, options] {
    invocation.json = options->output.json;
    invocation.run = [options] { return RunPublish(*options); };
  });
}

void AddRetract(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<PublishOptions>();
  CLI::App* command = app.add_subcommand("retract", "Take a dataset out of the catalogue and remove its bytes");
  command->add_option("DATASET", options->dataset_id, "Its id, 32 hexadecimal digits");
  command->add_option("--incident", options->incident_id, "All datasets of this incident");
  command->add_option("--receipts", options->receipts, "Where to write DATASET.receipt [the current directory]");
  AddServiceOptions(*command, options->service);
  AddJsonOption(*command, options->output);
  command->footer(
      "Example: exposure retract --incident met-2023-supplier\n"
      "The notice stays. Writes DATASET.receipt; say it again with the id to have the receipt again.");
  command->callback([&invocation, options] {
    invocation.json = options->output.json;
    invocation.run = [options] { return RunRetract(*options); };
  });
}

}  // namespace exposure::cli
