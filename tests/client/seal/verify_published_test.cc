#include "client/seal/verify_published.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "tests/client/seal/sealing.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::Desk;
using testing::FakeService;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::SmallSource;

std::vector<std::string> People(int count) {
  std::vector<std::string> rows = {"none,Singh,x.jpg,0", "A100001,Shah,,1"};
  for (int i = 0; i < count; ++i)
    rows.push_back(absl::StrCat("A", 100000 + i, ",Kowalska,", i % 3 ? "p.jpg" : "", ",", i));
  return rows;
}

class VerifyPublishedTest : public ::testing::Test {
 protected:
  VerifyPublishedTest() {
    options_ = desk_.Write(SmallSource(People(100)));
    EXPECT_THAT(desk_.MakeSealer()->Seal(options_), IsOk());
  }

  absl::StatusOr<PublishedCheck> Verify(uint32_t sample = 20) {
    return desk_.MakeSealer()->VerifyPublished(options_, sample);
  }

  Desk desk_;
  SealOptions options_;
};

TEST_F(VerifyPublishedTest, FindsEveryRowOfWhatWasSealed) {
  desk_.Publish(options_.output);
  ASSERT_OK_AND_ASSIGN(const PublishedCheck check, Verify());
  EXPECT_EQ(check.rows, 101u);
  EXPECT_EQ(check.found, 101u);
  EXPECT_EQ(check.fetched, 20u);
  EXPECT_EQ(check.quarantined, 1u);
  EXPECT_EQ(desk_.service.Count("FetchBucket"), 20u);
  EXPECT_EQ(desk_.service.Count("DownloadDataset"), 1u);
}

TEST_F(VerifyPublishedTest, LooksForWhoWasRepairedAndAddedAndNotForWhoWasTakenOut) {
  options_.repairs = desk_.dir / "repairs.csv";
  options_.corrections = desk_.dir / "corrections.csv";
  ASSERT_THAT(
      WriteFileAtomically(options_.repairs, "table,row,column,reason,number\npeople.csv,2,Pay No,x,B100000\n", 0600),
      IsOk());
  ASSERT_THAT(
      WriteFileAtomically(options_.corrections, "action,number,categories\nadd,C100000,name\nremove,A100001,\n", 0600),
      IsOk());
  ASSERT_THAT(desk_.MakeSealer()->Seal(options_), IsOk());
  desk_.Publish(options_.output);
  ASSERT_OK_AND_ASSIGN(const PublishedCheck check, Verify());
  EXPECT_EQ(check.found, 101u);  // of 102 rows two of the one taken out; and one added
  EXPECT_EQ(check.quarantined, 0u);
  // Without them it is another source.
  options_.corrections.clear();
  EXPECT_THAT(Verify(), HasReason(Reason::kBadDataset));
}

TEST_F(VerifyPublishedTest, NeedsAGrantToo) {
  desk_.Publish(options_.output);
  desk_.service.grants = false;
  EXPECT_THAT(Verify(), HasReason(Reason::kNoGrant));
}

TEST_F(VerifyPublishedTest, ASampleLargerThanTheSourceIsEverybodyOnce) {
  desk_.Publish(options_.output);
  ASSERT_OK_AND_ASSIGN(const PublishedCheck check, Verify(1000));
  EXPECT_EQ(check.fetched, 100u);
}

TEST_F(VerifyPublishedTest, NothingPublishedIsMissing) { EXPECT_THAT(Verify(), HasReason(Reason::kMissingDataset)); }

TEST_F(VerifyPublishedTest, ARowThatDiffersIsNamed) {
  desk_.Publish(options_.output);
  std::vector<std::string> rows = People(100);
  rows[51] = "A100049,Kowalska,,9";  // had a photo
  options_ = desk_.Write(SmallSource(rows));
  const absl::StatusOr<PublishedCheck> check = Verify();
  EXPECT_THAT(check, HasReason(Reason::kBadRecord));
  EXPECT_THAT(check.status().message(), HasSubstr("row 53 of people.csv "));
  EXPECT_THAT(check.status().message(), HasSubstr("other categories"));
}

TEST_F(VerifyPublishedTest, APersonWhoIsMissingIsNamedByRowOnly) {
  desk_.Publish(options_.output);
  std::vector<std::string> rows = People(100);
  rows[50] = "B999999,Kowalska,p.jpg,9";
  options_ = desk_.Write(SmallSource(rows));
  const absl::StatusOr<PublishedCheck> check = Verify();
  EXPECT_THAT(check, HasReason(Reason::kBadRecord));
  EXPECT_THAT(check.status().message(), HasSubstr("row 52 of people.csv is not in"));
  EXPECT_THAT(check.status().message(), ::testing::Not(HasSubstr("999999")));
}

TEST_F(VerifyPublishedTest, AnotherSourceIsSaidToBeOne) {
  desk_.Publish(options_.output);
  options_ = desk_.Write(SmallSource(People(99)));
  EXPECT_THAT(Verify(), HasReason(Reason::kBadDataset));
}

TEST_F(VerifyPublishedTest, OfTwoPartsTheOneOfThisSourceIsTaken) {
  desk_.Publish(options_.output);
  SealOptions part = desk_.Write(SmallSource(People(40)));
  part.output = desk_.dir / "part.dataset";
  ASSERT_THAT(desk_.MakeSealer()->Seal(part), IsOk());
  desk_.Publish(part.output);
  ASSERT_OK_AND_ASSIGN(const PublishedCheck second, Verify());
  EXPECT_EQ(second.found, 41u);
  options_ = desk_.Write(SmallSource(People(100)));
  ASSERT_OK_AND_ASSIGN(const PublishedCheck first, Verify());
  EXPECT_EQ(first.found, 101u);
}

TEST_F(VerifyPublishedTest, SealedAgainForTheNextEpochThatOneIsLookedIn) {
  desk_.Publish(options_.output);
  const crypto::EpochId next = desk_.service.AddEpoch({desk_.service.content.epochs(0).schemes(0)}, 8, 8);
  desk_.service.Issue();
  options_.output = desk_.dir / "again.dataset";
  ASSERT_THAT(desk_.MakeSealer()->Seal(options_), IsOk());
  desk_.Publish(options_.output);
  // Where the one until now was looked in, this would not be noticed.
  desk_.lies.evaluate = [&](const std::string&, const v1::EvaluateRequest& request, v1::EvaluateResponse& response) {
    if (request.epoch_id() == AsChars(next)) response.clear_evaluated();
  };
  EXPECT_THAT(Verify(), HasReason(Reason::kBadResponse));
}

TEST_F(VerifyPublishedTest, AChangedDownloadIsCaught) {
  desk_.Publish(options_.output);
  desk_.lies.download = [](std::string& bytes) { bytes.back() ^= 1; };
  // The byte is one of a tag, by chance, or of something else.
  EXPECT_THAT(Verify(), ::testing::AnyOf(HasReason(Reason::kBadDataset), HasReason(Reason::kBadRowOrder)));
}

TEST_F(VerifyPublishedTest, AFetchThatDiffersFromTheDownloadIsCaught) {
  desk_.Publish(options_.output);
  desk_.lies.fetch = [](const auto&, v1::FetchBucketResponse& response) {
    (*response.mutable_rows(0)->mutable_row())[0] ^= 1;
  };
  EXPECT_THAT(Verify(), HasReason(Reason::kBadPath));
  desk_.lies.fetch = [](const auto&, v1::FetchBucketResponse& response) { response.clear_rows(); };
  EXPECT_THAT(Verify(), HasReason(Reason::kMissingDataset));
}

}  // namespace
}  // namespace exposure
