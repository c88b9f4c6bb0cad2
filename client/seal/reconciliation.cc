#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/sealer.h"
#include "client/words.h"

namespace exposure {
namespace {

// "Exposed: name 46,871 · photo 44,120", of the categories where `count` is not 0; empty where there is none.
std::string CountLine(const Reconciliation& r, const char* heading, uint64_t (v1::CategoryCount::*count)() const) {
  std::vector<std::string> parts;
  for (const v1::CategoryCount& c : r.counts) {
    if ((c.*count)() == 0) continue;
    parts.push_back(absl::StrCat(CategoryName(c.category(), Language::kEnglish), " ", FormatCount((c.*count)())));
  }
  return parts.empty() ? "" : absl::StrCat(heading, ": ", absl::StrJoin(parts, " · "), "\n");
}

std::string DifferenceLine(const Reconciliation& r) {
  if (r.declared_people == 0) return "People declared: none. Say how many in the mapping: declared_people.\n";
  const uint64_t difference = std::max(r.declared_people, r.indexed) - std::min(r.declared_people, r.indexed);
  const std::string line = absl::StrCat("Declared ", FormatCount(r.declared_people), " people. Indexed ",
                                        FormatCount(r.indexed), " numbers.");
  if (difference == 0) return absl::StrCat(line, "\n");
  return absl::StrCat(line, " Difference ", FormatCount(difference),
                      r.difference_explained.empty()
                          ? ": explain before publishing (--difference-explained \"…\").\n"
                          : absl::StrCat(", explained: \"", r.difference_explained, "\".\n"));
}

}  // namespace

std::string ToText(const Reconciliation& r) {
  return absl::StrCat(
      "Read ", FormatCount(r.read), " rows = indexed ", FormatCount(r.indexed), " + merged ", FormatCount(r.merged),
      " + quarantined ", FormatCount(r.quarantined),
      r.quarantined == 0 ? "\n" : absl::StrCat("     (", r.quarantine_file, ": contact these people directly)\n"),
      DifferenceLine(r), CountLine(r, "Exposed", &v1::CategoryCount::exposed),
      CountLine(r, "Possibly exposed", &v1::CategoryCount::possibly_exposed),
      CountLine(r, "Unknown", &v1::CategoryCount::unknown), CountLine(r, "Not held", &v1::CategoryCount::not_held));
}

std::string ToJson(const Reconciliation& r) {
  nlohmann::ordered_json categories = nlohmann::ordered_json::object();
  for (const v1::CategoryCount& c : r.counts) {
    categories[CategoryKey(c.category())] = {{"exposed", c.exposed()},
                                             {"possibly_exposed", c.possibly_exposed()},
                                             {"not_held", c.not_held()},
                                             {"unknown", c.unknown()}};
  }
  const nlohmann::ordered_json json = {{"rows_read", r.read},
                                       {"rows_indexed", r.indexed},
                                       {"rows_merged", r.merged},
                                       {"rows_quarantined", r.quarantined},
                                       {"people_declared", r.declared_people},
                                       {"difference_explained", r.difference_explained},
                                       {"quarantine_file", r.quarantine_file},
                                       {"categories", std::move(categories)}};
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace exposure
