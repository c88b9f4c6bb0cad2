// Does this look like people asking about themselves, or like somebody who tries numbers? Looks at the shape of a day,
// not only at its volume: a first night, when everybody asks twice, is large and raises nothing.
//
// What is looked for, of one caller and epoch, once it is more than a twenty-fifth of the day's budget:
// - batches: the caller's own, of no person. A roster is asked seldom and on purpose; the operator knows of it.
// - subjects that ask more than is usual for them: numbers beyond the usual are counted, so that a crowd of others does
//   not hide them.
// - questions that are full: people have one number or two, and who tries numbers sends as many as fit.
// - more subjects than there can be: than people, or than a caller of this day's limit has agents.
//
// What it cannot see: somebody who looks like a crowd, with one number for each of many invented subjects. That one is
// bounded by the budget, and seen when there are more subjects than people. An epoch of so few people that a tenth of
// its budget is less than fifty numbers raises nothing before that.
#ifndef EXPOSURE_SERVER_ENUMERATION_ALARM_H_
#define EXPOSURE_SERVER_ENUMERATION_ALARM_H_

#include <cstdint>
#include <string>
#include <vector>

namespace exposure::server {

// What one caller asked of one epoch in a day, in elements unless it says otherwise.
struct DayShape {
  uint64_t elements = 0;  // of subjects
  uint64_t batches = 0;   // of the caller's own
  uint64_t calls = 0;     // calls, of subjects
  uint64_t subjects = 0;  // subjects that asked
  uint64_t beyond = 0;    // beyond what their subjects usually ask
};

// What it is compared with.
struct DayNormal {
  uint64_t budget = 0;  // of the epoch and day, without a surge
  uint64_t numbers_per_question = 4;
  uint64_t most_subjects = 0;
};

struct Suspicion {
  std::string kind;   // "batches", "beyond-usual", "full-questions", "subjects"
  std::string shape;  // in words and counts, for an operator
};

std::vector<Suspicion> Suspicions(const DayShape& shape, const DayNormal& normal);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_ENUMERATION_ALARM_H_
