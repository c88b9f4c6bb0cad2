// The disk crashes at every step of a whole life: notice, upload, publication,
// replacement, removal, retraction. After each crash the last published
// catalogue is served (or the one that was just being published), whatever was
// acknowledged is there, the upload goes on where it was, and the result is
// bit-identical.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/storage/disk_search.h"
#include "tests/storage/fault_env.h"
#include "tests/storage/publisher_helpers.h"
#include "tests/storage/worker.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;

constexpr uint64_t kShards = 8;  // run side by side

// What a life acknowledged before its disk crashed.
struct Life {
  std::vector<std::string> contents;  // hash of the catalogue's content after each change
  int uploading = 0;
  uint64_t held = 0;
  uint64_t steps = 0;
  int exit_code = -1;
};

Life LiveUntil(const std::string& directory, uint64_t crash_at) {
  Life life;
  Worker worker("live", directory, crash_at);
  while (const auto line = worker.Line()) {
    const size_t space = line->find(' ');
    const std::string word = line->substr(0, space);
    const std::string value = line->substr(space + 1);
    if (word == "content") life.contents.push_back(value);
    if (word == "uploading") {
      life.uploading = std::stoi(value);
      life.held = 0;
    }
    if (word == "held") life.held = std::stoull(value);
    if (word == "steps") life.steps = std::stoull(value);
  }
  life.exit_code = worker.Wait();
  return life;
}

class CrashTest : public ::testing::TestWithParam<uint64_t> {
 protected:
  void CheckAfterwards(const Life& life, const std::vector<std::string>& all) {
    FaultEnv disk;  // a sound one
    const uint64_t now = kTestNow + 2 * kPreviousServed;
    ASSERT_OK_AND_ASSIGN(Service service, Service::Open(directory(), force_.configured(), now, {}, disk.env()));
    const std::string content = ToHex(service.publisher->Current()->header.content_hash);
    const size_t acknowledged = life.contents.size();
    EXPECT_TRUE(content == all[acknowledged == 0 ? 0 : acknowledged - 1] ||
                content == all[std::min(acknowledged, all.size() - 1)])
        << acknowledged << " were acknowledged";
    EXPECT_THAT(service.CheckAsClient(now), IsOk());
    EXPECT_THAT(service.datasets->VerifyChecksums(), IsOk());

    if (acknowledged >= 4) {  // the first dataset was replaced
      const BuiltDataset first = force_.Build();
      EXPECT_EQ(BucketsFound(BytesOnDisk(directory()), first), 0u);
      ASSERT_OK_AND_ASSIGN(const SignedReceipt kept, service.publisher->Retract(first.id()));
      EXPECT_EQ(kept.receipt.cause, crypto::RemovalCause::kReplaced);
    }
    if (service.publisher->Current()->content.FindIncident("met-2023-supplier") == nullptr) {
      ASSERT_THAT(service.publisher->PublishNotice(TestForce::Notice()), IsOk());
    }
    const BuiltDataset next = force_.Build({.variant = static_cast<uint8_t>(std::max(life.uploading, 1))});
    if (acknowledged <= 3) {
      ASSERT_OK_AND_ASSIGN(const UploadState state, service.datasets->BeginUpload(next.head));
      EXPECT_GE(state.held, life.held);
    }
    ASSERT_THAT(service.Publish(next), IsOk());
    ASSERT_OK_AND_ASSIGN(const std::string file, ReadWhole(*service.datasets, next.id()));
    EXPECT_TRUE(file == next.file);
    EXPECT_THAT(service.CheckAsClient(now), IsOk());
  }

  std::string directory() const { return dir_ / "data"; }

  TempDir dir_;
  const TestForce force_;
};

TEST_P(CrashTest, AtEveryStepTheLastPublishedCatalogueIsServed) {
  const Life whole = LiveUntil(directory(), UINT64_MAX);
  ASSERT_EQ(whole.exit_code, 0);
  ASSERT_EQ(whole.contents.size(), 5u);
  ASSERT_GT(whole.steps, 100u);

  // A step more or less happens in the background.
  for (uint64_t step = GetParam(); step + 20 < whole.steps; step += kShards) {
    SCOPED_TRACE(step);
    std::filesystem::remove_all(directory());
    const Life life = LiveUntil(directory(), step);
    ASSERT_EQ(life.exit_code, FaultFileSystem::kCrashed);
    CheckAfterwards(life, whole.contents);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Shards, CrashTest, ::testing::Range(uint64_t{0}, kShards));

}  // namespace
}  // namespace exposure::storage
