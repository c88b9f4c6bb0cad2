#include "client/cli/text_file.h"

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "proto/rules/text_error.h"

namespace exposure::cli {
namespace {

constexpr size_t kMaxTextFile = size_t{1} << 20;

// Keeps the first error; lines and columns count from 1.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  explicit FirstError(std::string file) : file_(std::move(file)) {}
  void AddError(int line, int column, const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat(file_, ":", line + 1, ":", column + 1, ": ", DescribeTextError(message));
  }
  const std::string& text() const { return text_; }

 private:
  const std::string file_;
  std::string text_;
};

}  // namespace

absl::Status ParseTextProto(std::string_view text, const std::string& file, Reason reason,
                            google::protobuf::Message& out) {
  google::protobuf::TextFormat::Parser parser;
  FirstError error(file);
  parser.RecordErrorsTo(&error);
  if (parser.ParseFromString(std::string(text), &out)) return absl::OkStatus();
  return Error(reason, error.text().empty() ? absl::StrCat(file, ": cannot be read as text.") : error.text());
}

absl::Status ReadTextProto(const std::string& path, Reason reason, google::protobuf::Message& out) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxTextFile));
  return ParseTextProto(text, path, reason, out);
}

absl::Status ReadMadeFile(const std::string& path, const std::string& what, Reason reason,
                          google::protobuf::Message& out) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxTextFile));
  if (ParseTextProto(text, path, reason, out).ok()) return absl::OkStatus();
  return Error(reason, absl::StrCat(path, ": is not ", what, "."));
}

std::string ToTextProto(const google::protobuf::Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintToString(message, &text);
  return text;
}

}  // namespace exposure::cli
