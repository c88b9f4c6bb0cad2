// Texts held together in few large pieces of memory, wiped when they go; and what stands for a character in them.
#ifndef EXPOSURE_CLIENT_SOURCE_TEXT_STORE_H_
#define EXPOSURE_CLIENT_SOURCE_TEXT_STORE_H_

#include <deque>
#include <string_view>

#include "client/source/wiped.h"

namespace exposure {

class TextStore {
 public:
  // Copies; the copy stays where it is as long as the store.
  std::string_view Add(std::string_view text);

 private:
  std::deque<WipedText> pieces_;  // never grown beyond what was reserved
};

// Replaces "_x000D_" by the character it stands for, in the text from `begin` on (ECMA-376, ST_Xstring).
void Unescape(WipedText& text, size_t begin);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_TEXT_STORE_H_
