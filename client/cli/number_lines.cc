#include "client/cli/number_lines.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "proto/rules/notice_rules.h"

namespace exposure::cli {
namespace {

constexpr size_t kMaxLine = 1024;
constexpr size_t kBufferSize = size_t{64} << 10;
constexpr std::string_view kSpaces = " \t\r";

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

bool HasLetter(std::string_view token) {
  return std::any_of(token.begin(), token.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// "met/pay" of a line's first word, or nothing: a number may have a slash in it, a kind has letters on both sides.
std::optional<DefaultKind> KindOf(std::string_view word) {
  const size_t slash = word.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view force = word.substr(0, slash);
  const std::string_view scheme = word.substr(slash + 1);
  if (!IsToken(force) || !IsToken(scheme) || !HasLetter(force) || !HasLetter(scheme)) return std::nullopt;
  return DefaultKind{std::string(force), std::string(scheme)};
}

}  // namespace

absl::StatusOr<Number> ParseNumberLine(std::string_view line, const DefaultKind& kind) {
  line = Trim(line);
  const size_t space = line.find_first_of(kSpaces);
  const std::optional<DefaultKind> own = KindOf(line.substr(0, space));
  if (own) line = space == std::string_view::npos ? std::string_view() : Trim(line.substr(space));
  if (line.empty()) return Error(Reason::kBadNumber, "There is no number.");
  const DefaultKind& used = own ? *own : kind;
  if (used.force.empty() || used.scheme.empty()) {
    return Error(Reason::kBadUsage,
                 "What kind of number is it?\n  Say --force met --scheme pay, or write each line as: met/pay NUMBER");
  }
  return Number{used.force, used.scheme, Secret(line)};
}

absl::Status CheckKind(const CheckedContent& content, std::string_view force, std::string_view scheme) {
  std::set<std::string> forces;
  std::set<std::string> schemes;
  bool known = false;
  for (const CheckedEpoch& epoch : content.epochs()) {
    if (!epoch.live()) continue;
    for (const v1::Scheme& entry : epoch.message->schemes()) {
      forces.insert(absl::StrCat(entry.force(), " (", entry.force_name().en(), ")"));
      if (entry.force() != force) continue;
      schemes.insert(absl::StrCat(entry.name(), " (", entry.label().en(), ")"));
      known = known || entry.name() == scheme;
    }
  }
  if (known) return absl::OkStatus();
  if (schemes.empty()) {
    return Error(Reason::kUnknownForce,
                 absl::StrCat("No such force here.\n  Known forces: ", absl::StrJoin(forces, ", ")));
  }
  return Error(Reason::kUnknownScheme,
               absl::StrCat("No such kind of number at this force.\n  Known kinds: ", absl::StrJoin(schemes, ", ")));
}

LineReader::LineReader(int fd) : fd_(fd), buffer_(kBufferSize) {}

absl::Status LineReader::Fill() {
  std::span<uint8_t> bytes = buffer_.RevealMutable();
  std::copy(bytes.begin() + begin_, bytes.begin() + end_, bytes.begin());
  end_ -= begin_;
  begin_ = 0;
  for (;;) {
    const ssize_t n = read(fd_, bytes.data() + end_, bytes.size() - end_);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error(Reason::kFileError, absl::StrCat("Standard input cannot be read: ", strerror(errno), "."));
    finished_ = n == 0;
    end_ += static_cast<size_t>(n);
    return absl::OkStatus();
  }
}

absl::StatusOr<std::optional<std::string_view>> LineReader::Next() {
  for (;;) {
    const std::string_view held = AsChars(buffer_.Reveal().subspan(begin_, end_ - begin_));
    const size_t newline = held.find('\n');
    if (newline == std::string_view::npos && !finished_ && held.size() <= kMaxLine) {
      RETURN_IF_ERROR(Fill());
      continue;
    }
    if (newline == std::string_view::npos && held.empty()) return std::optional<std::string_view>();
    ++row_;
    const std::string_view line = held.substr(0, newline);
    if (line.size() > kMaxLine) {
      return Error(Reason::kBadSource,
                   absl::StrCat("Line ", row_, " of standard input is too long: one number a line."));
    }
    begin_ += std::min(held.size(), line.size() + 1);
    return std::optional<std::string_view>(line);
  }
}

}  // namespace exposure::cli
