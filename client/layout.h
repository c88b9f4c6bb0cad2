// Plain text for terminals: 80 columns, hanging indents, a column of labels.
#ifndef EXPOSURE_CLIENT_LAYOUT_H_
#define EXPOSURE_CLIENT_LAYOUT_H_

#include <string>
#include <string_view>

namespace exposure {

inline constexpr size_t kPageWidth = 80;   // columns
inline constexpr size_t kLabelWidth = 27;  // columns of a label, its indent included

// What is shown may come from anybody who can publish: control characters are dropped. Line breaks in a text count as
// spaces.
class Page {
 public:
  enum class Style { kPlain, kStrong, kAlarm };

  explicit Page(bool colour) : colour_(colour) {}

  // Wrapped at `indent` columns; further lines two deeper where `hanging`. Nothing where the text is empty.
  void Line(size_t indent, std::string_view text, Style style = Style::kPlain, bool hanging = false);
  // A label, and the text in the column beside it. Nothing where the text is empty.
  void Entry(std::string_view label, std::string_view text);
  // An empty line, but never two and never the first.
  void Gap();
  std::string Take() { return std::move(out_); }

 private:
  const bool colour_;
  std::string out_;
};

// The text on one line: without control characters and those that turn the direction of writing, each run of spaces and
// line breaks one space.
std::string OneLine(std::string_view text);

// Columns that valid UTF-8 takes, a combining mark none.
size_t TextWidth(std::string_view text);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_LAYOUT_H_
