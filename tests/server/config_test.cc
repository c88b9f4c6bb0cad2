#include "server/config.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/file.h"
#include "tests/support/service_files.h"
#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::ServiceFiles;

class ConfigTest : public ::testing::Test {
 protected:
  // The line of the configuration that holds `text`, from 1.
  std::string LineOf(const std::string& text) const {
    const std::string& config = files_.config_text();
    return std::to_string(1 + std::count(config.begin(), config.begin() + static_cast<long>(config.find(text)), '\n'));
  }

  // Expects one problem: at the line of `text`, with this field and words.
  void ExpectProblem(const std::string& text, const std::string& field, const std::string& words,
                     Roles roles = Roles::All()) {
    const absl::Status status = LoadConfig(files_.config_path(), roles).status();
    ASSERT_THAT(status, HasReason(Reason::kBadConfig));
    const std::string message(status.message());
    EXPECT_EQ(message.find(files_.config_path() + ":" + LineOf(text) + ": " + field + ": "), 0U) << message;
    EXPECT_THAT(message, HasSubstr(words));
    EXPECT_EQ(message.find(files_.config_path() + ":", 1), std::string::npos) << "more than one problem: " << message;
  }

  ServiceFiles files_;
};

TEST_F(ConfigTest, IsReadWithPathsResolvedAndLimitsFilledIn) {
  ASSERT_OK_AND_ASSIGN(const LoadedConfig config, LoadConfig(files_.config_path(), Roles::All()));
  EXPECT_EQ(config.settings.data_directory(), files_.Path("data"));
  EXPECT_EQ(config.settings.evaluator_key_files(0), files_.Path("met-1"));
  EXPECT_EQ(config.settings.limits().queued_elements(), 4096 * config.settings.limits().evaluation_threads());
  EXPECT_EQ(config.settings.limits().dataset_bytes(), uint64_t{1} << 30);
  EXPECT_EQ(config.settings.limits().shutdown_seconds(), 5U);
  EXPECT_GE(config.settings.limits().evaluation_threads(), 1U);
  EXPECT_EQ(config.settings.retention().review_days(), 365U);
  EXPECT_EQ(config.settings.retention().end_days(), 2190U);
}

TEST_F(ConfigTest, BecomesTheContentOfACatalogue) {
  ASSERT_OK_AND_ASSIGN(const LoadedConfig config, LoadConfig(files_.config_path(), Roles::All()));
  const v1::CatalogueContent& content = config.content;
  EXPECT_EQ(content.service_name(), "Test service");
  ASSERT_EQ(content.epochs_size(), 1);
  const v1::Epoch& epoch = content.epochs(0);
  EXPECT_EQ(epoch.epoch_id(), ToString(files_.epoch_id()));
  EXPECT_EQ(epoch.public_key(), ToString(files_.evaluator().public_key().bytes()));
  EXPECT_EQ(epoch.min_people(), 100U);
  EXPECT_EQ(epoch.bucket_bits(), 4U);
  EXPECT_EQ(epoch.fetch_bits(), 3U);
  EXPECT_EQ(epoch.state(), v1::EPOCH_STATE_LIVE);
  EXPECT_EQ(epoch.schemes(0).population(), 1500U);
  ASSERT_EQ(content.custodians_size(), 1);
  EXPECT_EQ(content.custodians(0).public_key(), ToString(files_.custodian().public_key()));
  EXPECT_EQ(content.custodians(0).valid_until(), UINT64_MAX);
}

TEST_F(ConfigTest, SyntaxErrorsHaveTheirLine) {
  files_.Write({{"service_name:", "service_nam:"}});
  const absl::Status status = LoadConfig(files_.config_path(), Roles::All()).status();
  EXPECT_THAT(status, HasReason(Reason::kBadConfig));
  EXPECT_THAT(std::string(status.message()), HasSubstr(files_.config_path() + ":" + LineOf("service_nam:") + ": "));
  EXPECT_THAT(std::string(status.message()), HasSubstr("has no field named (not shown)"));
}

TEST_F(ConfigTest, EveryProblemIsReported) {
  files_.Write(
      {{"127.0.0.1:0", "0.0.0.0:0"}, {"population: 1500", ""}, {"force: \"met\"\n  public", "force: \"M\"\n  public"}});
  const absl::Status status = LoadConfig(files_.config_path(), Roles::All()).status();
  const std::string message(status.message());
  EXPECT_THAT(message, HasSubstr(":" + LineOf("listen") + ": listen: "));
  EXPECT_THAT(message, HasSubstr(": epochs[0].schemes[0].population: "));
  EXPECT_THAT(message, HasSubstr(":" + LineOf("force: \"M\"") + ": custodians[0].force: "));
}

