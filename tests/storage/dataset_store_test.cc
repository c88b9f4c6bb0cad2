// Installed datasets: verified before they are there, read as clients need
// them, gone when removed.
#include "storage/dataset_store.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>

#include "tests/storage/disk_search.h"
#include "tests/storage/held_reads.h"
#include "tests/storage/store_helpers.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;

class DatasetStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }

  void Reopen() {
    store_.reset();
    ASSERT_OK_AND_ASSIGN(store_, OpenStore(directory()));
  }
  std::string directory() const { return dir_ / "data/records"; }

  TempDir dir_;
  const TestForce force_;
  const BuiltDataset dataset_ = force_.Build();
  std::unique_ptr<DatasetStore> store_;
};

TEST_F(DatasetStoreTest, EveryPrefixIsWhatAClientVerifies) {
  for (const int bits : {0, 1, 4, 7}) {
    const BuiltDataset dataset = force_.Build({.bucket_bits = bits, .variant = static_cast<uint8_t>(20 + bits)});
    ASSERT_THAT(SendAndInstall(*store_, dataset), IsOk());
    const crypto::Manifest& manifest = dataset.manifest();
    const std::string buckets = dataset.file.substr(dataset.buckets_offset());
    for (int p = 0; p <= bits; ++p) {
      for (uint32_t value = 0; value < uint32_t{1} << p; ++value) {
        ASSERT_OK_AND_ASSIGN(const std::string row, store_->ReadPrefix(dataset.id(), {p, value}));
        ASSERT_OK_AND_ASSIGN(
            const BytesView verified,
            crypto::VerifyRow(dataset.id(), manifest.root, bits, manifest.rows_per_bucket, {p, value}, AsBytes(row)));
        const size_t size = manifest.bucket_bytes() << (bits - p);
        EXPECT_TRUE(AsChars(verified) == std::string_view(buckets).substr(value * size, size));
      }
    }
  }
}

TEST_F(DatasetStoreTest, TheFileFormIsReadFromAnyOffset) {
  ASSERT_THAT(SendAndInstall(*store_, dataset_), IsOk());
  const uint64_t size = dataset_.file.size();
  const uint64_t head = dataset_.buckets_offset();
  const uint64_t bucket = dataset_.manifest().bucket_bytes();
  for (const uint64_t offset : {uint64_t{0}, uint64_t{8}, head - 1, head, head + 1, head + bucket - 1, head + bucket,
                                head + 3 * bucket + 17, size - 1, size}) {
    for (const size_t most : {size_t{1}, size_t{bucket}, size_t{2 * bucket + 5}, size_t{1} << 20}) {
      ASSERT_OK_AND_ASSIGN(const std::string bytes, store_->ReadFile(dataset_.id(), offset, most));
      EXPECT_TRUE(bytes == dataset_.file.substr(offset, most)) << offset << " " << most;
    }
  }
  EXPECT_THAT(store_->ReadFile(dataset_.id(), size + 1, 1), HasReason(Reason::kBadOffset));
}

TEST_F(DatasetStoreTest, WhatIsInstalledIsThereAfterAReopen) {
  ASSERT_THAT(SendAndInstall(*store_, dataset_), IsOk());
  Reopen();
  EXPECT_TRUE(store_->IsInstalled(dataset_.id()));
  EXPECT_THAT(store_->VerifyChecksums(), IsOk());
  ASSERT_OK_AND_ASSIGN(const crypto::DatasetHead head, store_->Head(dataset_.id()));
  EXPECT_EQ(head.manifest, dataset_.manifest());
  EXPECT_THAT(store_->Install(dataset_.id()), IsOk()) << "installing what is installed does nothing";
  ASSERT_OK_AND_ASSIGN(const std::string file, ReadWhole(*store_, dataset_.id()));
  EXPECT_TRUE(file == dataset_.file);
}

