// exposure retract: a dataset leaves the catalogue, and its bytes the service.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/cli/commands.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "client/cli/receipt.h"
#include "client/cli/text_file.h"
#include "client/seal/upload.h"

namespace exposure::cli {
namespace {

struct RetractOptions {
  ServiceOptions service;
  OutputOptions output;
  std::string dataset_id;
  std::string incident_id;
  std::string receipts;  // directory
};

std::string Json(const crypto::Receipt& receipt, const std::string& path) {
  return absl::StrCat("{\"dataset_id\":", JsonString(ToHex(receipt.dataset_id)),
                      ",\"catalogue_version\":", receipt.catalogue_version, ",\"removed_at\":", receipt.removed_at,
                      ",\"receipt\":", JsonString(path), "}\n");
}

struct Retraction {
  std::vector<crypto::DatasetId> ids;
  std::shared_ptr<const VerifiedCatalogue> catalogue;  // before
};

// Of an incident, as the catalogue lists them; or the one that was named.
absl::StatusOr<Retraction> ToRetract(const RetractOptions& options) {
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

absl::StatusOr<ExitCode> RunRetract(const RetractOptions& options) {
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

void AddRetract(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<RetractOptions>();
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
