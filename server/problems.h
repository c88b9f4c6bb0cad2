// Collects what is wrong with a configuration, each with its place in the file and what mends it, so that an operator
// sees everything at once.
#ifndef EXPOSURE_SERVER_PROBLEMS_H_
#define EXPOSURE_SERVER_PROBLEMS_H_

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace exposure::server {

class Problems {
 public:
  explicit Problems(std::string path) : path_(std::move(path)) {}

  // "path:line: field: what\n  Fix: fix". An empty fix: `what` brings its own, or there is none.
  void Add(int line, std::string_view field, std::string_view what, std::string_view fix);

  bool empty() const { return lines_.empty(); }
  // BAD_CONFIG with all of them, or OK.
  absl::Status ToStatus() const;

 private:
  const std::string path_;
  std::vector<std::string> lines_;
};

inline std::string Message(const absl::Status& status) { return std::string(status.message()); }

// One message of the file, and where its fields stand in it. A field that is not there is reported at the line of its
// message.
class Place {
 public:
  // The file itself.
  Place(Problems& problems, const google::protobuf::Descriptor* type,
        const google::protobuf::TextFormat::ParseInfoTree& tree)
      : Place(problems, type, &tree, 1, "") {}

  // `index` of a repeated field, else -1.
  void Report(const std::string& field, int index, std::string_view what, std::string_view fix = "") const;
  // Reports a field that must be given where its `value` is empty. Returns whether it was given.
  bool Needs(const std::string& field, const std::string& value, std::string_view fix = "") const;
  Place Nested(const std::string& field, int index) const;

 private:
  Place(Problems& problems, const google::protobuf::Descriptor* type,
        const google::protobuf::TextFormat::ParseInfoTree* tree, int line, std::string prefix)
      : problems_(problems), type_(type), tree_(tree), line_(line), prefix_(std::move(prefix)) {}

  int Line(const google::protobuf::FieldDescriptor* field, int index) const;

  Problems& problems_;
  const google::protobuf::Descriptor* type_;
  const google::protobuf::TextFormat::ParseInfoTree* tree_;  // null: the message is not in the file
  const int line_;                                           // from 1
  const std::string prefix_;                                 // "epochs[0]."
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_PROBLEMS_H_
