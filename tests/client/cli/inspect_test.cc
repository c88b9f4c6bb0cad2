// exposure inspect, from outside: no cell ever comes out.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <utility>

#include "client/seal/mapping.h"
#include "tests/client/cli/run.h"
#include "tests/client/source/zip_writer.h"
#include "tests/support/status_matchers.h"

namespace exposure::cli {
namespace {

using ::exposure::testing::Exposure;
using ::exposure::testing::HasReason;
using ::exposure::testing::Ran;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPeople[] = "Pay No,Surname,Colour\nN987654,Needle,Needleblue\nN987655,Needler,\n";

TEST(InspectTest, SaysWhatIsInAFileAndWhatSealWants) {
  const Ran ran = Exposure({"inspect", "-"}, kPeople);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("2 rows"), HasSubstr("3 columns"), HasSubstr("PEOPLE: \"Pay No\", \"Surname\""),
                             HasSubstr("A999999"), HasSubstr("not recognised: you decide"),
                             HasSubstr("1 part has content. `seal` stops until each is used or left out by name.")));
}

TEST(InspectTest, NoCellComesOut) {
  for (const std::string& text :
       {std::string(kPeople), std::string("Needle,Needle,N987654\nNeedler,Needles,N987655\n"),
        std::string("Needle list\n\nPay No;Surname;Colour\nN987654;Needle;x\n"),
        std::string("Name,Pay No\nNeedle,\"N987654\n"), std::string("Name,Pay No\nNeedle,N987654,N987655\n"),
        std::string("Name,Pay No\nNeedle,N987654\x81\n"), std::string("Needle;N987654,a\nNeedle;N987654,b\n"),
        std::string("Name,Needle@needle.example,Rank\nx,y,z\n")}) {
    for (const char* option : {"--json", "--mapping"}) {
      const Ran plain = Exposure({"inspect", "-", option}, text);
      EXPECT_THAT(plain.out + plain.err, AllOf(Not(HasSubstr("eedle")), Not(HasSubstr("98765"))));
    }
    const Ran report = Exposure({"inspect", "-"}, text);
    EXPECT_THAT(report.out + report.err, AllOf(Not(HasSubstr("eedle")), Not(HasSubstr("98765")))) << report.out;
  }
}

TEST(InspectTest, NobodyRecognisedIsNotNobody) {
  const Ran ran = Exposure({"inspect", "-"}, "a,b\nx,y\n");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("none recognised as people: you decide"), Not(HasSubstr("o people"))));
}

TEST(InspectTest, PeopleWithoutANumberNeedANotice) {
  for (const char* text : {"Name,Address,DOB,Offence\nNeedle,1 Road,01/02/1980,x\n",  // Norfolk and Suffolk
                           "Name,Position,Salary\nNeedle,Analyst,31000\n"}) {         // Cumbria
    const Ran ran = Exposure({"inspect", "-"}, text);
    EXPECT_THAT(ran.out, HasSubstr("publish a notice, this cannot be checked by number"));
    EXPECT_THAT(Exposure({"inspect", "-", "--mapping"}, text).out, HasSubstr("publish a notice"));
  }
}

TEST(InspectTest, JsonSaysTheSame) {
  const nlohmann::json out = nlohmann::json::parse(Exposure({"inspect", "-", "--json"}, kPeople).out);
  const nlohmann::json& table = out["tables"][0];
  EXPECT_EQ(table["rows"], 2);
  EXPECT_EQ(table["no_header"], false);
  EXPECT_EQ(table["columns"][0]["scheme"], "pay");
  EXPECT_EQ(table["columns"][2]["filled"], 1);
  EXPECT_EQ(table["columns"][2]["category"], "");
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
  EXPECT_EQ(parsed.columns_size(), 2);
}

// Lines that a custodian may decide for, as if he did.
std::string Uncommented(std::string text) {
  return std::regex_replace(std::move(text), std::regex("(^|\n)( *)# ([a-z_]+(: | \\{))"), "$1$2$3");
}

