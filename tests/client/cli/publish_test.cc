// What a custodian is shown before a dataset is published, and what a sealed file says of itself; against a real
// exposured.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/client/cli/pty.h"
#include "tests/client/cli/service.h"

namespace exposure::cli {
namespace {

using ::exposure::testing::Exposure;
using ::exposure::testing::Pty;
using ::exposure::testing::Ran;
using ::exposure::testing::ReadAll;
using ::exposure::testing::ServiceTest;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class PublishTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    const Ran ran = Ask({"notice", "publish", EXPOSURE_SOURCE_DIR "/deploy/samples/met-2023-supplier.notice.txtpb"});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }

  // Of people P000100 … and a row without a number. Returns the dataset's id; the file is NAME.dataset.
  std::string Seal(const std::string& name, int people) {
    std::ofstream(dir_ / "mapping.txtpb") << "force: 'met' scheme: 'pay' key_column: 'Pay No' "
                                             "columns { column: 'Photo' category: CATEGORY_PHOTO }";
    std::ofstream source(dir_ / (name + ".csv"));
    source << "Pay No,Photo\n";
    for (int i = 100; i < 100 + people; ++i) source << "P000" << i << ",yes\n";
    source << ",yes\n";
    source.close();
    const Ran ran = Ask({"seal", dir_ / (name + ".csv"), "--mapping", dir_ / "mapping.txtpb", "--incident",
                         "met-2023-supplier", "--key", dir_ / "custodian", "--out", File(name), "--json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    const nlohmann::json sealed = nlohmann::json::parse(ran.out, nullptr, false);
    return sealed.is_discarded() ? "" : sealed["dataset_id"];
  }
  std::string File(const std::string& name) { return dir_ / (name + ".dataset"); }

  bool Lists(const std::string& dataset_id) {
    return Ask({"notices", "--json"}).out.find(dataset_id) != std::string::npos;
  }

  // `exposure publish FILE` at a terminal, with one answer. Everything that was shown.
  std::string PublishAtTerminal(const std::string& file, std::string_view typed, int& code) {
    int master = -1;
    const pid_t child = forkpty(&master, nullptr, nullptr, nullptr);
    if (child == 0) {
      std::vector<std::string> arguments = {EXPOSURE_BINARY_DIR "/bin/exposure", "publish", file, "--lang", "en"};
      for (const std::string& option : Service()) arguments.push_back(option);
      std::vector<char*> argv;
      for (std::string& argument : arguments) argv.push_back(argument.data());
      argv.push_back(nullptr);
      execv(argv[0], argv.data());
      _exit(127);
    }
    std::string pending;
    std::string shown;
    EXPECT_TRUE(Pty::WaitFor(master, "Publish it now? [y/N] ", pending, shown)) << shown;
    EXPECT_EQ(write(master, typed.data(), typed.size()), static_cast<ssize_t>(typed.size()));
    Pty::WaitFor(master, "\x01 never comes: read to the end", pending, shown);
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    close(master);
    return shown;
  }
};

TEST_F(PublishTest, AtATerminalTheAnswersAreShownAndOneIsAsked) {
  const std::string id = Seal("met", 40);
  int code = -1;
  const std::string declined = PublishAtTerminal(File("met"), "\n", code);
  EXPECT_EQ(code, 0);
  EXPECT_THAT(declined, AllOf(HasSubstr("In the data about you    photo"), HasSubstr("NOT IN THIS DATASET"),
                              HasSubstr("rows read 41; numbers in it 40"), HasSubstr("nothing is published")));
  EXPECT_FALSE(Lists(id));
  EXPECT_EQ(access((File("met") + ".resume").c_str(), F_OK), 0) << "the seed is still needed";
  EXPECT_THAT(PublishAtTerminal(File("met"), "y\n", code), HasSubstr("Published dataset " + id));
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(Lists(id));
}

TEST_F(PublishTest, AScriptIsShownTheSameAndNotAsked) {
  const std::string id = Seal("met", 40);
  const Ran preview = Ask({"publish", File("met"), "--preview"});
  EXPECT_EQ(preview.code, 0) << preview.err;
  EXPECT_THAT(preview.out, AllOf(HasSubstr("EXPOSED"), HasSubstr("NOT IN THIS DATASET")));
  EXPECT_FALSE(Lists(id));
  const Ran published = Ask({"publish", File("met")});
  EXPECT_EQ(published.code, 0) << published.err;
  EXPECT_THAT(published.err, HasSubstr(preview.out)) << "what it says is what was said before";
  EXPECT_THAT(published.out, Not(HasSubstr("EXPOSED")));
  EXPECT_TRUE(Lists(id));
  EXPECT_THAT(Ask({"publish", File("met")}).err, Not(HasSubstr("EXPOSED"))) << "it changes nothing any more";
}

TEST_F(PublishTest, ASecondListIsRefusedUntilItIsSaidWhatIsMeant) {
  const std::string first = Seal("met", 40);
  ASSERT_EQ(Ask({"publish", File("met")}).code, 0);
  const std::string second = Seal("met-2", 41);
  const Ran unsaid = Ask({"publish", File("met-2")});
  EXPECT_EQ(unsaid.code, 2);
  EXPECT_THAT(unsaid.err, AllOf(HasSubstr("DATASET_EXISTS"),
                                HasSubstr("exposure publish " + File("met-2") + " --replaces " + first)));
  const Ran small = Ask({"publish", File("met-2"), "--replaces", first});
  EXPECT_EQ(small.code, 4);
  EXPECT_THAT(small.err, AllOf(HasSubstr("SMALL_BATCH"), HasSubstr("about 1 person"), HasSubstr("people indexed")));
  EXPECT_FALSE(Lists(second));

  const Ran preview = Ask({"publish", File("met-2"), "--replaces", first, "--preview", "--json"});
  EXPECT_EQ(preview.code, 0) << preview.err;
  const nlohmann::json plan = nlohmann::json::parse(preview.out);
  EXPECT_EQ(plan["compared_with"], first);
  EXPECT_EQ(plan["refused"], "SMALL_BATCH");
  EXPECT_EQ(plan["changes"][1], (nlohmann::json{{"count", "rows_indexed"}, {"before", 40}, {"after", 41}}));
  EXPECT_EQ(plan["exposed"]["verdicts"][0]["verdict"], "EXPOSED");
  EXPECT_EQ(plan["not_in"]["verdicts"][0]["verdict"], "NOT_IN_THIS_DATASET");

  const Ran replaced = Ask({"publish", File("met-2"), "--replaces", first, "--small-batch"});
  EXPECT_EQ(replaced.code, 0) << replaced.err;
  EXPECT_TRUE(Lists(second));
  EXPECT_FALSE(Lists(first));
}

TEST_F(PublishTest, ADamagedFileIsNotSent) {
  Seal("met", 40);
  std::string bytes = ReadAll(File("met"));
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  std::ofstream(File("met"), std::ios::binary) << bytes;
  const Ran ran = Ask({"publish", File("met")});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("BAD_DATASET"));
}

TEST_F(PublishTest, SealLeavesAReportForItsOwnerOnly) {
  const std::string id = Seal("met", 40);
  const std::string path = File("met") + ".report.html";
  struct stat st;
  ASSERT_EQ(stat(path.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0600u);
  EXPECT_THAT(ReadAll(path), AllOf(HasSubstr(id), HasSubstr("met-2023-supplier"), HasSubstr("<td class=\"n\">41</td>"),
                                   Not(HasSubstr("P000"))));
}

TEST_F(PublishTest, ASealedFileSaysItsSumsOnceItIsVerified) {
  const std::string id = Seal("met", 40);
  const Ran online = Ask({"dataset", "show", File("met")});
  EXPECT_EQ(online.code, 0) << online.err;
  EXPECT_THAT(online.out, AllOf(HasSubstr(id), HasSubstr("signed by a custodian of the catalogue"),
                                HasSubstr("Read 41 rows = indexed 40 + merged 0 + quarantined 1\n")));
  Stop();
  const Ran offline = Exposure({"dataset", "show", File("met"), "--custodian-key", dir_ / "custodian.pub", "--json",
                                "--html", dir_ / "page.html"});
  EXPECT_EQ(offline.code, 0) << offline.err;
  const nlohmann::json shown = nlohmann::json::parse(offline.out);
  EXPECT_EQ(shown["dataset_id"], id);
  EXPECT_EQ(shown["reconciliation"]["rows_read"], 41);
  EXPECT_THAT(ReadAll(dir_ / "page.html"), HasSubstr("the custodian has the list"));

  ASSERT_EQ(Exposure({"keys", "generate", "custodian", "--out", dir_ / "other"}).code, 0);
  const Ran stranger = Exposure({"dataset", "show", File("met"), "--custodian-key", dir_ / "other.pub"});
  EXPECT_EQ(stranger.code, 3);
  EXPECT_THAT(stranger.err, HasSubstr("BAD_SIGNATURE"));
  EXPECT_EQ(Exposure({"dataset", "show", File("met"), "--custodian-key", dir_ / "root.pub"}).code, 2);
  std::string bytes = ReadAll(File("met"));
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  std::ofstream(File("met"), std::ios::binary) << bytes;
  EXPECT_THAT(Exposure({"dataset", "show", File("met"), "--custodian-key", dir_ / "custodian.pub"}).err,
              HasSubstr("BAD_DATASET"));
}

}  // namespace
}  // namespace exposure::cli
