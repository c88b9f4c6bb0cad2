#include "client/source/number_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace exposure {
namespace {

constexpr double kTooManyDigits = 1e15;  // a workbook holds 15

// A number in full, without exponent: the shortest that reads back as the same.
std::string Plain(double value) {
  std::array<char, 512> text;
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return std::string(text.data(), result.ptr);
}

// Whether digits of a whole number may have been lost before it was stored. "1.23457E+11" is how a program writes what
// it has cut to six digits; "1.2345678E7", without a plus, is how Java writes all that there are.
bool LostDigits(std::string_view stored, double value, std::string_view plain) {
  if (value != std::trunc(value)) return false;
  if (std::fabs(value) >= kTooManyDigits) return true;
  const size_t exponent = stored.find_first_of("eE");
  if (exponent == stored.npos || !stored.substr(exponent + 1).starts_with('+')) return false;
  const auto digits = [](std::string_view text) {
    return std::count_if(text.begin(), text.end(), absl::ascii_isdigit);
  };
  return digits(stored.substr(0, exponent)) < digits(plain);
}

}  // namespace

// Reads a code section by section.
class NumberFormat::Parser {
 public:
  explicit Parser(std::string_view code) : code_(code) {}

  std::vector<Section> Parse() {
    std::vector<Section> sections;
    do {
      sections.push_back(ParseSection());
    } while (at_ < code_.size() && code_[at_++] == ';');
    return sections;
  }

 private:
  Section ParseSection() {
    section_ = Section();
    zeros_ = 0;
    has_date_ = has_minutes_ = has_time_ = elapsed_ = scientific_ = other_ = fraction_ = general_ = false;
    while (at_ < code_.size() && code_[at_] != ';') TakeToken();
    section_.shape = ShapeOf();
    return std::move(section_);
  }

  Shape ShapeOf() const {
    if (general_ || elapsed_) return Shape::kPlain;
    if (has_date_ || (has_minutes_ && !has_time_)) return Shape::kDate;
    if (has_time_) return Shape::kTime;
    if (scientific_) return Shape::kScientific;
    if (other_) return zeros_ >= 2 ? Shape::kPaddedOtherwise : Shape::kPlain;
    return zeros_ >= 1 && section_.pattern != "0" ? Shape::kPadded : Shape::kPlain;
  }

  void Literal(std::string_view text) {
    section_.pattern.append(text);
    section_.is_literal.append(text.size(), 'l');
  }

  char Next() { return at_ < code_.size() ? code_[at_++] : '\0'; }

  void TakeToken() {
    if (absl::StartsWithIgnoreCase(absl::string_view(code_.data() + at_, code_.size() - at_), "General")) {
      general_ = true;
      at_ += 7;
      return;
    }
    const char c = Next();
    switch (c) {
      case '"': {
        const size_t end = std::min(code_.find('"', at_), code_.size());
        Literal(code_.substr(at_, end - at_));
        at_ = std::min(end + 1, code_.size());
        return;
      }
      case '\\':
      case '!':
        if (at_ < code_.size()) Literal(code_.substr(at_++, 1));
        return;
      case '_':  // a space as wide as the next
      case '*':  // the next, as often as there is room
        Next();
        return;
      case '[':
        return TakeBracket();
      case '0':
      case '#':
      case '?':
        if (c == '0' && !fraction_) ++zeros_;
        section_.pattern += c == '0' ? '0' : '#';
        section_.is_literal += ' ';
        return;
      default:
        return TakeLetter(c);
    }
  }

  void TakeLetter(char c) {
    switch (absl::ascii_tolower(c)) {
      case 'y':
      case 'd':
        has_date_ = true;
        return;
      case 'm':
        has_minutes_ = true;
        return;
      case 'h':
      case 's':
        has_time_ = true;
        return;
      case 'e':
        (at_ < code_.size() && (code_[at_] == '+' || code_[at_] == '-') ? scientific_ : has_date_) = true;
        return;
      case '.':
        fraction_ = other_ = true;
        return;
      case ',':
      case '%':
      case '/':
      case '@':
        other_ = true;
        return;
      default:
        Literal(std::string_view(&c, 1));
    }
  }

