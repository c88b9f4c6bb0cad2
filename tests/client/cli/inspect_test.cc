// exposure inspect, from outside: no cell ever comes out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/seal/mapping.h"
#include "tests/client/cli/run.h"
#include "tests/support/status_matchers.h"

namespace exposure::cli {
namespace {

using ::exposure::testing::Exposure;
using ::exposure::testing::HasReason;
using ::exposure::testing::IsOk;
using ::exposure::testing::Ran;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPeople[] = "Pay No,Surname,Colour\nN987654,Needle,Needleblue\nN987655,Needler,\n";

TEST(InspectTest, SaysWhatIsInAFileAndWhatSealReads) {
  const Ran ran = Exposure({"inspect", "-"}, kPeople);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("2 rows, 3 columns"), HasSubstr("PEOPLE: \"Pay No\", \"Surname\""), HasSubstr("A999999"),
                    HasSubstr("not recognised: you decide"), HasSubstr("seal reads it")));
}

TEST(InspectTest, NoCellComesOut) {
  for (const std::string& text :
       {std::string(kPeople), std::string("Needle,Needle,N987654\nNeedler,Needles,N987655\n"),
        std::string("Needle list\n\nPay No;Surname;Colour\nN987654;Needle;x\n"),
        std::string("Name,Pay No\nNeedle,\"N987654\n"), std::string("Name,Pay No\nNeedle,N987654,N987655\n"),
        std::string("Name,Pay No\nNeedle,N987654\x81\n"), std::string("Needle;N987654,a\nNeedle;N987654,b\n"),
        std::string("Name,Needle@needle.example,Rank\nx,y,z\n")}) {
    for (const char* option : {"--json", "--mapping", "--table=1"}) {
      const Ran ran = Exposure({"inspect", "-", "--mapping", option}, text);
      const Ran plain = Exposure({"inspect", "-", option}, text);
      EXPECT_THAT(ran.out + ran.err + plain.out + plain.err, AllOf(Not(HasSubstr("eedle")), Not(HasSubstr("98765"))));
    }
    const Ran report = Exposure({"inspect", "-"}, text);
    EXPECT_THAT(report.out + report.err, AllOf(Not(HasSubstr("eedle")), Not(HasSubstr("98765")))) << report.out;
  }
}

TEST(InspectTest, NobodyRecognisedIsNotNobody) {
  const Ran ran = Exposure({"inspect", "-"}, "a,b\nx,y\n");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("None recognised as people: you decide."), Not(HasSubstr("o people"))));
}

TEST(InspectTest, PeopleWithoutANumberNeedANotice) {
  const Ran ran = Exposure({"inspect", "-"}, "Name,Address,DOB\nNeedle,1 Road,01/02/1980\n");
  EXPECT_THAT(ran.out, HasSubstr("publish a notice, this cannot be checked by number"));
}

TEST(InspectTest, JsonSaysTheSame) {
  const nlohmann::json out = nlohmann::json::parse(Exposure({"inspect", "-", "--json"}, kPeople).out);
  const nlohmann::json& table = out["tables"][0];
  EXPECT_EQ(table["rows"], 2);
  EXPECT_EQ(table["seal_reads"], true);
  EXPECT_EQ(table["columns"][0]["scheme"], "pay");
  EXPECT_EQ(table["columns"][2]["filled"], 1);
  EXPECT_EQ(table["columns"][2]["category"], "");
}

TEST(InspectTest, WhatSealDoesNotReadYetHasAWay) {
  const Ran ran = Exposure({"inspect", "-"}, "Pay No;Surname\nN987654;Needle\n");
  EXPECT_THAT(ran.out, AllOf(HasSubstr("seal does not read it yet"), HasSubstr("CSV UTF-8 (comma delimited)")));
}

TEST(InspectTest, AMappingIsRefusedUntilAllIsDecided) {
  std::string mapping = Exposure({"inspect", "-", "--mapping"}, kPeople).out;
  EXPECT_THAT(ParseMapping("m", mapping), HasReason(Reason::kBadMapping));
  const auto replace = [&mapping](std::string_view from, std::string_view to) {
    const size_t at = mapping.find(from);
    ASSERT_NE(at, mapping.npos) << mapping;
    mapping.replace(at, from.size(), to);
  };
  replace("force: \"\"", "force: \"met\"");
  EXPECT_THAT(ParseMapping("m", mapping), HasReason(Reason::kBadMapping));
  replace("\"Colour\" }", "\"Colour\" ignore: true }");
  ASSERT_OK_AND_ASSIGN(const v1::Mapping parsed, ParseMapping("m", mapping));
  EXPECT_EQ(parsed.key_column(), "Pay No");
  const std::vector<std::string> header = {"Pay No", "Surname", "Colour"};
  EXPECT_THAT(ColumnPlan::Create(parsed, "s", header), IsOk());
}

TEST(InspectTest, OtherFormatsAreRefusedWithAdvice) {
  const Ran ran = Exposure({"inspect", "-"}, "%PDF-1.7");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("a PDF"));
  EXPECT_EQ(Exposure({"inspect", "/nowhere"}).code, 2);
  EXPECT_EQ(Exposure({"inspect", "-", "--mapping", "--table", "7"}, kPeople).code, 2);
}

}  // namespace
}  // namespace exposure::cli
