// The commands of a key's life, run from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/client/cli/pty.h"
#include "tests/client/cli/service.h"

namespace exposure::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class KeyLifeTest : public ::testing::Test {
 protected:
  void Generate(const std::string& kind, const std::string& name) {
    ASSERT_EQ(Exposure({"keys", "generate", kind, "--out", dir_ / name}).code, 0);
  }
  Ran Destroy(const std::string& name, const std::string& option = "--yes") {
    return Exposure({"keys", "destroy", dir_ / name, "--by", dir_ / "operator", option});
  }

  const TempDir dir_;
};

TEST_F(KeyLifeTest, InspectTellsWhatAKeyIsAndNeverTheSecret) {
  Generate("evaluator", "met-1");
  const std::string line = ReadAll(dir_ / "met-1");
  const std::string secret = line.substr(line.rfind(' ') + 1, 64);
  for (const char* format : {"", "--json"}) {
    std::vector<std::string> arguments = {"keys", "inspect", dir_ / "met-1"};
    if (*format != '\0') arguments.emplace_back(format);
    const Ran ran = Exposure(arguments);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, AllOf(HasSubstr("evaluator"), HasSubstr("fingerprint"), HasSubstr("epoch")));
    EXPECT_THAT(ran.out + ran.err, Not(HasSubstr(secret)));
  }
  chmod((dir_ / "met-1").c_str(), 0440);
  const Ran open = Exposure({"keys", "inspect", dir_ / "met-1"});
  EXPECT_EQ(open.code, 2);
  EXPECT_THAT(open.out, HasSubstr("chmod 0400"));
}

TEST_F(KeyLifeTest, APassphraseComesFromAPrivateFileOrATerminal) {
  std::ofstream(dir_ / "pass") << "correct horse battery\n";
  EXPECT_EQ(Exposure({"keys", "generate", "root", "--out", dir_ / "root", "--passphrase-file", dir_ / "pass"}).code, 2)
      << "others can read the file";
  chmod((dir_ / "pass").c_str(), 0400);
  ASSERT_EQ(Exposure({"keys", "generate", "root", "--out", dir_ / "root", "--passphrase-file", dir_ / "pass"}).code, 0);
  EXPECT_THAT(ReadAll(dir_ / "root"), HasSubstr("exposure-key/2 root argon2id 3 268435456 "));
  Generate("catalogue", "cat");
  std::vector<std::string> delegate = {"keys",        "delegate",       "--root", dir_ / "root",
                                       "--catalogue", dir_ / "cat.pub", "--out",  dir_ / "d"};
  const Ran nobody = Exposure(delegate);
  EXPECT_EQ(nobody.code, 2);
  EXPECT_THAT(nobody.err, AllOf(HasSubstr("PASSPHRASE"), HasSubstr("Fix: --passphrase-file")));
  delegate.insert(delegate.end(), {"--passphrase-file", dir_ / "pass"});
  EXPECT_EQ(Exposure(delegate).code, 0);
}

// At a terminal of its own: `typed` at each question, then what was shown and the exit code.
Ran AtTerminal(std::vector<std::string> arguments, const std::vector<std::pair<std::string, std::string>>& typed) {
  int master = -1;
  const pid_t child = forkpty(&master, nullptr, nullptr, nullptr);
  if (child == 0) {
    arguments.insert(arguments.begin(), EXPOSURE_BINARY_DIR "/bin/exposure");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }
  Ran ran;
  std::string pending;
  for (const auto& [question, line] : typed) {
    EXPECT_TRUE(Pty::WaitFor(master, question, pending, ran.out)) << ran.out;
    EXPECT_EQ(write(master, line.data(), line.size()), static_cast<ssize_t>(line.size()));
  }
  char buffer[4096];
  for (ssize_t n; (n = read(master, buffer, sizeof buffer)) > 0;) ran.out.append(buffer, static_cast<size_t>(n));
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  close(master);
  ran.code = WEXITSTATUS(status);
  return ran;
}

