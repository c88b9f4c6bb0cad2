#include "server/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <string>

#include "base/file.h"
#include "crypto/root_path.h"
#include "crypto/sealed_key.h"
#include "tests/support/service_files.h"
#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using crypto::KeyKind;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::ServiceFiles;

constexpr crypto::PassphraseCost kCheap = {.operations = 1, .memory = uint64_t{8} << 20};

class CredentialsTest : public ::testing::Test {
 protected:
  void SetUp() override { setenv("CREDENTIALS_DIRECTORY", files_.directory().c_str(), 1); }
  void TearDown() override { unsetenv("CREDENTIALS_DIRECTORY"); }

  void Write(const std::string& name, const std::string& text, unsigned mode = 0400) {
    ASSERT_THAT(WriteNewFile(files_.Path(name), text, mode), IsOk());
  }
  // The evaluator's key again, as NAME and with a passphrase.
  void SealAs(const std::string& name) {
    const crypto::Secret passphrase(std::string_view("correct horse battery"));
    Write(name, crypto::EncodeSealedKey(
                    crypto::SealKey(KeyKind::kEvaluator, files_.evaluator().Reveal(), passphrase, kCheap).value()));
  }

  ServiceFiles files_;
};

TEST_F(CredentialsTest, AKeyMayBeACredential) {
  ASSERT_OK_AND_ASSIGN(const crypto::EvaluatorKey key, ReadEvaluatorKey("credential:met-1"));
  EXPECT_EQ(key.public_key(), files_.evaluator().public_key());
  EXPECT_THAT(ReadCatalogueKey("credential:catalogue"), IsOk());
}

TEST_F(CredentialsTest, ACredentialsGroupBitsAreAMaskButOthersMayNotReadIt) {
  ASSERT_EQ(chmod(files_.Path("met-1").c_str(), 0440), 0);
  EXPECT_THAT(ReadEvaluatorKey("credential:met-1"), IsOk());
  EXPECT_THAT(ReadEvaluatorKey(files_.Path("met-1")), HasReason(Reason::kKeyFile));
  ASSERT_EQ(chmod(files_.Path("met-1").c_str(), 0444), 0);
  EXPECT_THAT(ReadEvaluatorKey("credential:met-1"), HasReason(Reason::kKeyFile));
}

TEST_F(CredentialsTest, ANameIsNoPath) {
  for (const char* path : {"credential:", "credential:../met-1", "credential:/etc/passwd", "credential:missing"}) {
    EXPECT_THAT(ReadEvaluatorKey(path), HasReason(Reason::kKeyFile)) << path;
  }
}

TEST_F(CredentialsTest, WithoutSystemdItSaysSo) {
  unsetenv("CREDENTIALS_DIRECTORY");
  const absl::Status status = ReadEvaluatorKey("credential:met-1").status();
  EXPECT_THAT(status, HasReason(Reason::kKeyFile));
  EXPECT_THAT(std::string(status.message()), HasSubstr("Fix: LoadCredential="));
}

TEST_F(CredentialsTest, APassphraseIsTheCredentialOfTheKeysName) {
  SealAs("met-2");
  const absl::Status missing = ReadEvaluatorKey(files_.Path("met-2")).status();
  EXPECT_THAT(missing, HasReason(Reason::kPassphrase));
  EXPECT_THAT(std::string(missing.message()), HasSubstr("LoadCredentialEncrypted=met-2.passphrase"));
  Write("met-2.passphrase", "correct horse battery\n");
  for (const std::string& path : {files_.Path("met-2"), std::string("credential:met-2")}) {
    ASSERT_OK_AND_ASSIGN(const crypto::EvaluatorKey key, ReadEvaluatorKey(path));
    EXPECT_EQ(key.public_key(), files_.evaluator().public_key());
  }
}

TEST_F(CredentialsTest, AWrongPassphraseIsNeitherTakenNorRepeated) {
  SealAs("met-2");
  Write("met-2.passphrase", "correct horse batter\n");
  const absl::Status status = ReadEvaluatorKey(files_.Path("met-2")).status();
  EXPECT_THAT(status, HasReason(Reason::kPassphrase));
  EXPECT_THAT(std::string(status.message()), ::testing::Not(HasSubstr("horse")));
}

class ServedRootsTest : public ::testing::Test {
 protected:
  ServedRootsTest() { settings_.set_delegation_file(files_.Path("delegation.txtpb")); }

  void AddChange(uint64_t serial, const crypto::SigningKey& from, const crypto::SigningKey& to) {
    const auto body = crypto::Encode(
        crypto::RootChange{.serial = serial, .old_root = from.public_key(), .new_root = to.public_key()});
    const std::string path = files_.Path("change-" + std::to_string(settings_.root_change_files_size()));
    ASSERT_THAT(WriteNewFile(path,
                             "root_change: \"" + ToHex(body) + "\" old_signature: \"" +
                                 ToHex(from.Sign(crypto::kRootLabel, body)) + "\" new_signature: \"" +
                                 ToHex(to.Sign(crypto::kRootLabel, body)) + "\"",
                             0644),
                IsOk());
    settings_.add_root_change_files(path);
  }

  ServiceFiles files_;
  config::v1::ServerConfig settings_;
  const crypto::SigningKey older_ = crypto::SigningKey::Generate();
  const crypto::SigningKey other_ = crypto::SigningKey::Generate();
};

TEST_F(ServedRootsTest, ADelegationWithoutItsRootIsServedAsEver) {
  ASSERT_OK_AND_ASSIGN(const ServedRoots roots, ReadServedRoots(settings_));
  EXPECT_EQ(roots.root_key, "");
  EXPECT_TRUE(roots.changes.empty());
}

TEST_F(ServedRootsTest, ChangesLeadToTheRootThatDelegates) {
  AddChange(1, other_, older_);
  AddChange(2, older_, files_.root());
  ASSERT_OK_AND_ASSIGN(const ServedRoots roots, ReadServedRoots(settings_));
  EXPECT_EQ(roots.changes.size(), 2u);
}

TEST_F(ServedRootsTest, ChangesThatDoNotFollowAreRefused) {
  AddChange(2, older_, files_.root());
  AddChange(3, other_, older_);
  EXPECT_THAT(ReadServedRoots(settings_), HasReason(Reason::kBadConfig));
}

TEST_F(ServedRootsTest, SerialsGrow) {
  AddChange(2, other_, older_);
  AddChange(2, older_, files_.root());
  EXPECT_THAT(ReadServedRoots(settings_), HasReason(Reason::kBadConfig));
}

TEST_F(ServedRootsTest, ADelegationByNoneOfThemIsRefused) {
  AddChange(1, other_, older_);
  EXPECT_THAT(ReadServedRoots(settings_), HasReason(Reason::kBadDelegation));
}

TEST_F(ServedRootsTest, AnUnsignedChangeIsRefused) {
  AddChange(1, older_, files_.root());
  const std::string path = settings_.root_change_files(0);
  std::string text = ReadFile(path).value();
  char& digit = text[text.find("old_signature: \"") + 16];
  digit = digit == '0' ? '1' : '0';  // still hexadecimal
  ASSERT_THAT(WriteFileAtomically(path, text, 0644), IsOk());
  EXPECT_THAT(ReadServedRoots(settings_), HasReason(Reason::kBadRootChange));
}

}  // namespace
}  // namespace exposure::server
