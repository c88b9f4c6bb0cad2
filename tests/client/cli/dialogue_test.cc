#include "client/cli/dialogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "tests/client/cli/content.h"
#include "tests/client/cli/pty.h"
#include "tests/support/status_matchers.h"

namespace exposure::cli {
namespace {

using ::exposure::testing::HasReason;
using ::exposure::testing::Pty;
using ::exposure::testing::TwoForces;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class DialogueTest : public ::testing::Test {
 protected:
  // Starts to ask; the answer is "force/scheme NUMBER" of each.
  void Ask(Language language = Language::kEnglish) {
    answer_ = std::async(std::launch::async, [this, language]() -> absl::StatusOr<std::vector<std::string>> {
      ASSIGN_OR_RETURN(const std::unique_ptr<Terminal> terminal, Terminal::Open(pty_.name()));
      ASSIGN_OR_RETURN(const std::vector<Number> numbers,
                       AskNumbers(*terminal, content_, {.force = "met", .scheme = "pay"}, language));
      std::vector<std::string> out;
      for (const Number& n : numbers) out.push_back(n.force + "/" + n.scheme + " " + ToString(n.number.Reveal()));
      return out;
    });
  }
  void Reply(std::string_view question, std::string_view typed) {
    pty_.Expect(question);
    pty_.Type(typed);
  }

  const CheckedContent content_ = TwoForces();
  Pty pty_;
  std::future<absl::StatusOr<std::vector<std::string>>> answer_;
};

TEST_F(DialogueTest, AsksTwiceForEachNumberAndWhetherToShow) {
  Ask();
  Reply("Type it (not shown):", "A123456\n");
  Reply("Type it again:", "a 123456\n");  // the same number, written otherwise
  Reply("another number", "met/warrant 777\n");
  Reply("Type it again:", "met/warrant 777\n");
  Reply("another number", "\n");
  Reply("Show the answer now?", "y\n");
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> numbers, answer_.get());
  EXPECT_THAT(numbers, ElementsAre("met/pay A123456", "met/warrant 777"));
  EXPECT_THAT(pty_.shown(), Not(HasSubstr("123456")));
  EXPECT_THAT(pty_.shown(), Not(HasSubstr("777")));
}

// Somebody in danger reads whom to call before anything else; then what the number is.
TEST_F(DialogueTest, UrgentLinesComeFirst) {
  Ask();
  Reply("Type it (not shown):", "\x04");
  EXPECT_THAT(answer_.get(), HasReason(Reason::kBadUsage));
  EXPECT_EQ(pty_.shown().find("Covert? Call 020 7946 0101."), 0u);
  EXPECT_THAT(pty_.shown(), HasSubstr("Metropolitan Police and the Federation will never ring you"));
  EXPECT_THAT(pty_.shown(), HasSubstr("Pay number: on your payslip."));
}

TEST_F(DialogueTest, AsksInWelsh) {
  Ask(Language::kWelsh);
  Reply("Teipiwch ef", "\x04");
  EXPECT_THAT(answer_.get(), HasReason(Reason::kBadUsage));
  EXPECT_EQ(pty_.shown().find("Yn gudd?"), 0u);
  EXPECT_THAT(pty_.shown(), HasSubstr("Rhif cyflog"));
}

TEST_F(DialogueTest, NumbersThatDifferAreRefused) {
  Ask();
  Reply("Type it (not shown):", "A123456\n");
  Reply("Type it again:", "A123465\n");
  const auto answer = answer_.get();
  EXPECT_THAT(answer, HasReason(Reason::kNumbersDiffer));
  EXPECT_THAT(answer.status().message(), Not(HasSubstr("1234")));
}

TEST_F(DialogueTest, TheSameDigitsOfAnotherKindDiffer) {
  Ask();
  Reply("Type it (not shown):", "met/warrant 123456\n");
  Reply("Type it again:", "A123456\n");
  EXPECT_THAT(answer_.get(), HasReason(Reason::kNumbersDiffer));
}

TEST_F(DialogueTest, ANumberThatDoesNotFitIsRefusedAtOnce) {
  Ask();
  Reply("Type it (not shown):", "98765\n");
  const auto answer = answer_.get();
  EXPECT_THAT(answer, HasReason(Reason::kBadNumber));
  EXPECT_THAT(answer.status().message(), Not(HasSubstr("98765")));
}

TEST_F(DialogueTest, AnUnknownForceIsRefused) {
  Ask();
  Reply("Type it (not shown):", "nowhere/pay 98765\n");
  EXPECT_THAT(answer_.get(), HasReason(Reason::kUnknownForce));
}

TEST_F(DialogueTest, NothingIsAskedUnlessTheAnswerMayBeShown) {
  Ask();
  Reply("Type it (not shown):", "A123456\n");
  Reply("Type it again:", "A123456\n");
  Reply("another number", "\n");
  Reply("Show the answer now?", "\n");
  pty_.Expect("Nothing was asked");
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> numbers, answer_.get());
  EXPECT_THAT(numbers, IsEmpty());
}

TEST(UrgentLinesTest, AForceWithoutNoticeGetsThemAll) {
  EXPECT_EQ(UrgentLines(TwoForces(), "met", Language::kEnglish), "Covert? Call 020 7946 0101.\n");
  EXPECT_EQ(UrgentLines(TwoForces(), "psni", Language::kEnglish), "Covert? Call 020 7946 0101.\nCall 999.\n");
  EXPECT_EQ(UrgentLines(TwoForces(), "elsewhere", Language::kWelsh), "Call 999.\n");
}

TEST(NoAnswerTextTest, SaysNothingAboutThePersonAndWhomToCall) {
  const CheckedContent content = TwoForces();
  std::vector<Number> numbers;
  numbers.push_back({.force = "met", .scheme = "pay", .number = Secret("A123456")});
  const std::string text = NoAnswerText(&content, numbers, Language::kEnglish);
  EXPECT_EQ(text.find("NO ANSWER\n"), 0u);
  EXPECT_THAT(text, HasSubstr("says nothing about you"));
  EXPECT_THAT(text, HasSubstr("For officers, 020 7946 0102"));
  EXPECT_THAT(text, Not(HasSubstr("123456")));
  EXPECT_THAT(NoAnswerText(nullptr, {}, Language::kWelsh), HasSubstr("DIM ATEB"));
}

}  // namespace
}  // namespace exposure::cli