TEST_F(ConfigTest, FileThatIsNotThere) {
  EXPECT_THAT(LoadConfig(files_.Path("other"), Roles::All()), HasReason(Reason::kFileError));
}

TEST_F(ConfigTest, ListenOnLoopbackOnly) {
  files_.Write({{"127.0.0.1:0", "0.0.0.0:0"}});
  ExpectProblem("listen", "listen", "loopback");
}

TEST_F(ConfigTest, KeyThatOthersCanRead) {
  ASSERT_EQ(chmod(files_.Path("met-1").c_str(), 0440), 0);
  ExpectProblem(
      "evaluator_key_files", "evaluator_key_files[0]",
      files_.Path("met-1") + ": can be accessed by group (mode 0440).\n  Fix: chmod 0400 " + files_.Path("met-1"));
  ASSERT_EQ(chmod(files_.Path("met-1").c_str(), 0400), 0);
  ASSERT_EQ(chmod(files_.Path("catalogue").c_str(), 0604), 0);
  ExpectProblem("catalogue_key_file", "catalogue_key_file", "can be accessed by others (mode 0604)");
}

TEST_F(ConfigTest, KeyOfAnotherKind) {
  files_.Write({{"evaluator_key_files: \"met-1\"", "evaluator_key_files: \"catalogue\""}});
  const absl::Status status = LoadConfig(files_.config_path(), Roles::All()).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("It is not a key of kind \"evaluator\""));
}

TEST_F(ConfigTest, KeyOfNoEpoch) {
  files_.WriteKey("other-1", crypto::EvaluatorKey::Generate().value(), 1);
  files_.Write(
      {{"evaluator_key_files: \"met-1\"", "evaluator_key_files: \"met-1\"\nevaluator_key_files: \"other-1\""}});
  ExpectProblem("evaluator_key_files: \"other-1\"", "evaluator_key_files[1]", "the key of none of the epochs");
}

TEST_F(ConfigTest, EpochWithoutItsKey) {
  files_.WriteKey("other-1", crypto::EvaluatorKey::Generate().value(), 1);
  files_.Write({{"evaluator_files: \"met-1.pub\"", "evaluator_files: \"other-1.pub\""}});
  const absl::Status status = LoadConfig(files_.config_path(), Roles::All()).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("its key is not among evaluator_key_files"));
  EXPECT_THAT(LoadConfig(files_.config_path(), {.records = true, .catalogue = true}), IsOk());
  files_.Write({{"bucket_bits", "evaluator_addresses: \"127.0.0.1:7444\"\n  bucket_bits"}});
  const absl::Status elsewhere = LoadConfig(files_.config_path(), Roles::All()).status();
  EXPECT_THAT(std::string(elsewhere.message()), ::testing::Not(HasSubstr("its key is not among")));
}

TEST_F(ConfigTest, TwoSharesOfOneEpochInOneProcess) {
  files_.WriteKey("met-2", crypto::EvaluatorKey::Generate().value(), 2);
  files_.Write(
      {{"evaluator_key_files: \"met-1\"", "evaluator_key_files: \"met-1\"\nevaluator_key_files: \"met-2\""},
       {"evaluator_files: \"met-1.pub\"", "evaluator_files: \"met-1.pub\"\n  evaluator_files: \"met-2.pub\""}});
  ExpectProblem("evaluator_key_files: \"met-2\"", "evaluator_key_files[1]", "second key of the same epoch");
}

TEST_F(ConfigTest, EvaluatorListedTwice) {
  files_.Write(
      {{"evaluator_files: \"met-1.pub\"", "evaluator_files: \"met-1.pub\"\n  evaluator_files: \"met-1.pub\""}});
  ExpectProblem("evaluator_files: \"met-1.pub\"", "epochs[0].evaluator_files[0]", "");
}

TEST_F(ConfigTest, PublicFileThatIsNotThere) {
  files_.Write({{"met-1.pub", "nowhere.pub"}});
  const absl::Status status = LoadConfig(files_.config_path(), {.catalogue = true}).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("epochs[0].evaluator_files[0]: " + files_.Path("nowhere.pub")));
}

TEST_F(ConfigTest, AddressesNotOneForEachEvaluator) {
  files_.Write({{"  bucket_bits", "  evaluator_addresses: \"\"\n  evaluator_addresses: \"\"\n  bucket_bits"}});
  ExpectProblem("evaluator_addresses", "epochs[0].evaluator_addresses[0]", "one address for each");
}

