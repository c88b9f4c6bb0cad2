#include "client/cli/key_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"
#include "client/cli/options.h"
#include "client/cli/text_file.h"
#include "crypto/bodies.h"
#include "crypto/epoch.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure::cli {
namespace {

using crypto::KeyKind;
using ::exposure::testing::HasReason;
using ::exposure::testing::IsOk;
using ::exposure::testing::TempDir;

mode_t ModeOf(const std::string& path) {
  struct stat st = {};
  EXPECT_EQ(stat(path.c_str(), &st), 0) << path;
  return st.st_mode & 07777;
}

config::v1::SigningPublic ReadPublic(const std::string& path) {
  config::v1::SigningPublic file;
  EXPECT_THAT(ReadTextProto(path, Reason::kBadUsage, file), IsOk());
  return file;
}

class KeyFileTest : public ::testing::Test {
 protected:
  TempDir dir_;
};

TEST_F(KeyFileTest, TheSecretIsForItsOwnerAlone) {
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kRoot, dir_ / "root", 0), IsOk());
  EXPECT_EQ(ModeOf(dir_ / "root"), 0400u);
  EXPECT_EQ(ModeOf(dir_ / "root.pub"), 0644u);
}

TEST_F(KeyFileTest, ThePublicFileIsOfTheSecretKey) {
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kCustodian, dir_ / "key", 0), IsOk());
  ASSERT_OK_AND_ASSIGN(const crypto::SigningKey key, ReadSigningKey(KeyKind::kCustodian, dir_ / "key"));
  const config::v1::SigningPublic file = ReadPublic(dir_ / "key.pub");
  EXPECT_EQ(file.kind(), "custodian");
  EXPECT_EQ(file.public_key(), ToHex(key.public_key()));
  EXPECT_EQ(file.fingerprint(), ToHex(crypto::DeriveKeyId(key.public_key())));
}

TEST_F(KeyFileTest, NeverOverwrites) {
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kRoot, dir_ / "root", 0), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::string before, ReadFile(dir_ / "root"));
  EXPECT_THAT(GenerateKeyFiles(KeyKind::kRoot, dir_ / "root", 0), HasReason(Reason::kFileError));
  ASSERT_EQ(unlink((dir_ / "root.pub").c_str()), 0);
  EXPECT_THAT(GenerateKeyFiles(KeyKind::kRoot, dir_ / "root", 0), HasReason(Reason::kFileError));
  ASSERT_OK_AND_ASSIGN(const std::string after, ReadFile(dir_ / "root"));
  EXPECT_EQ(before, after);
  EXPECT_NE(access((dir_ / "root.pub").c_str(), F_OK), 0) << "a public file without its key was left";
}

TEST_F(KeyFileTest, AnEvaluatorsPublicFileProvesPossession) {
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kEvaluator, dir_ / "e", 7), IsOk());
  config::v1::EvaluatorPublic file;
  ASSERT_THAT(ReadTextProto(dir_ / "e.pub", Reason::kBadUsage, file), IsOk());
  EXPECT_EQ(file.index(), 7u);
  crypto::EvaluatorEntry entry;
  entry.index = file.index();
  entry.public_key = ArrayFromHex<32>(file.public_key()).value();
  entry.possession_element = ArrayFromHex<32>(file.possession_element()).value();
  entry.possession_proof = ArrayFromHex<64>(file.possession_proof()).value();
  EXPECT_THAT(crypto::CheckEvaluators(entry.public_key, crypto::kRuleAdditive, std::vector{entry}), IsOk());
}

TEST_F(KeyFileTest, AnEvaluatorsIndexIsOneTo255) {
  EXPECT_THAT(GenerateKeyFiles(KeyKind::kEvaluator, dir_ / "e", 0), HasReason(Reason::kBadUsage));
  EXPECT_THAT(GenerateKeyFiles(KeyKind::kEvaluator, dir_ / "e", 256), HasReason(Reason::kBadUsage));
  EXPECT_THAT(GenerateKeyFiles(KeyKind::kEvaluator, dir_ / "e", 255), IsOk());
}

TEST_F(KeyFileTest, AKeyOfAnotherKindOrThatOthersCanReadIsRefused) {
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kCatalogue, dir_ / "key", 0), IsOk());
  EXPECT_THAT(ReadSigningKey(KeyKind::kCustodian, dir_ / "key"), HasReason(Reason::kKeyFile));
  ASSERT_EQ(chmod((dir_ / "key").c_str(), 0440), 0);
  const auto key = ReadSigningKey(KeyKind::kCatalogue, dir_ / "key");
  EXPECT_THAT(key, HasReason(Reason::kKeyFile));
  EXPECT_THAT(key.status().message(), ::testing::HasSubstr("chmod 0400"));
}