  // "[Red]", "[$£-809]", "[>=1000]", "[h]".
  void TakeBracket() {
    const size_t end = std::min(code_.find(']', at_), code_.size());
    const std::string_view inside = code_.substr(at_, end - at_);
    at_ = std::min(end + 1, code_.size());
    if (inside.starts_with('$')) return Literal(inside.substr(1, inside.find('-') - 1));
    if (!inside.empty() && inside.find_first_not_of("hHmMsS") == inside.npos) elapsed_ = true;
    const size_t number = inside.find_first_not_of("<>=");
    if (number == 0 || number == inside.npos) return;
    const std::string_view relation = inside.substr(0, number);
    section_.relation = relation == "<=" ? 'l' : relation == ">=" ? 'g' : relation == "<>" ? 'n' : relation[0];
    if (!absl::SimpleAtod(absl::string_view(inside.data() + number, inside.size() - number), &section_.bound)) {
      section_.relation = 0;
    }
  }

  const std::string_view code_;
  size_t at_ = 0;
  Section section_;
  int zeros_ = 0;  // that stand before a point
  bool has_date_ = false, has_minutes_ = false, has_time_ = false, elapsed_ = false;
  bool scientific_ = false, other_ = false, fraction_ = false, general_ = false;
};

NumberFormat::NumberFormat(std::string_view code) : sections_(Parser(code).Parse()) {}

const NumberFormat::Section& NumberFormat::Choose(double value) const {
  const size_t count = std::min<size_t>(sections_.size(), 3);  // a fourth is for text
  const auto holds = [&](const Section& section) {
    switch (section.relation) {
      case '<':
        return value < section.bound;
      case '>':
        return value > section.bound;
      case '=':
        return value == section.bound;
      case 'l':
        return value <= section.bound;
      case 'g':
        return value >= section.bound;
      default:
        return value != section.bound;
    }
  };
  if (std::any_of(sections_.begin(), sections_.end(), [](const Section& s) { return s.relation != 0; })) {
    for (size_t i = 0; i < count; ++i) {
      if (sections_[i].relation == 0 || holds(sections_[i])) return sections_[i];
    }
    return sections_[count - 1];
  }
  if (value < 0 && count >= 2) return sections_[1];
  if (value == 0 && count >= 3) return sections_[2];
  return sections_[0];
}

// The digits go into the pattern from its end; those that are left over stand before its first.
std::string NumberFormat::Pad(const Section& section, std::string_view digits) {
  if (digits == "0") digits = "";
  const size_t first = section.is_literal.find(' ');
  std::string reversed;
  for (size_t i = section.pattern.size(); i-- > 0;) {
    if (section.is_literal[i] == 'l') {
      reversed += section.pattern[i];
      continue;
    }
    if (!digits.empty()) {
      reversed += digits.back();
      digits.remove_suffix(1);
    } else if (section.pattern[i] == '0') {
      reversed += '0';
    }
    if (i == first) reversed.append(digits.rbegin(), digits.rend());
  }
  return std::string(reversed.rbegin(), reversed.rend());
}

std::optional<ShownNumber> NumberFormat::Show(std::string_view stored, DateSystem system) const {
  double value = 0;
  const std::string_view digits = stored.starts_with('+') ? stored.substr(1) : stored;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) return std::nullopt;
  if (value == 0) value = 0;  // no "-0"
  ShownNumber shown{.text = Plain(value)};
  shown.exact = !LostDigits(stored, value, shown.text);
  const Section& section = Choose(value);
  const bool whole = value == std::trunc(value);
  switch (section.shape) {
    case Shape::kPlain:
      break;
    case Shape::kScientific:  // typed as "1.23457E+11", or as the number "12E3"
      if (whole && value != 0 && shown.text.ends_with('0')) shown.exact = false;
      break;
    case Shape::kPaddedOtherwise:
      shown.exact = false;
      break;
    case Shape::kPadded:
      if (!whole || !shown.exact) {
        shown.exact = false;
        break;
      }
      shown.text = Pad(section, Plain(std::fabs(value)));
      if (value < 0 && &section == &sections_[0]) shown.text.insert(0, "-");
      break;
    case Shape::kDate:
    case Shape::kTime:
      if (std::string date = IsoDate(value, system, section.shape == Shape::kDate); !date.empty()) {
        shown = {.text = std::move(date), .kind = CellKind::kDate};
      }
      break;
  }
  return shown;
}

std::string_view BuiltInFormat(uint64_t id) {
  if ((id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) || id == 57 ||
      id == 58) {
    return "yyyy-mm-dd";
  }
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id == 45 || id == 47 || id == 55 || id == 56)
    return "h:mm:ss";
  if (id == 11 || id == 48) return "0.00E+00";
  return "General";
}

}  // namespace exposure
