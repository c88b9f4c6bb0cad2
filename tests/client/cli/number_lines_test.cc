#include "client/cli/number_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "tests/client/cli/content.h"
#include "tests/support/status_matchers.h"

namespace exposure::cli {
namespace {

using ::exposure::testing::HasReason;
using ::exposure::testing::TwoForces;
using ::testing::HasSubstr;
using ::testing::Not;

const DefaultKind kMetPay = {.force = "met", .scheme = "pay"};

std::string Text(const Number& number) {
  return number.force + "/" + number.scheme + " " + ToString(number.number.Reveal());
}

std::string Parsed(std::string_view line, const DefaultKind& kind = kMetPay) {
  const absl::StatusOr<Number> number = ParseNumberLine(line, kind);
  return number.ok() ? Text(*number) : number.status().ToString();
}

TEST(ParseNumberLineTest, ANumberIsOfTheKindGiven) {
  EXPECT_EQ(Parsed("A123456"), "met/pay A123456");
  EXPECT_EQ(Parsed("  A 123456\t\r"), "met/pay A 123456");
  EXPECT_EQ(Parsed("PC 1234"), "met/pay PC 1234");
}

TEST(ParseNumberLineTest, ALineMayBringItsOwnKind) {
  EXPECT_EQ(Parsed("psni/service 012345"), "psni/service 012345");
  EXPECT_EQ(Parsed("psni/service \t No. 12 ", {}), "psni/service No. 12");
}

// 1234/5 is how some write a number: it is not a force, and must not be repeated as one.
TEST(ParseNumberLineTest, ASlashInANumberIsNoKind) {
  EXPECT_EQ(Parsed("1234/5 6"), "met/pay 1234/5 6");
  EXPECT_EQ(Parsed("A12/3456"), "met/pay A12/3456");
}

TEST(ParseNumberLineTest, RefusesNothingAndUnknownKinds) {
  EXPECT_THAT(ParseNumberLine("", kMetPay), HasReason(Reason::kBadNumber));
  EXPECT_THAT(ParseNumberLine(" \t", kMetPay), HasReason(Reason::kBadNumber));
  EXPECT_THAT(ParseNumberLine("met/pay ", {}), HasReason(Reason::kBadNumber));
  const absl::StatusOr<Number> number = ParseNumberLine("A123456", {});
  EXPECT_THAT(number, HasReason(Reason::kBadUsage));
  EXPECT_THAT(number.status().message(), Not(HasSubstr("A123456")));
}

TEST(CheckKindTest, UnknownOnesListTheKnown) {
  const CheckedContent content = TwoForces();
  EXPECT_THAT(CheckKind(content, "met", "pay"), testing::IsOk());
  const absl::Status force = CheckKind(content, "z987654", "pay");
  EXPECT_THAT(force, HasReason(Reason::kUnknownForce));
  EXPECT_THAT(force.message(), HasSubstr("met (Metropolitan Police)"));
  EXPECT_THAT(force.message(), Not(HasSubstr("z987654")));
  const absl::Status scheme = CheckKind(content, "met", "z987654");
  EXPECT_THAT(scheme, HasReason(Reason::kUnknownScheme));
  EXPECT_THAT(scheme.message(), HasSubstr("pay (Pay number), warrant (Warrant number)"));
  EXPECT_THAT(scheme.message(), Not(HasSubstr("z987654")));
}

TEST(CheckKindTest, ARetiredEpochsForceIsNotOffered) {
  EXPECT_THAT(CheckKind(TwoForces(), "old", "pay"), HasReason(Reason::kUnknownForce));
}

// A LineReader over a pipe into which `input` is written piece by piece.
class LineReaderTest : public ::testing::Test {
 protected:
  void Write(std::string input) {
    ASSERT_EQ(pipe(pipe_), 0);
    writer_ = std::thread([this, input = std::move(input)] {
      for (size_t i = 0; i < input.size(); i += 1000) {
        const std::string piece = input.substr(i, 1000);
        ASSERT_EQ(write(pipe_[1], piece.data(), piece.size()), static_cast<ssize_t>(piece.size()));
      }
      close(pipe_[1]);
    });
  }
  ~LineReaderTest() override {
    if (writer_.joinable()) writer_.join();
    close(pipe_[0]);
  }

  int pipe_[2] = {-1, -1};
  std::thread writer_;
};

TEST_F(LineReaderTest, GivesEachLineWithItsRow) {
  Write("one\n\ntwo\r\nthree");
  LineReader reader(pipe_[0]);
  for (const std::string_view expected : {"one", "", "two\r", "three"}) {
    ASSERT_OK_AND_ASSIGN(const std::optional<std::string_view> line, reader.Next());
    EXPECT_EQ(line, expected);
  }
  EXPECT_EQ(reader.row(), 4u);
  ASSERT_OK_AND_ASSIGN(const std::optional<std::string_view> end, reader.Next());
  EXPECT_EQ(end, std::nullopt);
}

TEST_F(LineReaderTest, ReadsMoreThanItsBuffer) {
  std::string input;
  for (int i = 0; i < 30000; ++i) input += std::to_string(i) + "\n";
  Write(input);
  LineReader reader(pipe_[0]);
  for (int i = 0; i < 30000; ++i) {
    ASSERT_OK_AND_ASSIGN(const std::optional<std::string_view> line, reader.Next());
    ASSERT_EQ(line, std::to_string(i));
  }
  ASSERT_OK_AND_ASSIGN(const std::optional<std::string_view> end, reader.Next());
  EXPECT_EQ(end, std::nullopt);
}

TEST_F(LineReaderTest, RefusesALineThatIsTooLong) {
  Write("ok\n" + std::string(1025, '7') + "\n");
  LineReader reader(pipe_[0]);
  EXPECT_THAT(reader.Next(), testing::IsOk());
  const auto line = reader.Next();
  EXPECT_THAT(line, HasReason(Reason::kBadSource));
  EXPECT_THAT(line.status().message(), HasSubstr("Line 2 "));
  EXPECT_THAT(line.status().message(), Not(HasSubstr("777")));
}

TEST_F(LineReaderTest, TakesALineOfTheGreatestLength) {
  Write(std::string(1024, '7') + "\n");
  LineReader reader(pipe_[0]);
  ASSERT_OK_AND_ASSIGN(const std::optional<std::string_view> line, reader.Next());
  EXPECT_EQ(line->size(), 1024u);
}

}  // namespace
}  // namespace exposure::cli