TEST_F(KeyFileTest, AKeyWithAPassphraseOpensWithTheFileThatHasIt) {
  ASSERT_THAT(WriteFileAtomically(dir_ / "pass", "correct horse battery\n", 0400), IsOk());
  ASSERT_THAT(WriteFileAtomically(dir_ / "wrong", "another passphrase\n", 0400), IsOk());
  const crypto::Secret passphrase(std::string_view("correct horse battery"));
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kRoot, dir_ / "root", 0, &passphrase), IsOk());
  EXPECT_EQ(ModeOf(dir_ / "root"), 0400u);
  ASSERT_OK_AND_ASSIGN(const crypto::SigningKey key, ReadSigningKey(KeyKind::kRoot, dir_ / "root", dir_ / "pass"));
  EXPECT_EQ(ToHex(key.public_key()), ReadPublic(dir_ / "root.pub").public_key());
  EXPECT_THAT(ReadSigningKey(KeyKind::kRoot, dir_ / "root", dir_ / "wrong"), HasReason(Reason::kPassphrase));
  ASSERT_EQ(chmod((dir_ / "pass").c_str(), 0440), 0);
  EXPECT_THAT(ReadSigningKey(KeyKind::kRoot, dir_ / "root", dir_ / "pass"), HasReason(Reason::kKeyFile));
}

TEST_F(KeyFileTest, ADelegationIsSignedByTheRootForItsDays) {
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kCatalogue, dir_ / "cat", 0), IsOk());
  const config::v1::SigningPublic catalogue = ReadPublic(dir_ / "cat.pub");
  const crypto::SigningKey root = crypto::SigningKey::Generate();
  ASSERT_OK_AND_ASSIGN(const config::v1::DelegationFile file, Delegate(root, catalogue, 1000000, 90, 5));
  const std::string body = FromHex(file.delegation()).value();
  EXPECT_THAT(crypto::VerifySignature(root.public_key(), crypto::kDelegationLabel, AsBytes(body),
                                      ArrayFromHex<64>(file.signature()).value()),
              IsOk());
  ASSERT_OK_AND_ASSIGN(const crypto::Delegation delegation, crypto::DecodeDelegation(AsBytes(body)));
  EXPECT_EQ(delegation.serial, 5u);
  EXPECT_EQ(delegation.not_before, 1000000u);
  EXPECT_EQ(delegation.not_after, 1000000u + 90 * 86400);
  EXPECT_EQ(ToHex(delegation.catalogue_key), catalogue.public_key());
  EXPECT_EQ(file.root_key(), ToHex(root.public_key()));
}

TEST_F(KeyFileTest, ADelegationIsForACatalogueKeyAndAtMost90Days) {
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kCatalogue, dir_ / "cat", 0), IsOk());
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kCustodian, dir_ / "cus", 0), IsOk());
  const crypto::SigningKey root = crypto::SigningKey::Generate();
  EXPECT_THAT(Delegate(root, ReadPublic(dir_ / "cus.pub"), 0, 90, 1), HasReason(Reason::kBadUsage));
  EXPECT_THAT(Delegate(root, ReadPublic(dir_ / "cat.pub"), 0, 91, 1), HasReason(Reason::kBadUsage));
  EXPECT_THAT(Delegate(root, ReadPublic(dir_ / "cat.pub"), 0, 0, 1), HasReason(Reason::kBadUsage));
}

TEST_F(KeyFileTest, ARootIsAPublicFileOr64DigitsOrAFingerprint) {
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kRoot, dir_ / "root", 0), IsOk());
  ASSERT_OK_AND_ASSIGN(const crypto::RootPin from_file, LoadRoot(dir_ / "root.pub"));
  ASSERT_TRUE(from_file.key.has_value());
  ASSERT_OK_AND_ASSIGN(const crypto::RootPin from_hex, LoadRoot(ToHex(*from_file.key)));
  EXPECT_EQ(from_file.key, from_hex.key);
  ASSERT_OK_AND_ASSIGN(const crypto::RootPin by_fingerprint, LoadRoot("sha256:" + ToHex(from_file.fingerprint)));
  EXPECT_EQ(by_fingerprint.fingerprint, from_file.fingerprint);
  EXPECT_FALSE(by_fingerprint.key.has_value());
  EXPECT_THAT(LoadRoot("sha256:abc"), HasReason(Reason::kBadUsage));
  EXPECT_THAT(LoadRoot(""), HasReason(Reason::kBadUsage));
  EXPECT_THAT(LoadRoot(dir_ / "missing"), HasReason(Reason::kFileError));
}

TEST_F(KeyFileTest, ARootFileMustBeARootsAndWhole) {
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kCatalogue, dir_ / "cat", 0), IsOk());
  EXPECT_THAT(LoadRoot(dir_ / "cat.pub"), HasReason(Reason::kBadUsage));
  ASSERT_THAT(GenerateKeyFiles(KeyKind::kRoot, dir_ / "root", 0), IsOk());
  config::v1::SigningPublic file = ReadPublic(dir_ / "root.pub");
  file.set_public_key(ToHex(crypto::SigningKey::Generate().public_key()));  // swapped, fingerprint kept
  ASSERT_THAT(WriteFileAtomically(dir_ / "root.pub", ToTextProto(file), 0644), IsOk());
  EXPECT_THAT(LoadRoot(dir_ / "root.pub"), HasReason(Reason::kBadUsage));
}

}  // namespace
}  // namespace exposure::cli
