#include "client/layout.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"

namespace exposure {
namespace {

bool IsDigitAt(std::string_view text, int32_t i) {
  return i >= 0 && static_cast<size_t>(i) < text.size() && absl::ascii_isdigit(text[static_cast<size_t>(i)]);
}

// The words of a text, without control characters, and without the characters that turn the direction of writing. A
// space between digits is of a telephone number, which stays on one line.
std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words(1);
  const auto length = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < length;) {
    const int32_t begin = i;
    UChar32 c;
    U8_NEXT(text.data(), i, length, c);
    if (c == ' ' && IsDigitAt(text, begin - 1) && IsDigitAt(text, i)) {
      words.back().push_back(' ');
    } else if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      if (!words.back().empty()) words.emplace_back();
    } else if (c >= 0 && !u_iscntrl(c) && !u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL)) {
      words.back().append(text.substr(static_cast<size_t>(begin), static_cast<size_t>(i - begin)));
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// Appends the words from column `column` on, further lines from `indent` on.
void Wrap(std::string_view text, size_t column, size_t indent, std::string& out) {
  bool first = true;
  for (const std::string& word : Words(text)) {
    const size_t width = TextWidth(word);
    if (!first && column + 1 + width > kPageWidth) {
      out.push_back('\n');
      out.append(indent, ' ');
      column = indent;
    } else if (!first) {
      out.push_back(' ');
      ++column;
    }
    out.append(word);
    column += width;
    first = false;
  }
}

std::string_view ColourOf(Page::Style style) {
  switch (style) {
    case Page::Style::kPlain:
      return "";
    case Page::Style::kStrong:
      return "\x1b[1m";
    case Page::Style::kAlarm:
      return "\x1b[1;31m";
  }
  return "";
}

}  // namespace

std::string OneLine(std::string_view text) { return absl::StrJoin(Words(text), " "); }

size_t TextWidth(std::string_view text) {
  size_t width = 0;
  const auto length = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < length;) {
    UChar32 c;
    U8_NEXT(text.data(), i, length, c);
    if (c >= 0 && u_charType(c) != U_NON_SPACING_MARK) ++width;
  }
  return width;
}

void Page::Line(size_t indent, std::string_view text, Style style, bool hanging) {
  if (text.empty()) return;
  const std::string_view colour = colour_ ? ColourOf(style) : "";
  out_.append(colour);
  out_.append(indent, ' ');
  Wrap(text, indent, hanging ? indent + 2 : indent, out_);
  if (!colour.empty()) out_.append("\x1b[0m");
  out_.push_back('\n');
}

void Page::Entry(std::string_view label, std::string_view text) {
  if (text.empty()) return;
  std::string line(2, ' ');
  line.append(label);
  size_t column = TextWidth(line);
  // A label that is too long has its text below it.
  if (column + 1 > kLabelWidth) {
    line.push_back('\n');
    column = 0;
  }
  line.append(kLabelWidth - column, ' ');
  Wrap(text, kLabelWidth, kLabelWidth, line);
  out_.append(line);
  out_.push_back('\n');
}

void Page::Gap() {
  if (!out_.empty() && !out_.ends_with("\n\n")) out_.push_back('\n');
}

}  // namespace exposure