TEST_F(KeyLifeTest, ATypedPassphraseIsAskedForTwiceAndNotShown) {
  const std::vector<std::string> generate = {"keys", "generate", "root", "--out", dir_ / "root", "--passphrase"};
  const Ran differ = AtTerminal(
      generate, {{"New passphrase of", "correct horse battery\n"}, {"The same once more", "correct horse batter\n"}});
  EXPECT_EQ(differ.code, 2);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "root"));
  const Ran ran = AtTerminal(
      generate, {{"New passphrase of", "correct horse battery\n"}, {"The same once more", "correct horse battery\n"}});
  EXPECT_EQ(ran.code, 0) << ran.out;
  EXPECT_THAT(ran.out, Not(HasSubstr("horse")));
  Generate("catalogue", "cat");
  EXPECT_EQ(
      AtTerminal({"keys", "delegate", "--root", dir_ / "root", "--catalogue", dir_ / "cat.pub", "--out", dir_ / "d"},
                 {{"Passphrase of", "correct horse battery\n"}})
          .code,
      0);
}

TEST_F(KeyLifeTest, DestroyingTakesTheFirstCharactersOfTheFingerprint) {
  Generate("operator", "operator");
  Generate("catalogue", "cat");
  const std::vector<std::string> destroy = {"keys", "destroy", dir_ / "cat", "--by", dir_ / "operator"};
  EXPECT_EQ(AtTerminal(destroy, {{"first 8 characters", "y\n"}}).code, 2);
  EXPECT_TRUE(std::filesystem::exists(dir_ / "cat"));
  const std::string text = ReadAll(dir_ / "cat.pub");
  const std::string first = text.substr(text.find("fingerprint: \"") + 14, 8);
  EXPECT_EQ(AtTerminal(destroy, {{"first 8 characters", first + "\n"}}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "cat"));
}

TEST_F(KeyLifeTest, AShortPassphraseIsRefused) {
  std::ofstream(dir_ / "pass") << "too short\n";
  chmod((dir_ / "pass").c_str(), 0400);
  const Ran ran = Exposure({"keys", "generate", "root", "--out", dir_ / "r", "--passphrase-file", dir_ / "pass"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "r"));
}

TEST_F(KeyLifeTest, DestroyingLeavesASignedReceiptAndNoKey) {
  Generate("operator", "operator");
  Generate("evaluator", "met-1");
  std::filesystem::create_hard_link(dir_ / "met-1", dir_ / "link");  // shows what becomes of the bytes
  const std::string before = ReadAll(dir_ / "link");
  const Ran ran = Destroy("met-1");
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("backups may still hold it"));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "met-1"));
  EXPECT_EQ(ReadAll(dir_ / "link"), std::string(before.size(), '\0'));
  const std::string receipt = dir_ / "met-1.destroyed.txtpb";
  const Ran verified = Exposure({"keys", "verify-receipt", receipt, "--operator-key", dir_ / "operator.pub"});
  EXPECT_EQ(verified.code, 0) << verified.err;
  EXPECT_THAT(verified.out, HasSubstr("the key of kind evaluator"));
  Generate("operator", "other");
  const Ran forged = Exposure({"keys", "verify-receipt", receipt, "--operator-key", dir_ / "other.pub"});
  EXPECT_EQ(forged.code, 3);
  EXPECT_THAT(forged.err, HasSubstr("BAD_RECEIPT"));
}

// The words of a parser say nothing to who gave the wrong file, and may repeat what is in it.
TEST_F(KeyLifeTest, AFileThatIsNotWhatACommandNeedsIsSaidToBeNone) {
  Generate("root", "root");
  Generate("catalogue", "cat");
  Generate("operator", "operator");
  const std::string secret = dir_ / "cat";
  const auto expect = [](const Ran& ran, int code, const std::string& says) {
    EXPECT_EQ(ran.code, code) << ran.err;
    EXPECT_THAT(ran.err, AllOf(HasSubstr(says), Not(HasSubstr("Expected"))));
  };
  expect(Exposure({"keys", "delegate", "--root", dir_ / "root", "--catalogue", secret, "--out", dir_ / "d"}), 2,
         "cat: is not the public file of a catalogue key.");
  expect(Exposure({"keys", "verify-receipt", secret, "--operator-key", dir_ / "operator.pub"}), 3,
         "cat: is not a receipt of `exposure keys destroy`.");
  expect(Exposure({"receipt", "verify", secret, "--root", dir_ / "root.pub"}), 3,
         "cat: is not a receipt of a removed dataset.");
  expect(Exposure({"receipt", "verify", secret, "--root", secret}), 2, "cat: is not the public file of a root key.");
  expect(Exposure({"catalogue", "verify", "/dev/null", "--root", dir_ / "root.pub"}), 3,
         "/dev/null: is neither a catalogue nor an export of one.");
}

