#include "client/seal/cell_word.h"

#include <gtest/gtest.h>

namespace exposure {
namespace {

TEST(CellWordTest, CaseAndSpacesAroundMakeNoDifference) {
  EXPECT_TRUE(IsSameWord("N/A", "n/a"));
  EXPECT_TRUE(IsSameWord(" \u00a0n/a\t", "N/A"));
  EXPECT_TRUE(IsSameWord("ddim AR gael", "Ddim ar gael "));
  EXPECT_TRUE(IsSameWord("Ŵyr", "ŵYR"));
}

TEST(CellWordTest, ALongerOrOtherWordIsAnother) {
  EXPECT_FALSE(IsSameWord("N/AX", "N/A"));
  EXPECT_FALSE(IsSameWord("N/A X", "N/A"));
  EXPECT_FALSE(IsSameWord("N/", "N/A"));
  EXPECT_FALSE(IsSameWord("Ddimar gael", "Ddim ar gael"));
  EXPECT_FALSE(IsSameWord("", "N/A"));
  EXPECT_FALSE(IsSameWord("\xff", "\xff"));  // nothing that is not UTF-8 is a word
}

TEST(CellWordTest, IsOneOfSeveral) {
  google::protobuf::RepeatedPtrField<std::string> words;
  EXPECT_FALSE(IsOneOf("TBC", words));
  words.Add("N/A");
  words.Add("TBC");
  EXPECT_TRUE(IsOneOf("tbc", words));
  EXPECT_FALSE(IsOneOf("TBD", words));
}

}  // namespace
}  // namespace exposure
