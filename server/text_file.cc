#include "server/text_file.h"

#include <google/protobuf/io/tokenizer.h>

#include <utility>

#include "base/file.h"
#include "base/status_macros.h"
#include "proto/rules/text_error.h"
#include "server/problems.h"

namespace exposure::server {
namespace {

constexpr size_t kMaxFile = 1 << 20;

class Collector final : public google::protobuf::io::ErrorCollector {
 public:
  explicit Collector(Problems& problems) : problems_(problems) {}

  // `line` counts from 0; -1: the end of the file.
  void AddError(int line, google::protobuf::io::ColumnNumber, const std::string& message) override {
    problems_.Add(line + 1, "", DescribeTextError(message), "");
  }

 private:
  Problems& problems_;
};

}  // namespace

absl::Status ReadTextFile(const std::string& path, google::protobuf::Message* message,
                          google::protobuf::TextFormat::ParseInfoTree* tree) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxFile));
  Problems problems(path);
  Collector collector(problems);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  if (tree != nullptr) parser.WriteLocationsTo(tree);
  if (!parser.ParseFromString(text, message) && problems.empty()) problems.Add(1, "", "cannot be read.", "");
  return problems.ToStatus();
}

}  // namespace exposure::server
