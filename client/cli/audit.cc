// exposure audit export|verify|show|sign: the record of what was done, kept and checked away from the service.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/cli/audit_file.h"
#include "client/cli/commands.h"
#include "client/cli/key_file.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "client/core/audit_export.h"

namespace exposure::cli {
namespace {

struct AuditOptions {
  ServiceOptions service;
  OutputOptions output;
  std::string file;
  std::string out;
  std::string head;
  std::string operator_key;
  std::string key;
  uint64_t from = 1;
};

std::string TimeText(uint64_t time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(static_cast<int64_t>(time)), absl::UTCTimeZone());
}

std::string SummaryJson(const AuditSummary& summary) {
  return absl::StrCat("\"first\":", summary.first, ",\"entries\":", summary.entries,
                      ",\"first_time\":", summary.first_time, ",\"last_time\":", summary.last_time,
                      ",\"last\":", summary.last.sequence, ",\"hash\":\"", ToHex(summary.last.hash), "\"");
}

std::string SummaryText(const AuditSummary& summary) {
  const std::string part =
      summary.first == 1 ? "" : absl::StrCat(" A part: what was before ", summary.first, " is not known from it.");
  return absl::StrCat(summary.entries, " entries from ", TimeText(summary.first_time), " to ",
                      TimeText(summary.last_time), ".", part, "\nLast: entry ", summary.last.sequence, ", hash ",
                      ToHex(summary.last.hash), "\n");
}

void NoSink(const crypto::AuditEntry&) {}

// What is in the file already, verified.
absl::Status ReadExisting(const AuditOptions& options, crypto::AuditVerifier& verifier) {
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(options.out, error);
  if (error || size == 0) return absl::OkStatus();
  return ReadAuditFile(options.out, options.from, verifier, NoSink).status();
}

// A call that ends after it brought something is followed by another from there on: the timeout is one of silence.
absl::Status Fetch(const TransportOptions& transport, AuditContinuation& file) {
  for (;;) {
    const uint64_t before = file.added();
    file.Restart();
    const absl::Status status =
        ExportAudit(transport, file.from(), [&file](std::string_view piece) { return file.Take(piece); });
    if (file.Misses(status)) {
      return Error(Reason::kBadAudit, absl::StrCat("Entry ", file.from(), " of the service's audit log is missing: ",
                                                   "it was cut, or is another log."));
    }
    const bool broken = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
    if (!broken || file.added() == before) return status;
  }
}

absl::StatusOr<ExitCode> RunExport(const AuditOptions& options) {
  ASSIGN_OR_RETURN(const LookupOptions lookup, ToLookupOptions(options.service));
  crypto::AuditVerifier verifier(options.from);
  RETURN_IF_ERROR(ReadExisting(options, verifier));
  ASSIGN_OR_RETURN(const std::unique_ptr<AuditContinuation> file,
                   AuditContinuation::Open(options.out, verifier, options.from));
  RETURN_IF_ERROR(Fetch(lookup, *file));
  file->Keep();
  const std::string hash = ToHex(verifier.last().hash);
  const uint64_t last = verifier.last().sequence;
  RETURN_IF_ERROR(
      WriteOut(options.output.json
                   ? absl::StrCat("{\"added\":", file->added(), ",\"last\":", last, ",\"hash\":\"", hash, "\"}\n")
                   : absl::StrCat("Added ", file->added(), " entries to ", options.out, ", verified.\nLast: entry ",
                                  last, ", hash ", hash, "\nNext: exposure audit sign ", options.out,
                                  " --key operator --out head\n")));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> RunVerify(const AuditOptions& options) {
  crypto::AuditVerifier verifier(options.from);
  std::optional<crypto::AuditHead> head;
  if (!options.head.empty()) {
    ASSIGN_OR_RETURN(head, ReadSignedHead(options.head, options.operator_key));
    verifier.Require(head->last);
  }
  ASSIGN_OR_RETURN(const AuditSummary summary, ReadAuditFile(options.file, options.from, verifier, NoSink));
  if (options.output.json) {
    RETURN_IF_ERROR(WriteOut(
        absl::StrCat("{", SummaryJson(summary), ",\"signed\":", head ? head->last.sequence : uint64_t{0}, "}\n")));
    return ExitCode::kOk;
  }
  RETURN_IF_ERROR(WriteOut(absl::StrCat("Verified: ", SummaryText(summary))));
  RETURN_IF_ERROR(WriteOut(
      head ? absl::StrCat("It has every entry up to ", head->last.sequence, " as the operator signed on ",
                          TimeText(head->time), ".\n")
           : "Whether entries were cut off at its end, or all were replaced, only a signed head can tell: --head.\n"));
  return ExitCode::kOk;
}

std::string EntryJson(const crypto::AuditEntry& entry) {
  return absl::StrCat("{\"sequence\":", entry.sequence, ",\"time\":", entry.time,
                      ",\"who\":", JsonString(entry.event.who), ",\"what\":", JsonString(entry.event.what),
                      ",\"object\":", JsonString(entry.event.object), "}\n");
}

std::string EntryText(const crypto::AuditEntry& entry) {
  return absl::StrCat(entry.sequence, " ", TimeText(entry.time), " ", entry.event.who, " ", entry.event.what,
                      entry.event.object.empty() ? "" : " ", entry.event.object, "\n");
}

// Entries are shown as far as they verify.
absl::StatusOr<ExitCode> RunShow(const AuditOptions& options) {
  crypto::AuditVerifier verifier(options.from);
  absl::Status written;
  const absl::StatusOr<AuditSummary> summary =
      ReadAuditFile(options.file, options.from, verifier, [&](const crypto::AuditEntry& entry) {
        if (written.ok()) written = WriteOut(options.output.json ? EntryJson(entry) : EntryText(entry));
      });
  RETURN_IF_ERROR(written);
  RETURN_IF_ERROR(summary.status());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> RunSign(const AuditOptions& options) {
  ASSIGN_OR_RETURN(const crypto::SigningKey key, ReadSigningKey(crypto::KeyKind::kOperator, options.key));
  crypto::AuditVerifier verifier(options.from);
  ASSIGN_OR_RETURN(const AuditSummary summary, ReadAuditFile(options.file, options.from, verifier, NoSink));
  RETURN_IF_ERROR(WriteSignedHead({.last = summary.last, .time = SystemClock()()}, key, options.out));
  RETURN_IF_ERROR(WriteOut(options.output.json
                               ? absl::StrCat("{", SummaryJson(summary), "}\n")
                               : absl::StrCat("Signed: ", SummaryText(summary), "Wrote ", options.out,
                                              ". Keep it where nobody who runs the service can change it.\n")));
  return ExitCode::kOk;
}

}  // namespace

void AddAudit(CLI::App& app, Invocation& invocation) {
  CLI::App* group = app.add_subcommand("audit", "Keep, verify, read and sign the record of what was done");
  group->require_subcommand(1);
  auto options = std::make_shared<AuditOptions>();
  const auto add = [&](const char* name, const char* what, absl::StatusOr<ExitCode> (*run)(const AuditOptions&)) {
    CLI::App* command = group->add_subcommand(name, what);
    command->add_option("--from", options->from, "Number of the file's first entry, for a part of a log [1]")
        ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 53));
    AddJsonOption(*command, options->output);
    command->callback([&invocation, options, run] {
      invocation.json = options->output.json;
      invocation.run = [options, run] { return run(*options); };
    });
    return command;
  };

