#include "client/answer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "client/layout.h"
#include "client/words.h"
#include "tests/client/core/world.h"
#include "tests/support/service_files.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::kMet;
using ::testing::Not;
using testing::SampleNotice;
using ::testing::StartsWith;
using testing::World;

Verdict MakeVerdict(VerdictKind kind, const std::string& incident = kMet) {
  Verdict verdict;
  verdict.kind = kind;
  verdict.notice = std::make_shared<const v1::Notice>(SampleNotice(incident));
  return verdict;
}

Verdict Exposed() {
  Verdict verdict = MakeVerdict(VerdictKind::kExposed);
  const auto set = [&](v1::Category category, crypto::State state) {
    verdict.categories.Set(static_cast<int>(category) - 1, state);
  };
  set(v1::CATEGORY_NAME, crypto::State::kExposed);
  set(v1::CATEGORY_PAY_NUMBER, crypto::State::kExposed);
  set(v1::CATEGORY_PHOTO, crypto::State::kPossiblyExposed);
  set(v1::CATEGORY_BANK_DETAILS, crypto::State::kNotHeld);
  verdict.spoken_of = {v1::CATEGORY_NAME, v1::CATEGORY_PHOTO, v1::CATEGORY_VETTING_LEVEL, v1::CATEGORY_PAY_NUMBER,
                       v1::CATEGORY_BANK_DETAILS};
  verdict.source_rows = 2;
  return verdict;
}

Verdict NotIn() {
  Verdict verdict = MakeVerdict(VerdictKind::kNotInThisDataset);
  verdict.coverage.push_back({"met/pay", "2023-09-02", 47000, 46871, 125, 4, 47000});
  return verdict;
}

Answer AnswerOf(std::vector<Verdict> verdicts) {
  Answer answer;
  answer.verdicts = std::move(verdicts);
  answer.proof.catalogue_version = 7;
  answer.proof.catalogue_issued = 1763719440;
  answer.proof.catalogue_expires = 1763805840;
  answer.proof.content_hash = "ab12";
  answer.proof.numbers = answer.proof.fetches = 1;
  answer.proof.revealed_bits = 3;
  return answer;
}

