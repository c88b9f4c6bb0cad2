#include "client/seal/resume.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "base/file.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::TempDir;

constexpr ByteArray<32> kSource = {1, 2, 3};
constexpr ByteArray<32> kOtherSource = {4, 5, 6};

class ResumeTest : public ::testing::Test {
 protected:
  std::string text() const {
    absl::StatusOr<std::string> read = ReadFile(path_);
    EXPECT_THAT(read, IsOk());
    return *read;
  }

  TempDir dir_;
  const std::string dataset_ = dir_ / "met.dataset";
  const std::string path_ = dataset_ + ".resume";
};

TEST_F(ResumeTest, ASecondOpeningGivesTheSameSeedAndTime) {
  ASSERT_OK_AND_ASSIGN(const Resume first, OpenResume(dataset_, kSource, 1700000000));
  ASSERT_OK_AND_ASSIGN(const Resume second, OpenResume(dataset_, kSource, 1800000000));
  EXPECT_EQ(first.seed.size(), 32u);
  EXPECT_TRUE(first.seed == second.seed);
  EXPECT_EQ(second.sealed_at, 1700000000u);
}

TEST_F(ResumeTest, EachDatasetHasASeedOfItsOwn) {
  ASSERT_OK_AND_ASSIGN(const Resume first, OpenResume(dataset_, kSource, 1));
  ASSERT_OK_AND_ASSIGN(const Resume other, OpenResume(dir_ / "other.dataset", kSource, 1));
  EXPECT_FALSE(first.seed == other.seed);
}

TEST_F(ResumeTest, IsForItsOwnerOnly) {
  ASSERT_THAT(OpenResume(dataset_, kSource, 1), IsOk());
  struct stat st;
  ASSERT_EQ(stat(path_.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0600u);
  ASSERT_EQ(chmod(path_.c_str(), 0640), 0);
  EXPECT_THAT(OpenResume(dataset_, kSource, 1), HasReason(Reason::kKeyFile));
}

TEST_F(ResumeTest, OfAnotherSourceIsRefusedAndKept) {
  ASSERT_THAT(OpenResume(dataset_, kSource, 1), IsOk());
  const std::string before = text();
  const absl::StatusOr<Resume> other = OpenResume(dataset_, kOtherSource, 1);
  EXPECT_THAT(other, HasReason(Reason::kBadUsage));
  EXPECT_THAT(other.status().message(), HasSubstr("another source"));
  EXPECT_EQ(text(), before);
}

TEST_F(ResumeTest, AnyDamageIsRefused) {
  ASSERT_THAT(OpenResume(dataset_, kSource, 1700000000), IsOk());
  const std::string good = text();
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'g' ? 'h' : 'g';  // neither hexadecimal nor in the magic at that place
    ASSERT_THAT(WriteFileAtomically(path_, bad, 0600), IsOk());
    EXPECT_THAT(OpenResume(dataset_, kSource, 1), HasReason(Reason::kKeyFile)) << i;
  }
  for (const std::string& bad : {good.substr(0, good.size() - 1), good + "x", std::string()}) {
    ASSERT_THAT(WriteFileAtomically(path_, bad, 0600), IsOk());
    EXPECT_THAT(OpenResume(dataset_, kSource, 1), HasReason(Reason::kKeyFile));
  }
  ASSERT_THAT(WriteFileAtomically(path_, good, 0600), IsOk());
  EXPECT_THAT(OpenResume(dataset_, kSource, 1), IsOk());
}

TEST_F(ResumeTest, ErasingOverwritesTheSeedAndRemovesTheFile) {
  ASSERT_OK_AND_ASSIGN(const Resume resume, OpenResume(dataset_, kSource, 1));
  // A second name shows what became of the bytes.
  const std::string witness = dir_ / "witness";
  ASSERT_EQ(link(path_.c_str(), witness.c_str()), 0);
  ASSERT_THAT(ReadFile(witness), IsOk());
  EXPECT_THAT(*ReadFile(witness), HasSubstr(ToHex(resume.seed.Reveal())));
  ASSERT_THAT(EraseResume(dataset_), IsOk());
  EXPECT_THAT(*ReadFile(witness), Not(HasSubstr(ToHex(resume.seed.Reveal()).substr(0, 8))));
  EXPECT_NE(access(path_.c_str(), F_OK), 0);
  EXPECT_THAT(EraseResume(dataset_), IsOk());  // there is none any more
}

}  // namespace
}  // namespace exposure
