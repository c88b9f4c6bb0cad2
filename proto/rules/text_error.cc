#include "proto/rules/text_error.h"

#include <algorithm>

namespace exposure {
namespace {

bool IsName(std::string_view word) {
  if (word.starts_with("exposure.")) return true;
  return !word.empty() &&
         std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

}  // namespace

std::string DescribeTextError(std::string_view parser_message) {
  std::string_view rest = parser_message.substr(0, parser_message.find(", got:"));
  std::string out;
  for (;;) {
    const size_t open = rest.find('"');
    const size_t close = open == std::string_view::npos ? open : rest.find('"', open + 1);
    if (close == std::string_view::npos) return out.append(rest.substr(0, open));
    out.append(rest.substr(0, open));
    const std::string_view word = rest.substr(open + 1, close - open - 1);
    out.append(IsName(word) ? rest.substr(open, close - open + 1) : "(not shown)");
    rest.remove_prefix(close + 1);
  }
}

}  // namespace exposure
