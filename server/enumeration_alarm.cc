#include "server/enumeration_alarm.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace exposure::server {
namespace {

// Of the budget: what is judged. Small enough that what is found is found before a tenth of it is gone.
constexpr uint64_t kJudgedPart = 25;
constexpr uint64_t kLeastJudged = 50;  // a few calls raise nothing

// A question is full on average from five eighths of the numbers that it may have: 2.5 of 4.
constexpr uint64_t kFullEighths = 5;

}  // namespace

std::vector<Suspicion> Suspicions(const DayShape& shape, const DayNormal& normal) {
  const uint64_t judged = std::max(normal.budget / kJudgedPart, kLeastJudged);
  std::vector<Suspicion> found;
  if (shape.batches > judged) {
    found.push_back({"batches", absl::StrCat(shape.batches, " numbers in batches of its own, of a day's budget of ",
                                             normal.budget, ": was a roster to be checked?")});
  }
  if (shape.beyond > judged) {
    found.push_back({"beyond-usual", absl::StrCat(shape.beyond, " of ", shape.elements, " numbers are more than its ",
                                                  shape.subjects, " subjects usually ask")});
  }
  if (shape.elements <= judged) return found;
  if (8 * shape.elements > kFullEighths * normal.numbers_per_question * shape.calls) {
    found.push_back({"full-questions", absl::StrCat(shape.elements, " numbers in only ", shape.calls,
                                                    " calls: nearly all are as full as they may be")});
  }
  if (shape.subjects > normal.most_subjects) {
    found.push_back(
        {"subjects", absl::StrCat(shape.subjects, " subjects, where at most ", normal.most_subjects, " are likely")});
  }
  return found;
}

}  // namespace exposure::server
