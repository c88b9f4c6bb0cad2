#include "client/core/kept_sets.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/file.h"
#include "tests/client/core/world.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

using testing::HasReason;
using testing::IsOk;
using testing::Liar;
using testing::TempDir;
using testing::World;

class KeptSetsTest : public ::testing::Test {
 protected:
  KeptSetsTest()
      : content_(CheckedContent::Parse(world_.service.issued[0].content).value()),
        dataset_(*content_.FindDataset(world_.met_dataset)),
        liar_(&world_.service, &world_.lies) {}

  std::unique_ptr<KeptSets> Make() { return KeptSets::Create(state_.path(), world_.service.root.public_key()).value(); }
  std::string Path() {
    const std::string id = ToHex(BytesView(crypto::DeriveKeyId(world_.service.root.public_key())).first(16));
    return state_ / ("sets/" + id + "/" + ToHex(world_.met_dataset));
  }
  void Damage(const std::string& path, size_t offset) {
    std::string bytes = ReadFile(path).value();
    bytes.at(offset) ^= 1;
    // In place, as a disk does.
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary)
        .write(bytes.data(), static_cast<long>(bytes.size()));
  }

  World world_;
  TempDir state_;
  CheckedContent content_;
  const CheckedDataset& dataset_;
  Liar liar_;
};

TEST_F(KeptSetsTest, DownloadsOnceAndReadsBuckets) {
  const auto sets = Make();
  EXPECT_EQ(sets->Find(dataset_).value(), nullptr);
  uint64_t last = 0;
  ASSERT_OK_AND_ASSIGN(const auto set, sets->Get(liar_, dataset_, [&](uint64_t bytes) { last = bytes; }));
  EXPECT_EQ(last, FileSize(dataset_));
  EXPECT_EQ(set->file_size(), FileSize(dataset_));
  EXPECT_EQ(sets->Get(liar_, dataset_, nullptr).value(), set);
  EXPECT_EQ(world_.service.Count("DownloadDataset"), 1u);
  // Every bucket is the service's.
  const std::string file = ReadFile(Path()).value();
  for (uint32_t i = 0; i < 16; ++i) {
    const size_t size = dataset_.manifest.bucket_bytes();
    EXPECT_EQ(*set->Bucket(i).value(), file.substr(file.size() - (16 - i) * size, size));
  }
}

TEST_F(KeptSetsTest, KeepsAcrossRuns) {
  ASSERT_THAT(Make()->Get(liar_, dataset_, nullptr), IsOk());
  world_.service.down = true;
  EXPECT_NE(Make()->Find(dataset_).value(), nullptr);
}

TEST_F(KeptSetsTest, GoesOnWhereADownloadStopped) {
  size_t pieces = 0;
  world_.lies.download = [&](std::string& piece) {
    if (++pieces == 3) piece.clear(), world_.service.down = true;
  };
  class Breaking : public Liar {
   public:
    Breaking(World& world) : Liar(&world.service, &world.lies), world_(world) {}
    absl::Status DownloadDataset(BytesView id, uint64_t offset,
                                 absl::FunctionRef<absl::Status(std::string_view)> sink) override {
      return Liar::DownloadDataset(id, offset, [&](std::string_view piece) -> absl::Status {
        if (world_.service.down) return absl::UnavailableError("the line broke");
        return sink(piece);
      });
    }
    World& world_;
  } breaking(world_);
  EXPECT_THAT(Make()->Get(breaking, dataset_, nullptr), testing::StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(std::filesystem::file_size(Path() + ".part"), 2 * 4096u);
  EXPECT_FALSE(std::filesystem::exists(Path()));

  world_.service.down = false;
  world_.lies.download = nullptr;
  world_.service.TakeCalls();
  ASSERT_THAT(Make()->Get(liar_, dataset_, nullptr), IsOk());
  const auto calls = world_.service.TakeCalls();
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].size, 2 * 4096u);  // the offset
  EXPECT_FALSE(std::filesystem::exists(Path() + ".part"));
}

TEST_F(KeptSetsTest, StartsAnewWhereThePartIsDamaged) {
  const auto sets = Make();
  ASSERT_THAT(WriteFileAtomically(Path() + ".part", "nonsense", 0600), IsOk());
  ASSERT_THAT(sets->Get(liar_, dataset_, nullptr), IsOk());
  EXPECT_EQ(world_.service.Count("DownloadDataset"), 2u);
}

TEST_F(KeptSetsTest, StartsAnewWhereThePartIsTooLong) {
  const auto sets = Make();
  ASSERT_THAT(WriteFileAtomically(Path() + ".part", std::string(1 << 20, 'x'), 0600), IsOk());
  EXPECT_THAT(sets->Get(liar_, dataset_, nullptr), IsOk());
}