// The text in one line, for phrases that are wrapped.
std::string Unwrapped(const std::string& text) {
  std::istringstream in(text);
  std::string out, word;
  while (in >> word) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string English(std::vector<Verdict> verdicts) { return Unwrapped(ToText(AnswerOf(std::move(verdicts)))); }

std::vector<std::string> Lines(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(AnswerTextTest, DangerStandsAboveTheVerdict) {
  const std::string text = ToText(AnswerOf({Exposed()}));
  EXPECT_THAT(text, StartsWith("In danger now? Call 999."));
  EXPECT_THAT(text, HasSubstr("\n\nEXPOSED\n  Metropolitan Police: supplier breach, August 2023\n"));
}

TEST(AnswerTextTest, SaysWhichDetails) {
  const std::string text = ToText(AnswerOf({Exposed()}));
  EXPECT_THAT(text, HasSubstr("  In the data about you    name, pay number\n"));
  EXPECT_THAT(text, HasSubstr("  Possibly in it           photo\n"));
  EXPECT_THAT(text, HasSubstr("  We do not know           vetting level\n"));
  EXPECT_THAT(text, HasSubstr("  Not held there           bank details\n"));
  EXPECT_THAT(text, Not(HasSubstr("health")));  // nobody spoke of it
}

TEST(AnswerTextTest, SaysWhatToDoAndWhoHelps) {
  const std::string text = English({Exposed()});
  EXPECT_THAT(text, HasSubstr("What to do now Do not accept your pay number as proof that a caller is genuine."));
  EXPECT_THAT(text, HasSubstr("photo: Tell your line manager"));  // possibly exposed
  EXPECT_THAT(text, Not(HasSubstr("vetting level: Be wary")));    // not known to be
  EXPECT_THAT(text, HasSubstr("Who can help officers: Breach response team, 020 7946 0102"));
  EXPECT_THAT(text, HasSubstr("people who left: Breach response team, 020 7946 0105"));
  EXPECT_THAT(text, HasSubstr("(checked 14 Nov 2026)"));
  EXPECT_THAT(text, HasSubstr("Status Confirmed. Reported to the National Crime Agency"));
  EXPECT_THAT(text, HasSubstr("(As at 2 Sep 2023.)"));
}

TEST(AnswerTextTest, ANoSaysWhatItDoesNotMean) {
  const std::string text = English({NotIn()});
  EXPECT_THAT(text,
              HasSubstr("NOT IN THIS DATASET Metropolitan Police: supplier breach, August 2023 The number you typed "
                        "is not in the list of Metropolitan Police Service (met/pay) as at 2 Sep 2023."));
  EXPECT_THAT(text, HasSubstr("This does not mean that you are unaffected: 4 rows could not be used, and a mistyped, "
                              "earlier or different kind of number gives this same answer."));
  EXPECT_THAT(text, HasSubstr("rows read 47,000; numbers in it 46,871; the same person again 125; could not be used 4; "
                              "people declared 47,000"));
  EXPECT_THAT(text, HasSubstr("If you worked there on 26 Aug 2023, act as if you are included."));
  EXPECT_THAT(text, HasSubstr("020 7946 0102"));
}

TEST(AnswerTextTest, OtherVerdicts) {
  Verdict needs = MakeVerdict(VerdictKind::kNeedsAnotherNumber, testing::kPsni);
  needs.needs = {"psni/service"};
  EXPECT_THAT(English({needs}),
              HasSubstr("NEEDS ANOTHER KIND OF NUMBER PSNI: freedom-of-information publication, August "
                        "2023 If you ever served there, ask again with one of these: psni/service."));
  EXPECT_THAT(English({MakeVerdict(VerdictKind::kCannotBeChecked, testing::kNorfolk)}),
              HasSubstr("CANNOT BE CHECKED BY NUMBER Norfolk and Suffolk: freedom-of-information replies, August 2023 "
                        "There are no officer numbers in it;"));
  const std::string yet = English({MakeVerdict(VerdictKind::kCannotBeCheckedYet)});
  EXPECT_THAT(yet, HasSubstr("CANNOT BE CHECKED YET"));
  EXPECT_THAT(yet, HasSubstr("You need not wait: what to do now is below."));
  EXPECT_THAT(yet, HasSubstr("What to do now Do not accept"));
}

TEST(AnswerTextTest, NoAnswerSaysNothingAboutThePerson) {
  Verdict verdict = MakeVerdict(VerdictKind::kNoAnswer);
  verdict.problem = Error(Reason::kBadSignature, "The signature is wrong.");
  const std::string text = English({verdict});
  EXPECT_THAT(text, HasSubstr("NO ANSWER"));
  EXPECT_THAT(text, HasSubstr("so we show none. This says nothing about you. Try later, or ask somebody below."));
  EXPECT_THAT(text, HasSubstr("Why The signature is wrong. (BAD_SIGNATURE)"));
  EXPECT_THAT(text, HasSubstr("not all of it could be checked"));
  EXPECT_THAT(text, Not(HasSubstr("proved genuine")));
}

TEST(AnswerTextTest, AnIncompleteHitSaysSo) {
  Verdict verdict = Exposed();
  EXPECT_THAT(English({verdict}), Not(HasSubstr("There may be more")));
  verdict.problem = Error(Reason::kBadSignature, "The signature is wrong.");
  EXPECT_THAT(English({verdict}), HasSubstr("There may be more"));
}

TEST(AnswerTextTest, ExposedComesFirstAndTheUncheckableLast) {
  const std::string text = ToText(AnswerOf({MakeVerdict(VerdictKind::kCannotBeChecked, testing::kNorfolk), NotIn(),
                                            Exposed(), MakeVerdict(VerdictKind::kNoAnswer)}));
  const std::vector<size_t> places = {text.find("\nEXPOSED\n"), text.find("\nNO ANSWER\n"),
                                      text.find("\nNOT IN THIS DATASET\n"),
                                      text.find("\nCANNOT BE CHECKED BY NUMBER\n")};
  for (const size_t place : places) EXPECT_NE(place, std::string::npos);
  EXPECT_TRUE(std::is_sorted(places.begin(), places.end()));
}

TEST(AnswerTextTest, SaysHowItCameAbout) {
  EXPECT_THAT(English({NotIn()}),
              HasSubstr("Checked against the list published on 21 Nov 2025 at 10:04 UTC; the reply was "
                        "proved genuine. The service does not know your number or this answer."));
  EXPECT_THAT(English({NotIn()}), Not(HasSubstr("ab12")));
  EXPECT_THAT(ToText(AnswerOf({NotIn()}), {.verbose = true}), HasSubstr("version 7, content ab12"));
}

TEST(AnswerTextTest, NeverSafeNeverGreen) {
  for (const Language language : {Language::kEnglish, Language::kWelsh}) {
    const std::string text =
        ToText(AnswerOf({NotIn(), MakeVerdict(VerdictKind::kNoAnswer), MakeVerdict(VerdictKind::kCannotBeCheckedYet)}),
               {.language = language, .colour = true});
    EXPECT_THAT(text, Not(HasSubstr(" safe")));
    EXPECT_THAT(text, Not(HasSubstr("[32m")));
    EXPECT_THAT(text, Not(HasSubstr("[1;32m")));
    EXPECT_THAT(text, HasSubstr("\x1b[1m"));
  }
  EXPECT_THAT(ToText(AnswerOf({NotIn()})), Not(HasSubstr("\x1b")));
}

TEST(AnswerTextTest, FitsTheColumns) {
  for (const char* incident : {kMet, testing::kPsni, testing::kNorfolk, testing::kYorkshire}) {
    for (const Language language : {Language::kEnglish, Language::kWelsh}) {
      for (const std::string& line : Lines(ToText(SampleNotice(incident), {.language = language, .verbose = true}))) {
        EXPECT_LE(TextWidth(line), kPageWidth) << line;
      }
    }
  }
  for (const std::string& line : Lines(ToText(AnswerOf({Exposed(), NotIn()})))) EXPECT_LE(TextWidth(line), kPageWidth);
}

TEST(AnswerTextTest, Welsh) {
  const std::string text = ToText(AnswerOf({Exposed(), NotIn()}), {.language = Language::kWelsh});
  EXPECT_THAT(text, StartsWith("Mewn perygl nawr? Ffoniwch 999."));
  EXPECT_THAT(text, HasSubstr("WEDI'I DATGELU\n  Heddlu Metropolitanaidd Llundain: tor diogelwch data"));
  EXPECT_THAT(text, HasSubstr("enw, rhif cyflog"));
  EXPECT_THAT(text, HasSubstr("DDIM YN Y SET DDATA HON"));
  // A text that has no Welsh is shown in English.
  v1::Notice notice = SampleNotice();
  notice.mutable_title()->clear_cy();
  EXPECT_THAT(ToText(notice, {.language = Language::kWelsh}), HasSubstr("Metropolitan Police: supplier breach"));
}

TEST(NoticeTextTest, SaysEverythingOnceAndWithoutANumber) {
  const std::string text = Unwrapped(ToText(SampleNotice(testing::kPsni)));
  EXPECT_THAT(text, StartsWith("In danger now? Call 999."));
  for (const char* part :
       {"What happened A reply to a freedom-of-information request", "happened 8 Aug 2023", "People 9,483",
        "What could happen", "What was done The file was taken down", "You can check by number: psni/service.",
        "If you worked there on 8 Aug 2023", "If something is wrong", "Last confirmed Oct 2024"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(Unwrapped(ToText(SampleNotice(testing::kPsni), {.verbose = true})), HasSubstr("Sources Police Service"));
}

TEST(NoticeTextTest, ControlCharactersDoNotReachTheTerminal) {
  v1::Notice notice = SampleNotice();
  notice.mutable_title()->set_en("Title\x1b[2J\x07 with \u202e tricks\nEXPOSED");
  const std::string text = ToText(notice);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\x07")));
  EXPECT_THAT(text, Not(HasSubstr("\u202e")));
  EXPECT_THAT(text, HasSubstr("\nTitle[2J with tricks EXPOSED\n"));
}

TEST(LayoutTest, WrapsWithAHangingIndent) {
  Page page(false);
  page.Entry("Label", std::string(40, 'a') + " " + std::string(20, 'b') + " c");
  EXPECT_EQ(page.Take(), "  Label                    " + std::string(40, 'a') + "\n" + std::string(27, ' ') +
                             std::string(20, 'b') + " c\n");
}

TEST(LayoutTest, ATelephoneNumberStaysOnOneLine) {
  Page page(false);
  page.Line(0, std::string(kPageWidth - 8, 'a') + " 0300 123 4567 b");
  EXPECT_EQ(page.Take(), std::string(kPageWidth - 8, 'a') + "\n0300 123 4567 b\n");
}

TEST(LayoutTest, CountsColumnsNotBytes) {
  EXPECT_EQ(TextWidth("Llŷr"), 4u);
  EXPECT_EQ(TextWidth("y\u0302"), 1u);
}

TEST(WordsTest, TimesAreWrittenOut) {
  EXPECT_EQ(FormatTime(1763719440, Language::kEnglish), "21 Nov 2025 at 10:04 UTC");
  EXPECT_EQ(FormatTime(1763719440, Language::kWelsh), "21 Tach 2025 am 10:04 UTC");
}

TEST(WordsTest, EveryCategoryHasAName) {
  std::set<std::string> english, keys;
  for (int c = 1; c <= v1::Category_MAX; ++c) {
    const auto category = static_cast<v1::Category>(c);
    english.insert(CategoryName(category, Language::kEnglish));
    keys.insert(CategoryKey(category));
    EXPECT_THAT(CategoryName(category, Language::kEnglish), Not(HasSubstr("another detail")));
  }
  EXPECT_EQ(english.size(), static_cast<size_t>(v1::Category_MAX));
  EXPECT_EQ(CategoryKey(v1::CATEGORY_RANK_OR_GRADE), "rank_or_grade");
  EXPECT_EQ(CategoryName(v1::CATEGORY_VETTING_LEVEL, Language::kEnglish), "vetting level");
  EXPECT_EQ(CategoryName(v1::CATEGORY_FOOTAGE, Language::kEnglish), "footage");
  EXPECT_EQ(CategoryKey(static_cast<v1::Category>(60)), "category_59");
}

TEST(WordsTest, DatesAndCounts) {
  EXPECT_EQ(FormatDate("2023-09-02", Language::kEnglish), "2 Sep 2023");
  EXPECT_EQ(FormatDate("2024-10", Language::kEnglish), "Oct 2024");
  EXPECT_EQ(FormatDate("2023-08-26", Language::kWelsh), "26 Awst 2023");
  EXPECT_EQ(FormatDate("2023-13-26", Language::kEnglish), "2023-13-26");
  EXPECT_EQ(FormatDate("soon", Language::kEnglish), "soon");
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(47000), "47,000");
  EXPECT_EQ(FormatCount(1234567), "1,234,567");
}

TEST(AnswerJsonTest, HasTheDocumentedFields) {
  Verdict incomplete = MakeVerdict(VerdictKind::kNoAnswer, testing::kPsni);
  incomplete.problem = Error(Reason::kBadKeySum, "The keys do not add up.");
  const json answer = json::parse(ToJson(AnswerOf({Exposed(), NotIn(), incomplete})));
  EXPECT_EQ(answer["schema"], "exposure.answer/1");
  EXPECT_EQ(answer["complete"], false);
  ASSERT_EQ(answer["verdicts"].size(), 3u);

  const json& exposed = answer["verdicts"][0];
  EXPECT_EQ(exposed["incident_id"], kMet);
  EXPECT_EQ(exposed["verdict"], "EXPOSED");
  EXPECT_EQ(exposed["categories"]["exposed"], json({"name", "pay_number"}));
  EXPECT_EQ(exposed["categories"]["possibly_exposed"], json({"photo"}));
  EXPECT_EQ(exposed["categories"]["not_held"], json({"bank_details"}));
  EXPECT_EQ(exposed["categories"]["unknown"], json({"vetting_level"}));
  EXPECT_EQ(exposed["source_rows"], 2);
  EXPECT_EQ(exposed["notice"]["title"]["en"], "Metropolitan Police: supplier breach, August 2023");
  EXPECT_EQ(exposed["notice"]["checkability"], "CHECKABILITY_BY_NUMBER");
  EXPECT_FALSE(exposed.contains("problem"));

  const json& no = answer["verdicts"][1];
  EXPECT_EQ(no["verdict"], "NOT_IN_THIS_DATASET");
  EXPECT_FALSE(no.contains("categories"));
  EXPECT_EQ(no["coverage"][0], json({{"scheme", "met/pay"},
                                     {"as_at", "2023-09-02"},
                                     {"rows_read", 47000},
                                     {"rows_indexed", 46871},
                                     {"rows_merged", 125},
                                     {"rows_quarantined", 4},
                                     {"people_declared", 47000}}));

  EXPECT_EQ(answer["verdicts"][2]["problem"],
            json({{"reason", "BAD_KEY_SUM"}, {"message", "The keys do not add up."}}));
  EXPECT_EQ(answer["proof"], json({{"catalogue_version", 7},
                                   {"catalogue_issued", 1763719440},
                                   {"catalogue_expires", 1763805840},
                                   {"content_hash", "ab12"},
                                   {"numbers", 1},
                                   {"fetches", 1},
                                   {"revealed_bits", 3},
                                   {"whole_set", false}}));
}

TEST(AnswerJsonTest, IsOneLineAndHoldsNoNumber) {
  World world;
  ASSERT_OK_AND_ASSIGN(const Answer answer, world.Check({{"met/pay", "A000004"}, {"psni/service", "987654"}}));
  const std::string text = ToJson(answer);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(json::parse(text)["verdicts"].size(), 4u);
  for (const std::string& shown : {text, ToText(answer), ToText(answer, {.verbose = true})}) {
    EXPECT_THAT(shown, Not(HasSubstr("000004")));
    EXPECT_THAT(shown, Not(HasSubstr("987654")));
  }
}

}  // namespace
}  // namespace exposure
