// Texts held together in few large pieces of memory, wiped when they go; and what stands for a character in them.
#ifndef EXPOSURE_CLIENT_SOURCE_TEXT_STORE_H_
#define EXPOSURE_CLIENT_SOURCE_TEXT_STORE_H_

#include <deque>
#include <string_view>

#include "client/source/wiped.h"

namespace exposure {

inline constexpr size_t kMaxCellText = 256 << 10;    // bytes; a spreadsheet holds 32,767 characters
inline constexpr size_t kMaxStoredText = 512 << 20;  // bytes
inline constexpr size_t kMaxStoredTexts = 32 << 20;

class TextStore {
 public:
  // Copies; the copy stays where it is as long as the store.
  std::string_view Add(std::string_view text);

  // Whether it holds more than the limits: the caller looks, and ends.
  bool IsTooLarge() const { return bytes_ > kMaxStoredText || count_ > kMaxStoredTexts; }

 private:
  std::deque<WipedText> pieces_;  // never grown beyond what was reserved
  size_t bytes_ = 0;
  size_t count_ = 0;
};

// Replaces "_x000D_" by the character it stands for, in the text from `begin` on (ECMA-376, ST_Xstring).
void Unescape(WipedText& text, size_t begin);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_TEXT_STORE_H_
