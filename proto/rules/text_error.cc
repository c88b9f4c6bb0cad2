#include "proto/rules/text_error.h"

namespace exposure {
namespace {

// What stands before text of the file, with whatever quotes it has: "Expected identifier, got: 629229", "Expected ":",
// found ""Foster""", "Integer out of range (9876543210)", "Invalid value for boolean field "x". Value: "Foster"".
constexpr std::string_view kBeforeText[] = {", got:", ", found ", " (", ". Value:"};

// What stands before a name of ours; before anything else, the quoted word is the file's.
bool NamesOurs(std::string_view before) {
  return before.ends_with("ield ") || before.ends_with("oneof ");  // "Field", "field"
}

bool IsOurs(std::string_view before, std::string_view word) {
  return NamesOurs(before) || word.starts_with("exposure.") || word == ":" || word == "{" || word == "}";
}

}  // namespace

std::string DescribeTextError(std::string_view parser_message) {
  std::string_view rest = parser_message;
  for (const std::string_view before_text : kBeforeText) rest = rest.substr(0, rest.find(before_text));
  std::string out;
  for (;;) {
    const size_t open = rest.find('"');
    const size_t close = open == std::string_view::npos ? open : rest.find('"', open + 1);
    if (close == std::string_view::npos) return out.append(rest.substr(0, open));
    const std::string_view before = rest.substr(0, open);
    const std::string_view word = rest.substr(open + 1, close - open - 1);
    out.append(before);
    out.append(IsOurs(before, word) ? rest.substr(open, close - open + 1) : "(not shown)");
    rest.remove_prefix(close + 1);
  }
}

}  // namespace exposure