TEST(InspectTest, ADraftOfSeveralTablesLeavesNothingOut) {
  ::exposure::testing::Parts parts = ::exposure::testing::WorkbookParts("<row><c><v>7</v></c><c><v>8</v></c></row>");
  parts["docProps/\"core\".xml"] = "x";
  const std::string zip =
      ::exposure::testing::MakeZip({{"a.csv", "List,\n,\nPay No,Surname\nN987654,Needle\nN987655,Needler\nTotal,2\n"},
                                    {"b.xlsx", ::exposure::testing::MakeZip(parts)}});
  const Ran ran = Exposure({"inspect", "-", "--mapping"}, zip);
  EXPECT_THAT(ran.out,
              AllOf(Not(HasSubstr("eedle")), Not(HasSubstr("\n  ignore:")), Not(HasSubstr("\nignored_parts"))));
  EXPECT_THAT(ParseMapping("m", ran.out), HasReason(Reason::kBadMapping));
  v1::Mapping mapping;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(Uncommented(ran.out), &mapping)) << ran.out;
  ASSERT_EQ(mapping.tables_size(), 2);
  EXPECT_EQ(mapping.tables(0).table(), "a.csv");
  EXPECT_EQ(mapping.tables(0).header_row(), 3u);
  EXPECT_EQ(mapping.tables(0).key_column(), "Pay No");
  EXPECT_EQ(mapping.tables(0).not_people(0), 6u);
  EXPECT_EQ(mapping.tables(1).table(), "b.xlsx: People");
  EXPECT_EQ(mapping.tables(1).columns(1).column(), "column 2 (B)");
  ASSERT_EQ(mapping.ignored_parts_size(), 2);
  EXPECT_EQ(mapping.ignored_parts(0), "b.xlsx: docProps/\"core\".xml");
  EXPECT_EQ(mapping.ignored_parts(1), "b.xlsx: xl/sharedStrings.xml");
}

TEST(InspectTest, ADraftSaysThatThereIsNoHeaderAndWhichColumnMayBeTheKey) {
  const std::string draft =
      Exposure({"inspect", "-", "--mapping"}, "N987654,Needle,Needleblue\nN987655,Needler,\n").out;
  EXPECT_THAT(draft, AllOf(HasSubstr("\n  no_header: true"), HasSubstr("key_column: \"\"  # \"column 1 (A)\"? 2 of 2"),
                           Not(HasSubstr("column: \"column 1 (A)\"")),
                           HasSubstr("\n  columns { column: \"column 3 (C)\""), Not(HasSubstr("eedle"))));
  EXPECT_EQ(nlohmann::json::parse(
                Exposure({"inspect", "-", "--json"}, "N987654,x\nN987655,\n").out)["tables"][0]["no_header"],
            true);
}

TEST(InspectTest, TakesSeveralFiles) {
  const ::exposure::testing::TempDir dir;
  std::ofstream(dir / "a.csv") << kPeople;
  const Ran ran = Exposure({"inspect", dir / "a.csv", "-"}, "Name\nNeedle\n");
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("\"a.csv\""), HasSubstr("\"standard input\""), HasSubstr("2 parts have content")));
  EXPECT_THAT(Exposure({"inspect", dir / "a.csv", dir / "a.csv"}).err, HasSubstr("is given twice"));
}

// With files of no length allowed, the first byte in any would end it.
TEST(InspectTest, WritesNothingToDisk) {
  const std::string zip = ::exposure::testing::MakeZip(
      {{"b.xlsx", ::exposure::testing::MakeZip(::exposure::testing::WorkbookParts("<row><c><v>7</v></c></row>"))}});
  const std::string program = EXPOSURE_BINARY_DIR "/bin/exposure";
  EXPECT_EQ(
      ::exposure::testing::Run({"/bin/sh", "-c", "ulimit -f 0; exec \"$0\" inspect -", program}, zip, "/dev/null").code,
      0);
}

TEST(InspectTest, OtherFormatsAreRefusedWithAdvice) {
  const Ran ran = Exposure({"inspect", "-"}, "%PDF-1.7");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("a PDF"));
  EXPECT_EQ(Exposure({"inspect", "/nowhere"}).code, 2);
}

}  // namespace
}  // namespace exposure::cli