TEST_F(DatasetStoreTest, OnlyACompleteUploadIsInstalled) {
  EXPECT_THAT(store_->Install(dataset_.id()), HasReason(Reason::kUnknownUpload));
  ASSERT_THAT(store_->BeginUpload(dataset_.head), IsOk());
  EXPECT_THAT(store_->Install(dataset_.id()), HasReason(Reason::kUploadIncomplete));
  const std::string most = dataset_.file.substr(0, dataset_.file.size() - 1);
  ASSERT_THAT(store_->Append(dataset_.id(), 0, AsBytes(most)), IsOk());
  EXPECT_THAT(store_->Install(dataset_.id()), HasReason(Reason::kUploadIncomplete));
  EXPECT_FALSE(store_->IsInstalled(dataset_.id()));
}

// Uploads `file` under the dataset's head and says what installing it gives.
absl::Status InstallOther(DatasetStore& store, const BuiltDataset& dataset, const std::string& file) {
  RETURN_IF_ERROR(store.BeginUpload(dataset.head).status());
  RETURN_IF_ERROR(store.Append(dataset.id(), 0, AsBytes(file)).status());
  return store.Install(dataset.id());
}

TEST_F(DatasetStoreTest, RowsOutOfOrderAreRefused) {
  std::string file = dataset_.file;
  const size_t at = dataset_.buckets_offset() + 2 * dataset_.manifest().bucket_bytes();
  std::swap_ranges(file.begin() + at, file.begin() + at + crypto::kRowSize, file.begin() + at + crypto::kRowSize);
  EXPECT_THAT(InstallOther(*store_, dataset_, file), HasReason(Reason::kBadRowOrder));
  EXPECT_FALSE(store_->IsInstalled(dataset_.id()));
  EXPECT_THAT(store_->ReadPrefix(dataset_.id(), {}), HasReason(Reason::kUnknownDataset));
}

TEST_F(DatasetStoreTest, RowsThatTheManifestWasNotSignedForAreRefused) {
  std::string file = dataset_.file;
  file.back() = static_cast<char>(file.back() ^ 1);
  EXPECT_THAT(InstallOther(*store_, dataset_, file), HasReason(Reason::kBadDataset));
  EXPECT_FALSE(store_->IsInstalled(dataset_.id()));
  // The custodian gives it up and sends the right one.
  ASSERT_THAT(store_->AbortUpload(dataset_.id()), IsOk());
  EXPECT_THAT(SendAndInstall(*store_, dataset_), IsOk());
}

TEST_F(DatasetStoreTest, ARemovedDatasetIsGoneAndOthersStay) {
  const BuiltDataset other = force_.Build({.variant = 2});
  ASSERT_THAT(SendAndInstall(*store_, dataset_), IsOk());
  ASSERT_THAT(SendAndInstall(*store_, other), IsOk());
  ASSERT_THAT(store_->Remove(dataset_.id()), IsOk());
  EXPECT_THAT(store_->Remove(dataset_.id()), IsOk()) << "nothing happens where there is none";
  for (int round = 0; round < 2; ++round) {
    EXPECT_FALSE(store_->IsInstalled(dataset_.id()));
    EXPECT_THAT(store_->ReadFile(dataset_.id(), 0, 1), HasReason(Reason::kUnknownDataset));
    ASSERT_OK_AND_ASSIGN(const std::string file, ReadWhole(*store_, other.id()));
    EXPECT_TRUE(file == other.file);
    Reopen();
  }
  EXPECT_THAT(SendAndInstall(*store_, dataset_), IsOk()) << "it may come back";
  ASSERT_OK_AND_ASSIGN(const std::string file, ReadWhole(*store_, dataset_.id()));
  EXPECT_TRUE(file == dataset_.file);
}

TEST_F(DatasetStoreTest, RemoveAllButKeepsUploadsAndWhatIsNamed) {
  const BuiltDataset other = force_.Build({.variant = 2});
  const BuiltDataset upload = force_.Build({.variant = 3});
  ASSERT_THAT(SendAndInstall(*store_, dataset_), IsOk());
  ASSERT_THAT(SendAndInstall(*store_, other), IsOk());
  ASSERT_THAT(SendRest(*store_, upload), IsOk());
  ASSERT_THAT(store_->RemoveAllBut({other.id()}), IsOk());
  EXPECT_FALSE(store_->IsInstalled(dataset_.id()));
  EXPECT_TRUE(store_->IsInstalled(other.id()));
  EXPECT_THAT(store_->Install(upload.id()), IsOk());
}