TEST_F(KeptSetsTest, ALieIsNotKept) {
  const auto sets = Make();
  world_.lies.download = [](std::string& piece) { piece.back() ^= 1; };
  EXPECT_THAT(sets->Get(liar_, dataset_, nullptr), HasReason(Reason::kBadDataset));
  EXPECT_EQ(world_.service.Count("DownloadDataset"), 1u);  // not asked again and again
  EXPECT_FALSE(std::filesystem::exists(Path()));
  EXPECT_FALSE(std::filesystem::exists(Path() + ".part"));
  world_.lies.download = [](std::string& piece) { piece.append("more"); };
  EXPECT_THAT(sets->Get(liar_, dataset_, nullptr), HasReason(Reason::kBadDataset));
  world_.lies.download = [](std::string& piece) { piece.resize(piece.size() / 2); };
  EXPECT_THAT(sets->Get(liar_, dataset_, nullptr), HasReason(Reason::kBadDataset));
  world_.lies.download = nullptr;
  EXPECT_THAT(sets->Get(liar_, dataset_, nullptr), IsOk());
}

TEST_F(KeptSetsTest, ADamagedFileCountsAsNotKept) {
  ASSERT_THAT(Make()->Get(liar_, dataset_, nullptr), IsOk());
  Damage(Path(), FileSize(dataset_) - 1);
  EXPECT_EQ(Make()->Find(dataset_).value(), nullptr);
  EXPECT_FALSE(std::filesystem::exists(Path()));
}

TEST_F(KeptSetsTest, AFileOfAnotherDatasetCountsAsNotKept) {
  const auto sets = Make();
  const CheckedDataset& other = *content_.FindDataset(world_.psni_dataset);
  ASSERT_THAT(sets->Get(liar_, other, nullptr), IsOk());
  std::string path = Path();
  std::filesystem::copy_file(path.replace(path.size() - 32, 32, ToHex(world_.psni_dataset)), Path());
  EXPECT_EQ(Make()->Find(dataset_).value(), nullptr);
}

TEST_F(KeptSetsTest, RemembersFewBucketsAsTheyWereVerified) {
  const auto sets = Make();
  ASSERT_OK_AND_ASSIGN(const auto set, sets->Get(liar_, dataset_, nullptr));
  const std::string before = *set->Bucket(15).value();
  Damage(Path(), FileSize(dataset_) - 1);
  EXPECT_EQ(*set->Bucket(15).value(), before);
  for (uint32_t i = 0; i < 15; ++i) EXPECT_THAT(set->Bucket(i), IsOk());
  EXPECT_THAT(set->Bucket(15), HasReason(Reason::kBadDataset)) << "not remembered for long";
}

TEST_F(KeptSetsTest, AChangeAfterVerificationIsSeenInTheBucket) {
  const auto sets = Make();
  ASSERT_OK_AND_ASSIGN(const auto set, sets->Get(liar_, dataset_, nullptr));
  Damage(Path(), FileSize(dataset_) - 1);
  EXPECT_THAT(set->Bucket(15), HasReason(Reason::kBadDataset));
  EXPECT_THAT(set->Bucket(14), IsOk());
  EXPECT_THAT(set->Bucket(16), HasReason(Reason::kBadDataset));
}

TEST_F(KeptSetsTest, WhatIsNotListedAnyMoreIsDropped) {
  const auto sets = Make();
  ASSERT_THAT(sets->Get(liar_, dataset_, nullptr), IsOk());
  ASSERT_THAT(sets->Get(liar_, *content_.FindDataset(world_.psni_dataset), nullptr), IsOk());
  sets->DropUnlisted(content_);
  EXPECT_TRUE(std::filesystem::exists(Path()));
  world_.service.RemoveDataset(world_.met_dataset);
  ASSERT_OK_AND_ASSIGN(const CheckedContent then, CheckedContent::Parse(world_.service.content.SerializeAsString()));
  sets->DropUnlisted(then);
  EXPECT_FALSE(std::filesystem::exists(Path()));
  EXPECT_NE(sets->Find(*then.FindDataset(world_.psni_dataset)).value(), nullptr);
}

TEST_F(KeptSetsTest, ARefusedDatasetIsNeverKept) {
  world_.service.content.mutable_datasets(0)->mutable_signature()->at(0) ^= 1;
  ASSERT_OK_AND_ASSIGN(const CheckedContent content, CheckedContent::Parse(world_.service.content.SerializeAsString()));
  EXPECT_THAT(Make()->Get(liar_, content.datasets()[0], nullptr), HasReason(Reason::kBadSignature));
  EXPECT_EQ(world_.service.Count("DownloadDataset"), 0u);
}

TEST_F(KeptSetsTest, WithoutAStateDirectoryNothingStays) {
  std::string path;
  {
    ASSERT_OK_AND_ASSIGN(const auto sets, KeptSets::Create("", world_.service.root.public_key()));
    ASSERT_THAT(sets->Get(liar_, dataset_, nullptr), IsOk());
    EXPECT_NE(sets->Find(dataset_).value(), nullptr);
  }
  EXPECT_FALSE(std::filesystem::exists(Path()));
}

}  // namespace
}  // namespace exposure
