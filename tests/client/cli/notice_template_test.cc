#include "client/cli/notice_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "client/cli/text_file.h"
#include "exposure/v1/notice.pb.h"
#include "google/protobuf/util/message_differencer.h"
#include "proto/rules/notice_rules.h"
#include "tests/support/status_matchers.h"

namespace exposure::cli {
namespace {

using ::exposure::testing::HasReason;
using ::exposure::testing::IsOk;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(NoticeTemplateTest, ParsesAsItIs) {
  v1::Notice notice;
  ASSERT_THAT(ParseTextProto(NoticeTemplate("met-2023-supplier"), "new", Reason::kBadNotice, notice), IsOk());
  EXPECT_EQ(notice.incident_id(), "met-2023-supplier");
}

TEST(NoticeTemplateTest, AsksForEveryFieldAndCategory) {
  const std::string text = NoticeTemplate("x");
  const google::protobuf::Descriptor* notice = v1::Notice::descriptor();
  for (int i = 0; i < notice->field_count(); ++i) {
    const std::string& name = notice->field(i)->name();  // as a comment where most leave it out
    EXPECT_THAT(text, AnyOf(HasSubstr("\n" + name), HasSubstr("\n# " + name + ":")));
  }
  for (int i = 1; i < v1::Category_descriptor()->value_count(); ++i) {
    EXPECT_THAT(text, HasSubstr(v1::Category_descriptor()->value(i)->name().substr(sizeof "CATEGORY_" - 1)));
  }
}

// Unfilled, it must not be publishable by accident.
TEST(NoticeTemplateTest, CannotBePublishedUnfilled) {
  v1::Notice notice;
  ASSERT_THAT(ParseTextProto(NoticeTemplate("x"), "new", Reason::kBadNotice, notice), IsOk());
  std::string problems;
  for (const absl::Status& problem : NoticeProblems(notice)) problems += std::string(problem.message()) + "\n";
  for (const char* field : {"force", "kind", "status", "title.en", "what_happened.en", "likely_consequences.en",
                            "measures.en", "urgent.en", "as_at", "checkability", "what_to_do_now", "contacts[0]"}) {
    EXPECT_THAT(problems, HasSubstr(field));
  }
}

TEST(TextFileTest, AFaultIsNamedByFileLineAndColumn) {
  v1::Notice notice;
  const absl::Status status =
      ParseTextProto("force: \"met\"\ncolour: \"red\"\n", "my.txtpb", Reason::kBadNotice, notice);
  EXPECT_THAT(status, HasReason(Reason::kBadNotice));
  EXPECT_THAT(status.message(), HasSubstr("my.txtpb:2:"));
}

class SampleNoticeTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string path = std::string(EXPOSURE_SOURCE_DIR "/deploy/samples/") + GetParam() + ".notice.txtpb";
    ASSERT_THAT(ReadTextProto(path, Reason::kBadNotice, notice_), IsOk());
  }
  v1::Notice notice_;
};

TEST_P(SampleNoticeTest, MayBePublished) {
  EXPECT_EQ(notice_.incident_id(), GetParam());
  for (const absl::Status& problem : NoticeProblems(notice_)) ADD_FAILURE() << problem.ToString();
  EXPECT_THAT(notice_.sources(), Not(IsEmpty()));
}

TEST_P(SampleNoticeTest, SurvivesPrinting) {
  v1::Notice again;
  ASSERT_THAT(ParseTextProto(ToTextProto(notice_), "again", Reason::kBadNotice, again), IsOk());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(notice_, again));
}

// Nobody's telephone rings because of a sample: only numbers that Ofcom reserves for fiction.
TEST_P(SampleNoticeTest, HasOnlyFictionalTelephoneNumbers) {
  const auto fictional = AnyOf(::testing::StartsWith("020 7946 0"), ::testing::StartsWith("028 9649 6"),
                               ::testing::StartsWith("01632 960"));
  for (const v1::Contact& contact : notice_.contacts()) EXPECT_THAT(contact.telephone(), fictional);
  const std::string urgent = notice_.urgent().en();
  for (size_t at = urgent.find(" 0"); at != std::string::npos; at = urgent.find(" 0", at + 12)) {
    EXPECT_THAT(urgent.substr(at + 1), fictional);
  }
}

// domain.md: never "no harm", "not accessed", "you are safe".
TEST_P(SampleNoticeTest, NeverSaysThatAllIsWell) {
  for (const char* phrase : {"no harm", "not accessed", "you are safe", "You are safe"}) {
    EXPECT_THAT(ToTextProto(notice_), Not(HasSubstr(phrase)));
  }
}

TEST_P(SampleNoticeTest, IsInWelshWhereItIsInEnglish) {
  for (const v1::Text* text : {&notice_.title(), &notice_.status_text(), &notice_.what_happened(), &notice_.urgent(),
                               &notice_.likely_consequences(), &notice_.measures(), &notice_.how_to_dispute()}) {
    EXPECT_THAT(text->cy(), Not(IsEmpty())) << text->en();
  }
}

INSTANTIATE_TEST_SUITE_P(All, SampleNoticeTest,
                         ::testing::Values("met-2023-supplier", "psni-2023-foi", "norfolk-suffolk-2023-foi",
                                           "south-yorkshire-2023-footage"),
                         [](const auto& sample) {
                           std::string name = sample.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace exposure::cli