TEST_F(ConfigTest, RetiredEpochKeepsNoKey) {
  files_.Write({{"bucket_bits", "retired: true\n  bucket_bits"}});
  ExpectProblem("evaluator_key_files", "evaluator_key_files[0]", "key of a retired epoch");
}

TEST_F(ConfigTest, FetchBitsMoreThanThePopulationAllows) {
  files_.Write({{"fetch_bits: 3", "fetch_bits: 4"}});
  ExpectProblem("fetch_bits: 4", "epochs[0].fetch_bits", "at most 3");
}

TEST_F(ConfigTest, BucketBitsBeyondTheLimit) {
  files_.Write({{"bucket_bits: 4", "bucket_bits: 25"}});
  ExpectProblem("bucket_bits: 25", "epochs[0].bucket_bits", "24");
}

TEST_F(ConfigTest, TooFewPeopleForPrivacy) {
  files_.Write({{"bucket_bits", "min_people: 99\n  bucket_bits"}});
  ExpectProblem("min_people", "epochs[0].min_people", "at least 100");
}

TEST_F(ConfigTest, SecondForceInAnEpoch) {
  files_.Write(
      {{"  schemes {\n    force: \"met\"",
        "  schemes {\n    force: \"kent\"\n    name: \"pay\"\n    population: 9000\n"
        "    rule { max_digits: 6 min_digits: 6 }\n    label { en: \"P\" }\n    force_name { en: \"K\" }\n  }\n"
        "  schemes {\n    force: \"met\""}});
  ExpectProblem("force: \"met\"", "epochs[0].schemes[1].force", "second force in one epoch");
}

TEST_F(ConfigTest, CanonicalRuleThatDoesNotAddUp) {
  files_.Write({{"max_digits: 6", "max_digits: 5"}});
  ExpectProblem("rule {", "epochs[0].schemes[0].rule", "min_digits and max_digits are 1 to 20, in this order");
}

TEST_F(ConfigTest, CanonicalRuleIsPublishedAsItIs) {
  files_.Write({{"max_digits: 6", "max_digits: 6 letters: \"ABC\" check: CHECK_RULE_LUHN"}});
  ASSERT_OK_AND_ASSIGN(const LoadedConfig config, LoadConfig(files_.config_path(), Roles::All()));
  const v1::CanonicalRule& rule = config.content.epochs(0).schemes(0).rule();
  EXPECT_EQ(rule.letters(), "ABC");
  EXPECT_EQ(rule.check(), v1::CHECK_RULE_LUHN);
}

TEST_F(ConfigTest, CheckRuleThatThisVersionDoesNotKnow) {
  files_.Write({{"max_digits: 6", "max_digits: 6 check: 99"}});
  ExpectProblem("rule {", "epochs[0].schemes[0].rule", "does not know");
}

TEST_F(ConfigTest, TwoEpochsWithOneKey) {
  const std::string& text = files_.config_text();
  const size_t begin = text.find("epochs {");
  const std::string epoch = text.substr(begin, text.find("custodians {") - begin);
  files_.Write({{"custodians {", epoch + "custodians {"}});
  const absl::Status status = LoadConfig(files_.config_path(), Roles::All()).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("epochs[1].evaluator_files[0]: are the keys of another epoch"));
}

TEST_F(ConfigTest, CustodianListedTwice) {
  files_.Write(
      {{"limits {", "custodians { name: \"N\" force: \"kent\" public_key_file: \"custodian.pub\" }\nlimits {"}});
  ExpectProblem("custodians { name", "custodians[1].public_key_file", "another custodian");
}

TEST_F(ConfigTest, CustodianWithAKeyOfAnotherKind) {
  files_.Write({{"custodian.pub", "root.pub"}});
  ExpectProblem("root.pub", "custodians[0].public_key_file", "not the public file of a custodian key");
}

TEST_F(ConfigTest, StillGoodMustBeIds) {
  files_.Write({{"public_key_file", "still_good: \"12\"\n  public_key_file"}});
  ExpectProblem("still_good", "custodians[0].still_good[0]", "32 hexadecimal digits");
}

TEST_F(ConfigTest, DelegationForAnotherKey) {
  files_.WriteKey("other", "catalogue", crypto::SigningKey::Generate());
  files_.Write({{"catalogue_key_file: \"catalogue\"", "catalogue_key_file: \"other\""}});
  ExpectProblem("delegation_file", "delegation_file", "for another key");
}

TEST_F(ConfigTest, DelegationThatIsOver) {
  files_.WriteDelegation(-3600);
  ExpectProblem("delegation_file", "delegation_file", "is over");
}

