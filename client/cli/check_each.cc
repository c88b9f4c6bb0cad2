#include "client/cli/check_each.h"

#include <unistd.h>

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/cli/output.h"
#include "client/cli/progress.h"
#include "client/cli/report.h"
#include "client/words.h"
#include "exposure/v1/category.pb.h"

namespace exposure::cli {
namespace {

// A line that was read: a question, or what is wrong with it.
struct Row {
  size_t row;
  absl::Status problem;
};

std::string CategoryWords(const crypto::Categories& categories, crypto::State state) {
  std::vector<std::string> words;
  for (int c = 0; c < crypto::kCategoryCount; ++c) {
    if (categories.Get(c) == state) words.push_back(JsonString(CategoryKey(static_cast<v1::Category>(c + 1))));
  }
  return absl::StrCat("[", absl::StrJoin(words, ","), "]");
}

std::string VerdictJson(const Verdict& verdict) {
  std::string json = absl::StrCat("{\"incident_id\":", JsonString(verdict.notice->incident_id()),
                                  ",\"verdict\":", JsonString(VerdictWord(verdict.kind)));
  if (verdict.kind == VerdictKind::kExposed) {
    absl::StrAppend(&json, ",\"exposed\":", CategoryWords(verdict.categories, crypto::State::kExposed),
                    ",\"possibly_exposed\":", CategoryWords(verdict.categories, crypto::State::kPossiblyExposed),
                    ",\"not_held\":", CategoryWords(verdict.categories, crypto::State::kNotHeld));
  }
  if (!verdict.problem.ok()) {
    absl::StrAppend(&json, ",\"reason\":", JsonString(ReasonName(verdict.problem)));
  }
  return json + "}";
}

ExitCode CodeOf(const PersonAnswer& answer) {
  if (!answer.ok()) return ExitCodeOf(answer.status());
  return answer->complete() ? ExitCode::kOk : ExitCode::kNotVerified;
}

// Of a batch: what could not be verified counts more than what was mistyped.
ExitCode Worse(ExitCode a, ExitCode b) {
  const auto rank = [](ExitCode code) { return code == ExitCode::kOk ? 0 : code == ExitCode::kWrongUse ? 1 : 2; };
  return rank(b) > rank(a) ? b : a;
}

// The questions that fit in memory at once.
struct Chunk {
  std::vector<Row> rows;
  std::vector<std::vector<Number>> people;  // of the rows without a problem, in order
};

absl::Status ReadChunk(LineReader& reader, const CheckedContent& content, const DefaultKind& kind, Chunk& chunk) {
  while (chunk.rows.size() < kMostPeopleAtOnce) {
    ASSIGN_OR_RETURN(const std::optional<std::string_view> line, reader.Next());
    if (!line) break;
    absl::StatusOr<Number> number = ParseNumberLine(*line, kind);
    absl::Status problem = number.ok() ? CheckKind(content, number->force, number->scheme) : number.status();
    if (problem.ok()) chunk.people.emplace_back().push_back(*std::move(number));
    chunk.rows.push_back({.row = reader.row(), .problem = std::move(problem)});
  }
  return absl::OkStatus();
}

}  // namespace

std::string RowText(size_t row, const PersonAnswer& answer) {
  if (!answer.ok()) return absl::StrCat(row, "\t", ReasonName(answer.status()), "\n");
  std::vector<std::string> verdicts;
  for (const Verdict& verdict : answer->verdicts) {
    if (verdict.kind == VerdictKind::kCannotBeChecked) continue;  // the same for everybody: see `exposure notices`
    verdicts.push_back(absl::StrCat(std::string(VerdictWord(verdict.kind)), " ", verdict.notice->incident_id()));
  }
  return absl::StrCat(row, "\t", absl::StrJoin(verdicts, "; "), "\n");
}

std::string RowJson(size_t row, const PersonAnswer& answer) {
  if (!answer.ok()) {
    return absl::StrCat("{\"row\":", row, ",\"error\":", JsonString(ReasonName(answer.status())), "}\n");
  }
  std::vector<std::string> verdicts;
  for (const Verdict& verdict : answer->verdicts) verdicts.push_back(VerdictJson(verdict));
  return absl::StrCat("{\"row\":", row, ",\"verdicts\":[", absl::StrJoin(verdicts, ","), "]}\n");
}

absl::StatusOr<ExitCode> CheckEachLine(Lookup& lookup, const CheckedContent& content, const DefaultKind& kind,
                                       bool json) {
  LineReader reader(STDIN_FILENO);
  Progress progress;
  ExitCode worst = ExitCode::kOk;
  size_t finished = 0;
  for (;;) {
    Chunk chunk;
    RETURN_IF_ERROR(ReadChunk(reader, content, kind, chunk));
    if (chunk.rows.empty()) break;
    std::vector<PersonAnswer> answers;
    if (!chunk.people.empty()) {
      ASSIGN_OR_RETURN(answers, lookup.CheckEach(chunk.people, [&](size_t done) {
        progress.Update("Checking", "people", finished + done, finished + chunk.people.size());
      }));
    }
    std::string text;
    size_t next = 0;
    for (const Row& row : chunk.rows) {
      const PersonAnswer answer = row.problem.ok() ? std::move(answers[next++]) : PersonAnswer(row.problem);
      text += json ? RowJson(row.row, answer) : RowText(row.row, answer);
      worst = Worse(worst, CodeOf(answer));
    }
    RETURN_IF_ERROR(WriteOut(text));
    finished += chunk.people.size();
  }
  if (reader.row() == 0) return Error(Reason::kBadUsage, "There was no number on standard input.");
  return worst;
}

}  // namespace exposure::cli
