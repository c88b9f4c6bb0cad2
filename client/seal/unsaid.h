// What a source has and its mapping does not speak of, noted as it is found: one message has all of it, with the lines
// to write.
#ifndef EXPOSURE_CLIENT_SEAL_UNSAID_H_
#define EXPOSURE_CLIENT_SEAL_UNSAID_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace exposure {

// Not thread-safe.
class Unsaid {
 public:
  // Each is neither used nor ignored; `what` it is stands beside its line.
  void AddTable(std::string_view table, std::string_view what);
  void AddColumn(std::string_view column, std::string_view what);
  void AddPart(std::string_view part, std::string_view what);
  // The mapping names it, and the source has it not; `kind`: "table".
  void AddAbsent(std::string_view kind, std::string_view name);

  // Returns BAD_SOURCE unless nothing was noted.
  absl::Status Check() const;

 private:
  void Add(std::string_view line, std::string_view what);

  size_t count_ = 0;
  std::string write_;   // a line for each of them
  std::string absent_;  // a line for each that is not there
};

// In protobuf text, and safe on a terminal, whatever the name is.
std::string Quoted(std::string_view name);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_UNSAID_H_