TEST_F(KeyLifeTest, DestroyingAsksUnlessToldNotTo) {
  Generate("operator", "operator");
  Generate("catalogue", "cat");
  const Ran ran = Exposure({"keys", "destroy", dir_ / "cat", "--by", dir_ / "operator"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--yes"));
  EXPECT_TRUE(std::filesystem::exists(dir_ / "cat"));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "cat.destroyed.txtpb"));
}

TEST_F(KeyLifeTest, OnlyAnOperatorsKeySignsReceiptsAndOnlySecretsAreDestroyed) {
  Generate("custodian", "operator");
  Generate("catalogue", "cat");
  EXPECT_EQ(Destroy("cat").code, 2);
  std::filesystem::remove(dir_ / "operator");
  std::filesystem::remove(dir_ / "operator.pub");
  Generate("operator", "operator");
  EXPECT_EQ(Destroy("cat.pub").code, 2);
  EXPECT_TRUE(std::filesystem::exists(dir_ / "cat"));
  EXPECT_TRUE(std::filesystem::exists(dir_ / "cat.pub"));
}

class EpochLifeTest : public ServiceTest {
 protected:
  Ran Keys(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "keys");
    return Exposure(std::move(arguments));
  }
  Ran Retire() {
    return Ask({"keys", "retire", "evaluator", "--config", dir_ / "exposured.txtpb", "--key", dir_ / "met-1.pub"});
  }
  void Edit(const std::string& from, const std::string& to) {
    std::string config = ReadAll(dir_ / "exposured.txtpb");
    config.replace(config.find(from), from.size(), to);
    std::ofstream(dir_ / "exposured.txtpb") << config;
  }
};

TEST_F(EpochLifeTest, IsRotatedRetiredAndDestroyed) {
  ASSERT_EQ(Keys({"generate", "operator", "--out", dir_ / "operator"}).code, 0);
  const Ran rotated = Keys({"rotate", "evaluator", "--config", dir_ / "exposured.txtpb", "--old", dir_ / "met-1.pub",
                            "--out", dir_ / "met-2"});
  ASSERT_EQ(rotated.code, 0) << rotated.err;
  // What it prints is text that the configuration takes as it is.
  std::ofstream(dir_ / "exposured.txtpb", std::ios::app) << rotated.out << "evaluator_key_files: \"met-2\"\n";
  Stop();
  Start();
  const std::vector<std::string> destroy = {"destroy",  dir_ / "met-1",          "--by", dir_ / "operator", "--yes",
                                            "--config", dir_ / "exposured.txtpb"};
  const Ran live = Keys(destroy);
  EXPECT_EQ(live.code, 2);
  EXPECT_THAT(live.err, HasSubstr("still has the key: evaluator_key_files"));

  const Ran what = Retire();
  EXPECT_EQ(what.code, 0) << what.err;
  EXPECT_THAT(what.out, AllOf(HasSubstr("retired: true"), HasSubstr("Remove"), HasSubstr("met/pay")));
  Edit("evaluator_key_files: \"met-1\"\n", "");
  EXPECT_THAT(Keys(destroy).err, HasSubstr("is live"));
  Edit("evaluator_files: \"met-1.pub\"\n", "evaluator_files: \"met-1.pub\" retired: true\n");
  EXPECT_THAT(Retire().err, HasSubstr("still lists the epoch as live")) << "not restarted yet";
  Stop();
  Start();
  const Ran told = Retire();
  EXPECT_EQ(told.code, 0) << told.err;
  EXPECT_THAT(told.out, HasSubstr("Retired"));
  EXPECT_EQ(Keys(destroy).code, 0);
}

}  // namespace
}  // namespace exposure::testing
