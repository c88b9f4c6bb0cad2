// The answer to one person's question: a verdict for each incident (design.md §6), never a bare "safe".
#ifndef EXPOSURE_CLIENT_ANSWER_H_
#define EXPOSURE_CLIENT_ANSWER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "crypto/record.h"
#include "exposure/v1/dataset.pb.h"
#include "exposure/v1/notice.pb.h"

namespace exposure {

enum class VerdictKind {
  kExposed,             // EXPOSED
  kNotInThisDataset,    // NOT_IN_THIS_DATASET
  kNeedsAnotherNumber,  // NEEDS_ANOTHER_NUMBER
  kCannotBeChecked,     // CANNOT_BE_CHECKED
  kCannotBeCheckedYet,  // CANNOT_BE_CHECKED_YET
  kNoAnswer,            // NO_ANSWER
};

// "EXPOSED", as in JSON.
std::string_view VerdictWord(VerdictKind kind);

// What the dataset covers, for "not in this dataset".
struct Coverage {
  std::string scheme;  // "met/pay"
  std::string as_at;   // "2023-09-02"; may be empty
  uint64_t rows_read = 0;
  uint64_t rows_indexed = 0;
  uint64_t rows_merged = 0;
  uint64_t rows_quarantined = 0;
  uint64_t people_declared = 0;  // 0: not declared
};

struct Verdict {
  VerdictKind kind = VerdictKind::kNoAnswer;
  std::shared_ptr<const v1::Notice> notice;  // of the incident; never null
  crypto::Categories categories;             // with kExposed: the union over all numbers and datasets
  std::vector<v1::Category> spoken_of;       // with kExposed: categories that the notice or a dataset looked in names
  uint32_t source_rows = 0;                  // with kExposed
  std::vector<Coverage> coverage;            // of the datasets that were looked in
  std::vector<std::string> needs;            // schemes ("psni/service") with which the person could ask again
  absl::Status problem;                      // with kNoAnswer: why; with kExposed, unless OK: why it is incomplete
};

// How the answer came about, for --verbose and --json.
struct AnswerProof {
  uint64_t catalogue_version = 0;
  uint64_t catalogue_issued = 0;  // Unix seconds
  uint64_t catalogue_expires = 0;
  std::string content_hash;  // hexadecimal
  uint32_t numbers = 0;      // different numbers asked
  uint32_t fetches = 0;      // (number, epoch) pairs
  int revealed_bits = 0;     // in sum, at most
  bool whole_set = false;    // whole datasets were used: nothing was revealed
};

struct Answer {
  std::vector<Verdict> verdicts;  // one for each incident, in the order of the catalogue
  AnswerProof proof;

  // True unless some verdict has a problem.
  bool complete() const;
};

// docs/json.md has the schema; stable.
std::string ToJson(const Answer& answer);

enum class Language { kEnglish, kWelsh };

struct PrintOptions {
  Language language = Language::kEnglish;
  bool colour = false;
  bool verbose = false;
};

// As in experience.md: the verdict first on a line of its own, plain words. EXPOSED first, "cannot be checked" last.
std::string ToText(const Answer& answer, const PrintOptions& options = {});
// One notice, whole.
std::string ToText(const v1::Notice& notice, const PrintOptions& options = {});

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_ANSWER_H_
