// The program `exposure` from outside, without a service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/client/cli/run.h"
#include "tests/support/temp_dir.h"

namespace exposure::cli {
namespace {

using ::exposure::testing::Exposure;
using ::exposure::testing::Ran;
using ::exposure::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kAnyRoot[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

TEST(ProgramTest, ANumberAsAnArgumentIsRefusedAndNotRepeated) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"check", "A123456"},
                                             {"check", "--force", "met", "--scheme", "pay", "A123456"},
                                             {"check", "--number=A123456"},
                                             {"check", "--number", "A123456"},
                                             {"check", "-A123456"},
                                             {"check", "--A123456"},
                                             {"check", "--timeout", "A123456"},
                                             {"A123456"}}) {
    const Ran ran = Exposure(arguments);
    EXPECT_EQ(ran.code, 2) << arguments.back();
    EXPECT_THAT(ran.err + ran.out, Not(HasSubstr("123456"))) << arguments.back();
  }
  EXPECT_THAT(Exposure({"check", "A123456"}).err, HasSubstr("numbers are not taken from the command line"));
}

TEST(ProgramTest, AnUnknownOptionIsNamed) {
  const Ran ran = Exposure({"check", "--colour=red"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("no option --colour"));
}

TEST(ProgramTest, AnOptionThatIsGivenTwiceOrDoesNotFitIsNamed) {
  const Ran twice = Exposure({"seal", "--repairs", "a-123456", "--repairs", "b-123456", "met.csv"});
  EXPECT_EQ(twice.code, 2);
  EXPECT_THAT(twice.err, AllOf(HasSubstr("--repairs: takes one value"), Not(HasSubstr("123456"))));
  for (const char* value : {"A123456", "99123456789", "--123456"}) {
    const Ran ran = Exposure({"check", "--timeout", value});
    EXPECT_EQ(ran.code, 2) << value;
    EXPECT_THAT(ran.err, AllOf(HasSubstr("--timeout: "), Not(HasSubstr("123456")))) << value;
  }
}

TEST(ProgramTest, WithoutACommandItSaysWhere) {
  const Ran ran = Exposure({});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("exposure --help"));
}

TEST(ProgramTest, ForceAndSchemeGoTogether) {
  const Ran ran = Exposure({"check", "--force", "met", "--server", "127.0.0.1:1", "--root", kAnyRoot}, "A123456\n");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--scheme"));
}

// Every command explains itself, with an example.
TEST(ProgramTest, EveryCommandHasHelpWithAnExample) {
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"check"},
                                             {"notices"},
                                             {"notice", "new"},
                                             {"notice", "preview"},
                                             {"notice", "publish"},
                                             {"notice", "update"},
                                             {"catalogue", "fetch"},
                                             {"catalogue", "verify"},
                                             {"catalogue", "export"},
                                             {"catalogue", "compare"},
                                             {"download"},
                                             {"seal"},
                                             {"publish"},
                                             {"verify-published"},
                                             {"retract"},
                                             {"receipt", "verify"},
                                             {"keys", "delegate"},
                                             {"keys", "generate", "root"},
                                             {"keys", "generate", "catalogue"},
                                             {"keys", "generate", "evaluator"},
                                             {"keys", "generate", "custodian"},
                                             {"keys", "generate", "operator"},
                                             {"keys", "inspect"},
                                             {"keys", "rotate", "root"},
                                             {"keys", "rotate", "evaluator"},
                                             {"keys", "rotate", "catalogue"},
                                             {"keys", "retire", "evaluator"},
                                             {"keys", "destroy"},
                                             {"keys", "verify-receipt"},
                                             {"audit", "export"},
                                             {"audit", "verify"},
                                             {"audit", "show"},
                                             {"inspect"},
                                             {"audit", "sign"}}) {
    std::vector<std::string> arguments = command;
    arguments.push_back("--help");
    const Ran ran = Exposure(arguments);
    EXPECT_EQ(ran.code, 0) << command.back();
    EXPECT_THAT(ran.out, AllOf(HasSubstr("Example"), HasSubstr("exposure " + command.front()))) << command.back();
  }
  EXPECT_THAT(Exposure({"--help"}).out, HasSubstr("Exit codes: 0"));
}

TEST(ProgramTest, OutputThatIsNotWrittenIsAFailure) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"notice", "new", "--incident", "x"}, {"--help"}, {"--version"}}) {
    EXPECT_EQ(Exposure(arguments, "", "/dev/full").code, 1) << arguments.front();
  }
}

TEST(ProgramTest, WithoutServiceOrRootItSaysHowToGiveThem) {
  const Ran no_server = Exposure({"notices"});
  EXPECT_EQ(no_server.code, 2);
  EXPECT_THAT(no_server.err, HasSubstr("EXPOSURE_SERVER"));
  const Ran no_root = Exposure({"notices", "--server", "127.0.0.1:1"});
  EXPECT_EQ(no_root.code, 2);
  EXPECT_THAT(no_root.err, HasSubstr("EXPOSURE_ROOT"));
}

TEST(ProgramTest, AServiceThatIsNotThereIsCodeFive) {
  const TempDir dir;
  const Ran ran = Exposure({"check", "--server", "unix:" + (dir / "none"), "--root", kAnyRoot, "--state-dir",
                            dir / "state", "--timeout", "2", "--json"},
                           "met/pay A123456\n");
  EXPECT_EQ(ran.code, 5);
  EXPECT_EQ(nlohmann::json::parse(ran.out)["error"]["exit_code"], 5);
  EXPECT_THAT(ran.err + ran.out, Not(HasSubstr("123456")));
}

TEST(ProgramTest, ANewNoticeIsATemplateThatPreviewFindsUnfinished) {
  const Ran created = Exposure({"notice", "new", "--incident", "met-2023-supplier"});
  ASSERT_EQ(created.code, 0) << created.err;
  const TempDir dir;
  std::ofstream(dir / "notice.txtpb") << created.out;
  const Ran preview = Exposure({"notice", "preview", dir / "notice.txtpb"});
  EXPECT_EQ(preview.code, 2);
  EXPECT_THAT(preview.err, AllOf(HasSubstr("notice.title.en"), HasSubstr("notice.urgent.en")));
  EXPECT_EQ(Exposure({"notice", "new", "--incident", "No Such"}).code, 2);
}

TEST(ProgramTest, ASampleNoticeIsPreviewedInBothLanguages) {
  const std::string path = EXPOSURE_SOURCE_DIR "/deploy/samples/met-2023-supplier.notice.txtpb";
  const Ran english = Exposure({"notice", "preview", path, "--lang", "en"});
  EXPECT_EQ(english.code, 0) << english.err;
  EXPECT_THAT(english.out, HasSubstr("In danger now? Call 999."));
  EXPECT_THAT(Exposure({"notice", "preview", path, "--lang", "cy"}).out, HasSubstr("Mewn perygl nawr? Ffoniwch 999."));
  EXPECT_EQ(Exposure({"notice", "preview", path, "--lang", "fr"}).code, 2);
}

TEST(ProgramTest, KeysAreMadeOnce) {
  const TempDir dir;
  EXPECT_EQ(Exposure({"keys", "generate", "root", "--out", dir / "root"}).code, 0);
  const Ran again = Exposure({"keys", "generate", "root", "--out", dir / "root"});
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("never overwritten"));
  EXPECT_THAT(again.out, IsEmpty());
  EXPECT_EQ(Exposure({"keys", "generate", "nothing", "--out", dir / "x"}).code, 2);
}

}  // namespace
}  // namespace exposure::cli
