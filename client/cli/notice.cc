// exposure notice new|preview|publish|update: what the public reads of an incident, independent of any dataset.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/cli/commands.h"
#include "client/cli/notice_template.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "client/cli/text_file.h"
#include "proto/rules/notice_rules.h"

namespace exposure::cli {
namespace {

struct NoticeOptions {
  ServiceOptions service;
  OutputOptions output;
  std::string file;
  std::string incident_id;
};

absl::StatusOr<ExitCode> New(const NoticeOptions& options) {
  if (!IsIncidentId(options.incident_id)) {
    return Error(Reason::kBadUsage, "--incident: 1 to 64 of a-z, 0-9 and -, like met-2023-supplier.");
  }
  RETURN_IF_ERROR(WriteOut(NoticeTemplate(options.incident_id)));
  return ExitCode::kOk;
}

// All that is wrong with a notice in one error, a line each, by the names of the fields.
absl::StatusOr<v1::Notice> ReadNotice(const std::string& path) {
  v1::Notice notice;
  RETURN_IF_ERROR(ReadTextProto(path, Reason::kBadNotice, notice));
  const std::vector<absl::Status> problems = NoticeProblems(notice);
  if (problems.empty()) return notice;
  std::string text = absl::StrCat(path, ": cannot be published yet.");
  for (const absl::Status& problem : problems) absl::StrAppend(&text, "\n  ", problem.message());
  return Error(Reason::kBadNotice, text);
}

// Shows what officers would see even of a notice that is not finished; what is missing follows as the error.
absl::StatusOr<ExitCode> Preview(const NoticeOptions& options) {
  v1::Notice notice;
  RETURN_IF_ERROR(ReadTextProto(options.file, Reason::kBadNotice, notice));
  ASSIGN_OR_RETURN(const PrintOptions print, ToPrintOptions(options.output));
  RETURN_IF_ERROR(WriteOut(ToText(notice, print)));
  RETURN_IF_ERROR(ReadNotice(options.file).status());
  return ExitCode::kOk;
}

absl::Status Say(const NoticeOptions& options, const NoticeVersion& version, const std::string& text) {
  return WriteOut(options.output.json ? absl::StrCat("{\"catalogue_version\":", version.catalogue_version,
                                                     ",\"notice_version\":", version.notice_version, "}\n")
                                      : text);
}

absl::StatusOr<ExitCode> Publish(const NoticeOptions& options) {
  ASSIGN_OR_RETURN(const v1::Notice notice, ReadNotice(options.file));
  ASSIGN_OR_RETURN(const std::unique_ptr<CustodianClient> client, ConnectCustodian(options.service));
  ASSIGN_OR_RETURN(const NoticeVersion version, client->PublishNotice(notice));
  std::string text = "Published. Officers can read it now";
  absl::StrAppend(&text, notice.checkability() == v1::CHECKABILITY_BY_NUMBER
                             ? "; the list is announced as \"cannot be checked yet\".\nNext: exposure seal.\n"
                             : ".\n");
  RETURN_IF_ERROR(Say(options, version, text));
  return ExitCode::kOk;
}

// An edit names the version that it was made from, so that nobody's edit is lost.
absl::Status NeedsVersion(const NoticeOptions& options, const v1::Notice& notice) {
  ASSIGN_OR_RETURN(const Session session, OpenSession(options.service));
  ASSIGN_OR_RETURN(const std::shared_ptr<const VerifiedCatalogue> catalogue, session.keeper->Refresh());
  const v1::Notice* published = catalogue->content.FindIncident(notice.incident_id());
  if (published == nullptr) return Error(Reason::kUnknownIncident, "There is no notice of this incident yet.");
  return Error(
      Reason::kBadNotice,
      absl::StrCat(options.file, ": does not say which version it was made from.\n  The published one is ",
                   published->version(), ". If your text builds on it, add the line: version: ", published->version()));
}

absl::StatusOr<ExitCode> Update(const NoticeOptions& options) {
  ASSIGN_OR_RETURN(const v1::Notice notice, ReadNotice(options.file));
  if (notice.version() == 0) return NeedsVersion(options, notice);
  ASSIGN_OR_RETURN(const std::unique_ptr<CustodianClient> client, ConnectCustodian(options.service));
  ASSIGN_OR_RETURN(const NoticeVersion version, client->UpdateNotice(notice));
  RETURN_IF_ERROR(Say(options, version, absl::StrCat("Updated: version ", version.notice_version, ".\n")));
  return ExitCode::kOk;
}

}  // namespace

void AddNotice(CLI::App& app, Invocation& invocation) {
  CLI::App* group = app.add_subcommand("notice", "Write, preview, publish and update the notice of an incident");
  group->require_subcommand(1);
  auto options = std::make_shared<NoticeOptions>();

  CLI::App* create = group->add_subcommand("new", "A notice to fill in, with questions as comments");
  create->add_option("--incident", options->incident_id, "Its id: met-2023-supplier")->required();
  create->footer("Example: exposure notice new --incident met-2023-supplier > notice.txtpb");
  create->callback([&invocation, options] { invocation.run = [options] { return New(*options); }; });

  CLI::App* preview = group->add_subcommand("preview", "What officers will see, and what is missing");
  preview->add_option("FILE", options->file, "The notice")->required();
  AddTextOptions(*preview, options->output);
  preview->footer("Example: exposure notice preview notice.txtpb");
  preview->callback([&invocation, options] { invocation.run = [options] { return Preview(*options); }; });

  struct Sending {
    const char* name;
    const char* what;
    absl::StatusOr<ExitCode> (*run)(const NoticeOptions&);
  };
  for (const Sending& sending : {Sending{"publish", "Publish the notice of a new incident", Publish},
                                 Sending{"update", "Replace a published notice by its next version", Update}}) {
    CLI::App* command = group->add_subcommand(sending.name, sending.what);
    command->add_option("FILE", options->file, "The notice")->required();
    AddServiceOptions(*command, options->service);
    AddJsonOption(*command, options->output);
    command->footer(absl::StrCat("Example: exposure notice ", sending.name, " notice.txtpb"));
    command->callback([&invocation, options, run = sending.run] {
      invocation.json = options->output.json;
      invocation.run = [options, run] { return run(*options); };
    });
  }
}

}  // namespace exposure::cli
