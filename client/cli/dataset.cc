// exposure dataset show: what a sealed dataset file says of itself, once every row and sum of it is verified.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/cli/commands.h"
#include "client/cli/key_facts.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "client/layout.h"
#include "client/seal/dataset_file.h"
#include "client/seal/report.h"
#include "client/words.h"
#include "crypto/bodies.h"
#include "crypto/signature.h"

namespace exposure::cli {
namespace {

struct DatasetOptions {
  ServiceOptions service;
  OutputOptions output;
  std::string file;
  std::string custodian_key;  // path; empty: as the catalogue says
  std::string html;           // path
};

// By the key of a public file, which is believed: offline.
absl::Status CheckSignedBy(const crypto::DatasetHead& head, const std::string& path) {
  ASSIGN_OR_RETURN(const KeyFacts by, ReadKeyFacts(path));
  if (by.kind != crypto::KeyKind::kCustodian || !by.public_key || !by.problems.empty()) {
    return Error(Reason::kBadUsage, "--custodian-key: is not the public file of a custodian's key.");
  }
  if (crypto::VerifySignature(*by.public_key, crypto::kManifestLabel, head.manifest_bytes, head.signature).ok()) {
    return absl::OkStatus();
  }
  return Error(Reason::kBadSignature, "The dataset is not signed by this custodian's key.");
}

// By a custodian whom the catalogue lets seal for the scheme's force.
absl::Status CheckSignedByCustodian(const DatasetFile& file, const ServiceOptions& service) {
  ASSIGN_OR_RETURN(const Session session, OpenSession(service));
  ASSIGN_OR_RETURN(const auto catalogue, session.keeper->Refresh());
  const crypto::DatasetHead& head = file.head();
  return CheckDataset(catalogue->content, head.manifest_bytes, head.signature, head.details,
                      file.details().incident_id())
      .status();
}

std::string Text(const ReportHeading& heading, const Reconciliation& sums, bool offline) {
  return absl::StrCat(
      "Dataset ", heading.dataset_id, " of ", OneLine(heading.incident_id), ", ", OneLine(heading.scheme),
      heading.as_at.empty() ? "" : absl::StrCat(", as at ", FormatDate(OneLine(heading.as_at), Language::kEnglish)),
      "\nSealed on ", FormatTime(heading.sealed_at, Language::kEnglish), ", signed by ",
      offline ? "the key that you gave" : "a custodian of the catalogue", ". Every row and sum is as it was signed.\n",
      ToText(sums));
}

std::string Json(const ReportHeading& heading, const Reconciliation& sums) {
  return absl::StrCat("{\"dataset_id\":", JsonString(heading.dataset_id),
                      ",\"incident_id\":", JsonString(heading.incident_id), ",\"scheme\":", JsonString(heading.scheme),
                      ",\"as_at\":", JsonString(heading.as_at), ",\"sealed_at\":", heading.sealed_at,
                      ",\"custodian\":", JsonString(heading.custodian), ",\"reconciliation\":", ToJson(sums), "}\n");
}

absl::StatusOr<ExitCode> Show(const DatasetOptions& options) {
  ASSIGN_OR_RETURN(DatasetFile file, DatasetFile::Open(options.file));
  RETURN_IF_ERROR(file.Verify());
  const bool offline = !options.custodian_key.empty();
  RETURN_IF_ERROR(offline ? CheckSignedBy(file.head(), options.custodian_key)
                          : CheckSignedByCustodian(file, options.service));
  const v1::DatasetDetails& details = file.details();
  const ReportHeading heading =
      HeadingOf(file.head().manifest, details.incident_id(), details.mapping(), details.as_at());
  const Reconciliation sums = ReconciliationOf(file.head().manifest, details);
  if (!options.html.empty()) RETURN_IF_ERROR(WriteFileAtomically(options.html, ToHtml(sums, heading), 0600));
  RETURN_IF_ERROR(WriteOut(options.output.json ? Json(heading, sums) : Text(heading, sums, offline)));
  return ExitCode::kOk;
}

}  // namespace

void AddDataset(CLI::App& app, Invocation& invocation) {
  CLI::App* group = app.add_subcommand("dataset", "What a sealed dataset file says of itself");
  group->require_subcommand(1);
  auto options = std::make_shared<DatasetOptions>();
  CLI::App* show = group->add_subcommand("show", "Verify a sealed dataset file whole, and say what it counts");
  show->add_option("FILE", options->file, "The sealed dataset file")->required();
  show->add_option("--custodian-key", options->custodian_key,
                   "The custodian's public file: believed without the catalogue, offline");
  show->add_option("--html", options->html, "Also write the report, a page for a manager");
  AddServiceOptions(*show, options->service);
  AddJsonOption(*show, options->output);
  show->footer("Example: exposure dataset show met-2023-supplier.dataset --custodian-key keys/custodian.pub");
  show->callback([&invocation, options] {
    invocation.json = options->output.json;
    invocation.run = [options] { return Show(*options); };
  });
}

}  // namespace exposure::cli
