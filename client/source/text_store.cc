#include "client/source/text_store.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <charconv>

namespace exposure {
namespace {

constexpr size_t kStorePiece = 1 << 20;
constexpr size_t kEscape = 7;  // bytes: "_x000D_"

// The character that the text at `p` stands for; -1 where it stands for itself. Halves of a pair stay as they are.
int32_t EscapedAt(std::string_view rest) {
  if (rest.size() < kEscape || rest[0] != '_' || rest[1] != 'x' || rest[6] != '_') return -1;
  int32_t c = -1;
  const auto [end, failure] = std::from_chars(rest.data() + 2, rest.data() + 6, c, 16);
  if (failure != std::errc() || end != rest.data() + 6 || c < 0 || U_IS_SURROGATE(c)) return -1;
  return c;
}

}  // namespace

std::string_view TextStore::Add(std::string_view text) {
  if (pieces_.empty() || pieces_.back().capacity() - pieces_.back().size() < text.size()) {
    pieces_.emplace_back().reserve(std::max(kStorePiece, text.size()));
  }
  WipedText& piece = pieces_.back();
  const size_t begin = piece.size();
  bytes_ += text.size();
  ++count_;
  piece.append(text);
  return std::string_view(piece).substr(begin);
}

void Unescape(WipedText& text, size_t begin) {
  size_t from = text.find("_x", begin);
  if (from == text.npos) return;
  size_t to = from;
  while (from < text.size()) {
    const int32_t c = EscapedAt(std::string_view(text).substr(from));
    if (c < 0) {
      text[to++] = text[from++];
    } else {
      U8_APPEND_UNSAFE(text.data(), to, c);
      from += kEscape;
    }
  }
  text.resize(to);
}

}  // namespace exposure
