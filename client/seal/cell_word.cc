#include "client/seal/cell_word.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

namespace exposure {
namespace {

// One character after the other, in lower case; nothing is copied.
class Characters {
 public:
  explicit Characters(std::string_view text) : text_(text) {}

  // −1 at the end; below −1 for what is not UTF-8, which is the same as nothing.
  UChar32 Next() {
    if (at_ == text_.size()) return -1;
    UChar32 c;
    U8_NEXT(text_.data(), at_, text_.size(), c);
    return c < 0 ? -2 : u_foldCase(c, U_FOLD_CASE_DEFAULT);
  }
  UChar32 NextThatShows() {
    UChar32 c = Next();
    while (c >= 0 && u_isUWhiteSpace(c)) c = Next();
    return c;
  }

 private:
  const std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

bool IsSameWord(std::string_view cell, std::string_view word) {
  Characters a(cell), b(word);
  UChar32 one = a.NextThatShows(), other = b.NextThatShows();
  while (one >= 0 && one == other) {
    one = a.Next();
    other = b.Next();
  }
  if (one >= 0 && u_isUWhiteSpace(one)) one = a.NextThatShows();
  if (other >= 0 && u_isUWhiteSpace(other)) other = b.NextThatShows();
  return one == -1 && other == -1;
}

bool IsOneOf(std::string_view cell, const google::protobuf::RepeatedPtrField<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [cell](const std::string& word) { return IsSameWord(cell, word); });
}

}  // namespace exposure
