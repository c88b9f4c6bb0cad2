// exposure catalogue fetch|verify|export|compare: the signed catalogue as a file, as JSON that outlives the service,
// and whether others are shown the same.
#include <memory>
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
#include "client/core/catalogue_compare.h"
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
  std::vector<std::string> files;  // of compare
  std::string with;
};

// From the file of `fetch`, or the JSON of `export`, whose rendering is not looked at.
absl::StatusOr<crypto::SignedCatalogue> ReadCatalogue(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  v1::GetCatalogueResponse message;
  json::JsonParseOptions parse;
  parse.ignore_unknown_fields = true;
  const bool is_json = !bytes.empty() && bytes.front() == '{';
  const bool ok = is_json ? json::JsonStringToMessage(bytes, &message, parse).ok() : message.ParseFromString(bytes);
  if (!ok || message.header().empty()) {
    return Error(Reason::kCatalogueMalformed, absl::StrCat(path, ": is neither a catalogue nor an export of one."));
  }
  return FromMessage(std::move(message));
}

// What one can compare with somebody else: everybody has the same.
std::string Summary(const VerifiedCatalogue& catalogue) {
  const v1::CatalogueContent& content = catalogue.content.message();
  return absl::StrCat("Catalogue version ", catalogue.header.version, " of ", content.service_name(), ": ",
                      content.incidents_size(), " incidents, ", content.datasets_size(), " datasets, ",
                      content.epochs_size(), " epochs.\nContent ", ToHex(catalogue.header.content_hash), "\n");
}

// To standard error: answers stay what programs expect.
void Warn(const VerifiedCatalogue& catalogue) {
  for (const std::string& warning : crypto::EndWarnings(catalogue.header, catalogue.delegation, SystemClock()())) {
    WriteErr(absl::StrCat("exposure: warning: ", warning, "\n"));
  }
}

absl::StatusOr<std::shared_ptr<const VerifiedCatalogue>> Fetch(const CatalogueOptions& options) {
  ASSIGN_OR_RETURN(const Session session, OpenSession(options.service));
  return session.keeper->Refresh();
}

absl::StatusOr<ExitCode> RunFetch(const CatalogueOptions& options) {
  ASSIGN_OR_RETURN(const auto catalogue, Fetch(options));
  RETURN_IF_ERROR(WriteFileAtomically(options.file, ToMessage(catalogue->bytes).SerializeAsString(), 0644));
  RETURN_IF_ERROR(WriteOut(Summary(*catalogue)));
  Warn(*catalogue);
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
  Warn(catalogue);
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

absl::StatusOr<Shown> ShownByFile(const std::string& path, const crypto::RootPin& root) {
  ASSIGN_OR_RETURN(crypto::SignedCatalogue bytes, ReadCatalogue(path));
  ASSIGN_OR_RETURN(VerifiedCatalogue catalogue, VerifyCatalogue(std::move(bytes), root, SystemClock()()));
  return Shown{path, std::move(catalogue)};
}

// What it says now, not what is remembered: that may be of the other one.
absl::StatusOr<Shown> ShownByServer(const ServiceOptions& service, const crypto::RootPin& root, Session& session) {
  ASSIGN_OR_RETURN(const LookupOptions options, ToLookupOptions(service));
  ASSIGN_OR_RETURN(session, OpenSession(service));
  ASSIGN_OR_RETURN(crypto::SignedCatalogue bytes, session.transport->GetCatalogue());
  ASSIGN_OR_RETURN(VerifiedCatalogue catalogue, VerifyCatalogue(std::move(bytes), root, SystemClock()()));
  return Shown{options.server, std::move(catalogue), session.transport.get()};
}

std::string HeaderHash(const Shown& shown) { return ToHex(crypto::HeaderHash(AsBytes(shown.catalogue.bytes.header))); }

std::string CompareText(const std::vector<Shown>& sides, bool json) {
  const bool same = HeaderHash(sides[0]) == HeaderHash(sides[1]);
  std::string text = json ? absl::StrCat("{\"same\":", same ? "true" : "false", ",\"shown\":[")
                          : (same ? "The same catalogue.\n" : "One chain: the newer follows from the older.\n");
  for (const Shown& side : sides) {
    const uint64_t version = side.catalogue.header.version;
    if (json) {
      absl::StrAppend(&text, &side == sides.data() ? "" : ",", "{\"from\":", JsonString(side.from),
                      ",\"version\":", version, ",\"header_hash\":\"", HeaderHash(side), "\"}");
    } else {
      absl::StrAppend(&text, "  ", side.from, ": version ", version, ", header ", HeaderHash(side), "\n");
    }
  }
  return json ? text + "]}\n" : text;
}

absl::StatusOr<ExitCode> RunCompare(const CatalogueOptions& options) {
  ASSIGN_OR_RETURN(const crypto::RootPin root, LoadRoot(options.service.root));
  std::vector<Shown> sides;
  std::vector<Session> sessions(2);  // as long as the sides
  for (const std::string& file : options.files) {
    ASSIGN_OR_RETURN(Shown shown, ShownByFile(file, root));
    sides.push_back(std::move(shown));
  }
  if (sides.size() + (options.with.empty() ? 0 : 1) < 2) {
    ASSIGN_OR_RETURN(Shown shown, ShownByServer(options.service, root, sessions[0]));
    sides.push_back(std::move(shown));
  }
  if (!options.with.empty()) {
    ServiceOptions other = options.service;
    other.server = options.with;
    ASSIGN_OR_RETURN(Shown shown, ShownByServer(other, root, sessions[1]));
    sides.push_back(std::move(shown));
  }
  if (sides.size() != 2) {
    return Error(
        Reason::kBadUsage,
        "compare: two are compared.\n  Say FILE FILE, FILE --server A, FILE --with B, or --server A --with B.");
  }
  RETURN_IF_ERROR(CompareCatalogues(sides[0], sides[1]));
  RETURN_IF_ERROR(WriteOut(CompareText(sides, options.output.json)));
  for (const Shown& side : sides) Warn(side.catalogue);
  return ExitCode::kOk;
}

}  // namespace

void AddCatalogue(CLI::App& app, Invocation& invocation) {
  CLI::App* group = app.add_subcommand("catalogue", "Fetch, verify, export and compare the signed catalogue");
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

  CLI::App* compare = group->add_subcommand(
      "compare", "Whether two servers, two routes to one, or two people with files are shown the same");
  compare->add_option("FILE", options->files, "A catalogue of `fetch` or `export`")->expected(0, 2);
  compare->add_option("--with", options->with, "The other server: HOST:PORT or unix:/path");
  AddServiceOptions(*compare, options->service);
  AddJsonOption(*compare, options->output);
  compare->footer(
      "Examples:\n  exposure catalogue compare --server A:7443 --with B:7443\n"
      "  exposure catalogue compare mine.catalogue hers.catalogue\n"
      "  exposure catalogue compare hers.catalogue --server A:7443\n"
      "Exit code 3 and CATALOGUE_SPLIT: they are not one catalogue.");
  compare->callback([&invocation, options] {
    invocation.json = options->output.json;
    invocation.run = [options] { return RunCompare(*options); };
  });
}

}  // namespace exposure::cli