  CLI::App* fetch = add("export", "Fetch the service's log into a file, or what is new since the last time", RunExport);
  fetch->add_option("--out", options->out, "The file; it is continued, never changed")->required();
  AddServiceOptions(*fetch, options->service);
  fetch->footer("Example: exposure audit export --out audit.log");

  CLI::App* verify = add("verify", "Find what was cut, edited or re-ordered in a file of `export`; offline", RunVerify);
  verify->add_option("FILE", options->file, "The log")->required();
  CLI::Option* head = verify->add_option("--head", options->head, "A head that was signed earlier, kept elsewhere");
  CLI::Option* key = verify->add_option("--operator-key", options->operator_key, "The signer's public file");
  head->needs(key);
  key->needs(head);
  verify->footer("Example: exposure audit verify audit.log --head head-2026-11-24 --operator-key operator.pub");

  CLI::App* show = add("show", "Verify a file of `export` and write it in lines", RunShow);
  show->add_option("FILE", options->file, "The log")->required();
  show->footer("Example: exposure audit show audit.log");

  CLI::App* sign = add("sign", "Verify a file of `export` and sign its last entry, to be kept elsewhere", RunSign);
  sign->add_option("FILE", options->file, "The log")->required();
  sign->add_option("--key", options->key, "An operator's secret key file")->required();
  sign->add_option("--out", options->out, "Where to write the signed head")->required();
  sign->footer("Example: exposure audit sign audit.log --key operator --out head-2026-11-24");
}

}  // namespace exposure::cli
