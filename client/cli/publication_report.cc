#include "client/cli/publication_report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/bytes.h"
#include "client/cli/output.h"
#include "client/cli/report.h"
#include "client/layout.h"
#include "client/words.h"

namespace exposure::cli {
namespace {

// "+12", "-3"; "as before".
std::string Movement(const CountChange& change) {
  if (change.after == change.before) return "as before";
  return change.after > change.before ? absl::StrCat("+", FormatCount(change.after - change.before))
                                      : absl::StrCat("-", FormatCount(change.before - change.after));
}

std::string ChangesText(const Publication& publication) {
  if (!publication.before) return "There is no other dataset of this incident and kind of number to compare it with.\n";
  std::string text = absl::StrCat("Compared with the published dataset ", ToHex(*publication.before), "\n");
  size_t widest = 0;
  for (const CountChange& change : publication.changes) widest = std::max(widest, TextWidth(change.label));
  for (const CountChange& change : publication.changes) {
    absl::StrAppend(&text, "  ", change.label, std::string(widest - TextWidth(change.label), ' '),
                    absl::StrFormat("  %11s → %11s  %s\n", FormatCount(change.before), FormatCount(change.after),
                                    Movement(change)));
  }
  return text;
}

}  // namespace

std::string ToText(const Publication& publication, const PrintOptions& options) {
  return absl::StrCat("=== Somebody in it, with the details that most people have in it, will read:\n\n",
                      ToText(publication.exposed, options), "\n=== Somebody who is not in it will read:\n\n",
                      ToText(publication.not_in, options), "\n=== What changes\n\n", ChangesText(publication));
}

std::string ToJson(const Publication& publication) {
  std::string changes;
  for (const CountChange& change : publication.changes) {
    absl::StrAppend(&changes, changes.empty() ? "" : ",", "{\"count\":", JsonString(change.key),
                    ",\"before\":", change.before, ",\"after\":", change.after, "}");
  }
  return absl::StrCat(
      "{\"dataset_id\":\"", ToHex(publication.dataset_id), "\",\"exposed\":", ToJson(publication.exposed),
      ",\"not_in\":", ToJson(publication.not_in), ",\"compared_with\":\"",
      publication.before ? ToHex(*publication.before) : "", "\",\"changes\":[", changes,
      "],\"refused\":", JsonString(publication.allowed.ok() ? "" : ReasonName(publication.allowed)), "}\n");
}

}  // namespace exposure::cli