TEST_F(DatasetStoreTest, RemovedBytesAreGoneFromTheFilesWhenRemoveAnswers) {
  const BuiltDataset other = force_.Build({.variant = 2});
  const BuiltDataset upload = force_.Build({.variant = 3});
  ASSERT_THAT(SendAndInstall(*store_, dataset_), IsOk());
  ASSERT_THAT(SendAndInstall(*store_, other), IsOk());
  ASSERT_THAT(SendRest(*store_, upload), IsOk());
  const std::string before = BytesOnDisk(directory());
  ASSERT_EQ(BucketsFound(before, dataset_), 16u) << "the search must be able to find them";
  ASSERT_EQ(BucketsFound(before, upload), 16u);

  ASSERT_THAT(store_->Remove(dataset_.id()), IsOk());
  ASSERT_THAT(store_->AbortUpload(upload.id()), IsOk());
  for (const bool open : {true, false}) {
    if (!open) store_.reset();
    const std::string after = BytesOnDisk(directory());
    EXPECT_EQ(BucketsFound(after, dataset_), 0u) << open;
    EXPECT_EQ(BucketsFound(after, upload), 0u) << open;
    EXPECT_EQ(BucketsFound(after, other), 16u);
  }
}

// A reader keeps the files that it found until it is done, even those of datasets that it does not read.
TEST_F(DatasetStoreTest, RemoveAnswersOnceNobodyReadsWhatWasThereBefore) {
  const BuiltDataset other = force_.Build({.variant = 2});
  ASSERT_THAT(SendAndInstall(*store_, dataset_), IsOk());
  ASSERT_THAT(SendAndInstall(*store_, other), IsOk());
  const auto reads = std::make_shared<HeldReads>();
  const std::unique_ptr<rocksdb::Env> disk = rocksdb::NewCompositeEnv(reads);
  store_.reset();
  ASSERT_OK_AND_ASSIGN(store_, OpenStore(directory(), disk.get()));

  auto reading = std::async(std::launch::async, [&] {
    reads->HoldMine();
    return store_->ReadFile(other.id(), 0, 1 << 20);
  });
  reads->WaitUntilHeld();
  auto removing = std::async(std::launch::async, [&] { return store_->Remove(dataset_.id()); });
  EXPECT_EQ(removing.wait_for(std::chrono::seconds(1)), std::future_status::timeout);
  EXPECT_EQ(BucketsFound(BytesOnDisk(directory()), dataset_), 16u) << "else nothing is waited for";
  reads->LetGo();
  EXPECT_THAT(removing.get(), IsOk());
  EXPECT_EQ(BucketsFound(BytesOnDisk(directory()), dataset_), 0u);
  EXPECT_THAT(reading.get(), IsOk());
  store_.reset();  // before its disk
}

TEST_F(DatasetStoreTest, OnlyTheOwnerCanLookIntoTheDirectory) {
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(directory()).permissions(), perms::owner_all);
}

TEST_F(DatasetStoreTest, ADirectoryInUseIsRefusedByName) {
  const absl::Status same_process = OpenStore(directory()).status();
  EXPECT_THAT(same_process, HasReason(Reason::kDataDirectoryInUse));
  EXPECT_THAT(std::string(same_process.message()), ::testing::HasSubstr(directory()));
}

TEST_F(DatasetStoreTest, ADirectoryThatCannotBeMadeIsToldByName) {
  std::ofstream(dir_ / "file") << "not a directory";
  EXPECT_THAT(OpenStore(dir_ / "file/records"), HasReason(Reason::kFileError));
}

}  // namespace
}  // namespace exposure::storage
