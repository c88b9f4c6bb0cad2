#include "client/cli/key_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "base/file.h"
#include "client/cli/key_file.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure::cli {
namespace {

using crypto::KeyKind;
using ::exposure::testing::HasReason;
using ::exposure::testing::IsOk;
using ::exposure::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class KeyFactsTest : public ::testing::Test {
 protected:
  const TempDir dir_;
};

TEST_F(KeyFactsTest, BothFilesOfAKeyTellTheSame) {
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kOperator, dir_ / "op", 0), IsOk());
  ASSERT_OK_AND_ASSIGN(const KeyFacts secret, ReadKeyFacts(dir_ / "op"));
  ASSERT_OK_AND_ASSIGN(const KeyFacts open, ReadKeyFacts(dir_ / "op.pub"));
  EXPECT_TRUE(secret.secret);
  EXPECT_FALSE(open.secret);
  EXPECT_EQ(secret.kind, KeyKind::kOperator);
  EXPECT_EQ(open.kind, KeyKind::kOperator);
  EXPECT_EQ(secret.public_key, open.public_key);
  EXPECT_THAT(secret.problems, IsEmpty());
}

TEST_F(KeyFactsTest, AnEvaluatorsIndexIsInItsPublicFile) {
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kEvaluator, dir_ / "e", 9), IsOk());
  EXPECT_EQ(ReadKeyFacts(dir_ / "e").value().index, 9u);
  std::filesystem::remove(dir_ / "e.pub");
  ASSERT_OK_AND_ASSIGN(const KeyFacts alone, ReadKeyFacts(dir_ / "e"));
  EXPECT_EQ(alone.index, std::nullopt);
  EXPECT_TRUE(alone.public_key.has_value());
}

TEST_F(KeyFactsTest, APassphraseIsToldAndNotAskedFor) {
  const crypto::Secret passphrase(std::string_view("correct horse battery"));
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kCatalogue, dir_ / "c", 0, &passphrase), IsOk());
  ASSERT_OK_AND_ASSIGN(const KeyFacts facts, ReadKeyFacts(dir_ / "c"));
  ASSERT_TRUE(facts.passphrase.has_value());
  EXPECT_EQ(facts.passphrase->memory, uint64_t{256} << 20);
  EXPECT_EQ(facts.public_key, ReadKeyFacts(dir_ / "c.pub").value().public_key);
}

TEST_F(KeyFactsTest, ModeAndHalvesThatDoNotBelongTogetherAreProblems) {
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kRoot, dir_ / "a", 0), IsOk());
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kRoot, dir_ / "b", 0), IsOk());
  ASSERT_EQ(chmod((dir_ / "a").c_str(), 0444), 0);
  EXPECT_THAT(ReadKeyFacts(dir_ / "a").value().problems, ElementsAre(HasSubstr("chmod 0400")));
  std::filesystem::rename(dir_ / "a.pub", dir_ / "b.pub");
  EXPECT_THAT(ReadKeyFacts(dir_ / "b").value().problems, ElementsAre(HasSubstr("is not the public file of this key")));
}

TEST_F(KeyFactsTest, AnEvaluatorThatDoesNotProvePossessionIsAProblem) {
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kEvaluator, dir_ / "e", 1), IsOk());
  std::string text = ReadFile(dir_ / "e.pub").value();
  text.replace(text.find("index: 1"), 8, "index: 2");
  ASSERT_THAT(WriteFileAtomically(dir_ / "e.pub", text, 0644), IsOk());
  EXPECT_THAT(ReadKeyFacts(dir_ / "e.pub").value().problems, ElementsAre(HasSubstr("does not prove")));
}

TEST_F(KeyFactsTest, AnythingElseIsNoKeyFile) {
  for (const char* text : {"", "hello", "exposure-key/3 root 00", "exposure-key/1 queen 00", "kind: \"queen\""}) {
    ASSERT_THAT(WriteFileAtomically(dir_ / "x", text, 0600), IsOk());
    EXPECT_THAT(ReadKeyFacts(dir_ / "x"), HasReason(Reason::kKeyFile)) << text;
  }
  EXPECT_THAT(ReadKeyFacts(dir_ / "missing"), HasReason(Reason::kKeyFile));
}

}  // namespace
}  // namespace exposure::cli