TEST_F(ConfigTest, DelegationThatIsNotGiven) {
  files_.Write({{"delegation_file: \"delegation.txtpb\"", ""}});
  ExpectProblem("# A test's configuration", "delegation_file", "delegation_file: must be given.");
}

TEST_F(ConfigTest, CatalogueKeyThatIsNotGiven) {
  files_.Write({{"catalogue_key_file: \"catalogue\"", ""}});
  ExpectProblem("# A test's configuration", "catalogue_key_file", "catalogue_key_file: must be given.");
}

TEST_F(ConfigTest, RootChangeThatIsNotThereHasItsLine) {
  files_.Write({{"limits {", "root_change_files: \"nonexist\"\nlimits {"}});
  ExpectProblem("root_change_files", "root_change_files[0]", files_.Path("nonexist"));
  files_.Write({{"catalogue_key_file: \"catalogue\"\ndelegation_file: \"delegation.txtpb\"",
                 "delegation_file: \"delegation.txtpb\"\nsigner: \"unix:/run/exposure/signer.sock\""}});
  ExpectProblem("root_change_files", "root_change_files[0]", files_.Path("nonexist"));
  files_.Write({{"delegation_file: \"delegation.txtpb\"", ""}});
  ExpectProblem("# A test's configuration", "delegation_file", "must be given");
}

TEST_F(ConfigTest, DataDirectoryThatOthersCanRead) {
  ASSERT_EQ(mkdir(files_.Path("data").c_str(), 0755), 0);
  ASSERT_EQ(chmod(files_.Path("data").c_str(), 0755), 0);
  ExpectProblem("data_directory", "data_directory", "Fix: chmod 0700 " + files_.Path("data"));
}

TEST_F(ConfigTest, DataDirectoryThatCannotBeMade) {
  files_.Write({{"data_directory: \"data\"", "data_directory: \"/proc/x/y\""}});
  ExpectProblem("data_directory", "data_directory", "/proc/x/y cannot be made in /proc: ");
}

TEST_F(ConfigTest, ChainFileThatIsDamaged) {
  ASSERT_THAT(WriteFileAtomically(files_.Path("catalogue.chain"), "garbage", 0600), IsOk());
  ExpectProblem("# A test's configuration", "catalogue_chain_file", "is no chain of headers");
}

TEST_F(ConfigTest, CatalogueKeyIsTheSignersAlone) {
  files_.Write({{"delegation_file: \"delegation.txtpb\"", "signer: \"unix:/run/exposure/signer.sock\""}});
  ExpectProblem("catalogue_key_file", "catalogue_key_file", "Fix: leave it out");
}

TEST_F(ConfigTest, QueueSmallerThanABatch) {
  files_.Write({{"shutdown_seconds: 5", "queued_elements: 1023"}});
  ExpectProblem("queued_elements", "limits.queued_elements", "less than one batch");
}

TEST_F(ConfigTest, DatasetsAreReviewedBeforeTheyEnd) {
  files_.Write({{"limits {", "retention { review_days: 31 end_days: 30 }\nlimits {"}});
  ExpectProblem("review_days: 31", "retention.review_days", "more than end_days");
  files_.Write({{"end_days: 30", "end_days: 36501"}});
  ExpectProblem("end_days: 36501", "retention.end_days", "more than 36,500");
  files_.Write({{"review_days: 31 end_days: 36501", "end_days: 30"}});
  ASSERT_OK_AND_ASSIGN(const LoadedConfig config, LoadConfig(files_.config_path(), Roles::All()));
  EXPECT_EQ(config.settings.retention().review_days(), 30U);
}

TEST_F(ConfigTest, RolesOpenOnlyTheirOwnFiles) {
  ASSERT_EQ(unlink(files_.Path("met-1").c_str()), 0);
  EXPECT_THAT(LoadConfig(files_.config_path(), {.records = true, .catalogue = true}), IsOk());
  EXPECT_THAT(LoadConfig(files_.config_path(), Roles::All()), HasReason(Reason::kBadConfig));

  ServiceFiles evaluator;
  ASSERT_EQ(unlink(evaluator.Path("catalogue").c_str()), 0);
  ASSERT_EQ(unlink(evaluator.Path("delegation.txtpb").c_str()), 0);
  EXPECT_THAT(LoadConfig(evaluator.config_path(), {.evaluator = true}), IsOk());
  EXPECT_THAT(LoadConfig(evaluator.config_path(), Roles::All()), HasReason(Reason::kBadConfig));
}

}  // namespace
}  // namespace exposure::server
