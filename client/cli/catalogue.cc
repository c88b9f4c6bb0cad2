// exposure catalogue fetch|verify|export: the signed catalogue as a file, and as JSON that outlives the service.
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/cli/commands.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "exposure/v1/catalogue_service.pb.h"
#include "google/protobuf/util/json_util.h"
#include "proto/rules/catalogue_message.h"

namespace exposure::cli {
namespace {

namespace json = google::protobuf::util;

struct CatalogueOptions {
  ServiceOptions service;
  OutputOptions output;
  std::string file;
};

// From the file of `fetch`, or the JSON of `export`, whose rendering is not looked at.
absl::StatusOr<crypto::SignedCatalogue> ReadCatalogue(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  v1::GetCatalogueResponse message;
  json::JsonParseOptions parse;
  parse.ignore_unknown_fields = true;
  const bool is_json = !bytes.empty() && bytes.front() == '{';
  const bool ok = is_json ? json::JsonStringToMessage(bytes, &message, parse).ok() : message.ParseFromString(bytes);
  if (!ok)
    return Error(Reason::kCatalogueMalformed, absl::StrCat(path, ": is neither a catalogue nor an export of one."));
  return FromMessage(std::move(message));
}

// What one can compare with somebody else: everybody has the same.
std::string Summary(const VerifiedCatalogue& catalogue) {
  const v1::CatalogueContent& content = catalogue.content.message();
  return absl::StrCat("Catalogue version ", catalogue.header.version, " of ", content.service_name(), ": ",
                      content.incidents_size(), " incidents, ", content.datasets_size(), " datasets, ",
                      content.epochs_size(), " epochs.\nContent ", ToHex(catalogue.header.content_hash), "\n");
}

absl::StatusOr<std::shared_ptr<const VerifiedCatalogue>> Fetch(const CatalogueOptions& options) {
  ASSIGN_OR_RETURN(const Session session, OpenSession(options.service));
  return session.keeper->Refresh();
}

absl::StatusOr<ExitCode> RunFetch(const CatalogueOptions& options) {
  ASSIGN_OR_RETURN(const auto catalogue, Fetch(options));
  RETURN_IF_ERROR(WriteFileAtomically(options.file, ToMessage(catalogue->bytes).SerializeAsString(), 0644));
  RETURN_IF_ERROR(WriteOut(Summary(*catalogue)));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> RunVerify(const CatalogueOptions& options) {
  ASSIGN_OR_RETURN(const crypto::RootPin root, LoadRoot(options.service.root));
  ASSIGN_OR_RETURN(crypto::SignedCatalogue bytes, ReadCatalogue(options.file));
  ASSIGN_OR_RETURN(const VerifiedCatalogue catalogue, VerifyCatalogue(std::move(bytes), root, SystemClock()()));
  RETURN_IF_ERROR(WriteOut(Summary(catalogue)));
  RETURN_IF_ERROR(catalogue.usable);
  if (catalogue.roots.root != catalogue.roots.pinned) SayRootChanged(catalogue.roots.root);
  RETURN_IF_ERROR(WriteOut("Signed under the root key that you gave, and current.\n"));
  return ExitCode::kOk;
}

// The signed bytes in base64, and the content once more for reading: that part is never verified.
absl::StatusOr<std::string> ExportJson(const VerifiedCatalogue& catalogue) {
  json::JsonPrintOptions print;
  print.preserve_proto_field_names = true;
  std::string bytes;
  std::string rendering;
  if (!json::MessageToJsonString(ToMessage(catalogue.bytes), &bytes, print).ok() ||
      !json::MessageToJsonString(catalogue.content.message(), &rendering, print).ok()) {
    return Error(Reason::kCatalogueMalformed, "The catalogue cannot be written as JSON.");
  }
  bytes.pop_back();  // the closing brace
  return absl::StrCat(bytes, ",\"version\":", catalogue.header.version, ",\"issued\":", catalogue.header.issued,
                      ",\"expires\":", catalogue.header.expires, ",\"rendering\":", rendering, "}\n");
}

absl::StatusOr<ExitCode> RunExport(const CatalogueOptions& options) {
  ASSIGN_OR_RETURN(const auto catalogue, Fetch(options));
  ASSIGN_OR_RETURN(const std::string text, ExportJson(*catalogue));
  if (options.file.empty()) {
    RETURN_IF_ERROR(WriteOut(text));
  } else {
    RETURN_IF_ERROR(WriteFileAtomically(options.file, text, 0644));
  }
  return ExitCode::kOk;
}

}  // namespace

void AddCatalogue(CLI::App& app, Invocation& invocation) {
  CLI::App* group = app.add_subcommand("catalogue", "Fetch, verify and export the signed catalogue");
  group->require_subcommand(1);
  auto options = std::make_shared<CatalogueOptions>();
  const auto run = [&invocation, options](absl::StatusOr<ExitCode> (*what)(const CatalogueOptions&)) {
    return [&invocation, options, what] { invocation.run = [options, what] { return what(*options); }; };
  };

  CLI::App* fetch = group->add_subcommand("fetch", "Write the newest catalogue's signed bytes, once verified");
  fetch->add_option("--out", options->file, "Where to write it")->required();
  AddServiceOptions(*fetch, options->service);
  fetch->footer("Example: exposure catalogue fetch --out catalogue.bin");
  fetch->callback(run(RunFetch));

  CLI::App* verify = group->add_subcommand("verify", "Check a file of `fetch` or `export` against the root; offline");
  verify->add_option("FILE", options->file, "The catalogue")->required();
  AddRootOption(*verify, options->service.root);
  verify->footer("Example: exposure catalogue verify catalogue.json --root root.pub");
  verify->callback(run(RunVerify));

  CLI::App* export_json =
      group->add_subcommand("export", "The catalogue as JSON: signed bytes in base64, and a rendering");
  export_json->add_option("--out", options->file, "Where to write it [standard output]");
  AddServiceOptions(*export_json, options->service);
  export_json->footer("Example: exposure catalogue export --out /var/www/notices/catalogue.json");
  export_json->callback(run(RunExport));
}

}  // namespace exposure::cli
