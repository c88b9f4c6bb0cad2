// Uploads: resumable by offset, compared where sent again, acknowledged once on
// disk.
#include <gtest/gtest.h>

#include "tests/storage/store_helpers.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;

class DatasetUploadTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }

  void Reopen() {
    store_.reset();
    ASSERT_OK_AND_ASSIGN(store_, DatasetStore::Open(options_));
  }

  absl::StatusOr<UploadState> Append(uint64_t offset, size_t length) {
    const std::string bytes = dataset_.file.substr(offset, length);
    return store_->Append(dataset_.id(), offset, AsBytes(bytes));
  }

  TempDir dir_;
  const TestForce force_;
  const BuiltDataset dataset_ = force_.Build();
  DatasetStoreOptions options_ = {.directory = dir_ / "records"};
  std::unique_ptr<DatasetStore> store_;
};

TEST_F(DatasetUploadTest, TheHeadCountsAsHeld) {
  ASSERT_OK_AND_ASSIGN(const UploadState state, store_->BeginUpload(dataset_.head));
  EXPECT_EQ(state.held, dataset_.buckets_offset());
  EXPECT_EQ(state.size, dataset_.file.size());
}

TEST_F(DatasetUploadTest, ResumesAfterAReopenWhereItStopped) {
  ASSERT_THAT(store_->BeginUpload(dataset_.head), IsOk());
  ASSERT_OK_AND_ASSIGN(const UploadState sent, Append(dataset_.buckets_offset(), 5000));
  Reopen();
  ASSERT_OK_AND_ASSIGN(const UploadState resumed, store_->BeginUpload(dataset_.head));
  EXPECT_EQ(resumed.held, sent.held);
  EXPECT_EQ(resumed.held, dataset_.buckets_offset() + 5000);
  ASSERT_THAT(SendAndInstall(*store_, dataset_), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::string file, ReadWhole(*store_, dataset_.id()));
  EXPECT_TRUE(file == dataset_.file);
}

TEST_F(DatasetUploadTest, BytesSentAgainAreComparedAndTheRestIsAdded) {
  ASSERT_THAT(store_->BeginUpload(dataset_.head), IsOk());
  ASSERT_THAT(Append(dataset_.buckets_offset(), 100), IsOk());
  ASSERT_THAT(Append(dataset_.buckets_offset() + 100, 100), IsOk());
  // From within the head, over both chunks, and beyond.
  ASSERT_OK_AND_ASSIGN(const UploadState state, Append(10, dataset_.buckets_offset() + 400));
  EXPECT_EQ(state.held, dataset_.buckets_offset() + 410);
  ASSERT_OK_AND_ASSIGN(const UploadState same, Append(0, 50));
  EXPECT_EQ(same.held, state.held);
}

TEST_F(DatasetUploadTest, OtherBytesAtAnOffsetAreRefusedWhereverTheyAre) {
  ASSERT_THAT(store_->BeginUpload(dataset_.head), IsOk());
  ASSERT_THAT(Append(dataset_.buckets_offset(), 100), IsOk());
  ASSERT_THAT(Append(dataset_.buckets_offset() + 100, 100), IsOk());
  const uint64_t held = dataset_.buckets_offset() + 200;
  for (const uint64_t changed : {uint64_t{0}, dataset_.buckets_offset() - 1, dataset_.buckets_offset(),
                                 dataset_.buckets_offset() + 150, held - 1}) {
    std::string bytes = dataset_.file.substr(0, held + 50);
    bytes[changed] = static_cast<char>(bytes[changed] ^ 1);
    EXPECT_THAT(store_->Append(dataset_.id(), 0, AsBytes(bytes)), HasReason(Reason::kUploadDiffers)) << changed;
    ASSERT_OK_AND_ASSIGN(const UploadState state, store_->BeginUpload(dataset_.head));
    EXPECT_EQ(state.held, held) << "nothing of a refused chunk is kept";
  }
}

TEST_F(DatasetUploadTest, OffsetsBeyondWhatIsHeldOrBeyondTheEndAreRefused) {
  ASSERT_THAT(store_->BeginUpload(dataset_.head), IsOk());
  const std::string byte = "x";
  EXPECT_THAT(store_->Append(dataset_.id(), dataset_.buckets_offset() + 1, AsBytes(byte)),
              HasReason(Reason::kBadOffset));
  EXPECT_THAT(store_->Append(dataset_.id(), UINT64_MAX, AsBytes(byte)), HasReason(Reason::kBadOffset));
  const std::string too_long = dataset_.file.substr(dataset_.buckets_offset()) + "x";
  EXPECT_THAT(store_->Append(dataset_.id(), dataset_.buckets_offset(), AsBytes(too_long)),
              HasReason(Reason::kBadOffset));
  ASSERT_THAT(SendRest(*store_, dataset_), IsOk());
  EXPECT_THAT(store_->Append(dataset_.id(), dataset_.file.size(), AsBytes(byte)), HasReason(Reason::kBadOffset));
}

TEST_F(DatasetUploadTest, AnotherHeadOfTheSameDatasetIsRefused) {
  ASSERT_THAT(store_->BeginUpload(dataset_.head), IsOk());
  BuiltDataset other = dataset_;
  other.head.manifest.sealed_at += 1;
  other = Resign(std::move(other), force_.custodian());
  EXPECT_THAT(store_->BeginUpload(other.head), HasReason(Reason::kUploadDiffers));
  ASSERT_THAT(SendAndInstall(*store_, dataset_), IsOk());
  EXPECT_THAT(store_->BeginUpload(other.head), HasReason(Reason::kUploadDiffers));
}

TEST_F(DatasetUploadTest, AnUploadStaysUntilItIsAbortedAlsoWhenInstalled) {
  ASSERT_THAT(SendRest(*store_, dataset_), IsOk());
  ASSERT_THAT(store_->Install(dataset_.id()), IsOk());
  ASSERT_THAT(store_->RemoveAllBut({}), IsOk());
  EXPECT_FALSE(store_->IsInstalled(dataset_.id()));
  Reopen();
  ASSERT_OK_AND_ASSIGN(const UploadState state, store_->BeginUpload(dataset_.head));
  EXPECT_EQ(state.held, dataset_.file.size());
  ASSERT_THAT(store_->Install(dataset_.id()), IsOk());
  ASSERT_THAT(store_->AbortUpload(dataset_.id()), IsOk());
  EXPECT_TRUE(store_->IsInstalled(dataset_.id()));
  ASSERT_OK_AND_ASSIGN(const std::string file, ReadWhole(*store_, dataset_.id()));
  EXPECT_TRUE(file == dataset_.file);
}

TEST_F(DatasetUploadTest, WhatIsInstalledIsHeldWhole) {
  ASSERT_THAT(SendAndInstall(*store_, dataset_), IsOk());
  ASSERT_OK_AND_ASSIGN(const UploadState state, store_->BeginUpload(dataset_.head));
  EXPECT_EQ(state.held, dataset_.file.size());
  EXPECT_THAT(Append(0, 10), HasReason(Reason::kUnknownUpload));
}

TEST_F(DatasetUploadTest, LimitsOfSizeAndNumber) {
  options_.max_dataset_bytes = dataset_.file.size();
  options_.max_open_uploads = 2;
  Reopen();
  const BuiltDataset larger = force_.Build({.records = 2000, .variant = 9});
  EXPECT_THAT(store_->BeginUpload(larger.head), HasReason(Reason::kDatasetTooLarge));
  ASSERT_THAT(store_->BeginUpload(dataset_.head), IsOk());
  const BuiltDataset second = force_.Build({.records = 100, .variant = 2});
  const BuiltDataset third = force_.Build({.records = 100, .variant = 3});
  ASSERT_THAT(store_->BeginUpload(second.head), IsOk());
  EXPECT_THAT(store_->BeginUpload(third.head), HasReason(Reason::kTooManyUploads));
  EXPECT_THAT(store_->BeginUpload(dataset_.head), IsOk()) << "one that is open already";
  ASSERT_THAT(store_->AbortUpload(second.id()), IsOk());
  EXPECT_THAT(store_->BeginUpload(third.head), IsOk());
}

TEST_F(DatasetUploadTest, AnAbortedUploadIsForgottenAndBeginsAnew) {
  ASSERT_THAT(store_->BeginUpload(dataset_.head), IsOk());
  ASSERT_THAT(Append(dataset_.buckets_offset(), 4000), IsOk());
  ASSERT_THAT(store_->AbortUpload(dataset_.id()), IsOk());
  EXPECT_THAT(store_->AbortUpload(dataset_.id()), IsOk()) << "nothing happens where there is none";
  EXPECT_THAT(Append(dataset_.buckets_offset(), 10), HasReason(Reason::kUnknownUpload));
  EXPECT_THAT(store_->Head(dataset_.id()), HasReason(Reason::kUnknownUpload));
  Reopen();
  ASSERT_OK_AND_ASSIGN(const UploadState state, store_->BeginUpload(dataset_.head));
  EXPECT_EQ(state.held, dataset_.buckets_offset());
  EXPECT_THAT(SendAndInstall(*store_, dataset_), IsOk());
}

TEST_F(DatasetUploadTest, UploadsSideBySideDoNotMix) {
  const BuiltDataset second = force_.Build({.variant = 2});
  ASSERT_THAT(store_->BeginUpload(dataset_.head), IsOk());
  ASSERT_THAT(store_->BeginUpload(second.head), IsOk());
  uint64_t offset = dataset_.buckets_offset();
  for (const BuiltDataset* of : {&dataset_, &second, &dataset_, &second}) {
    const std::string bytes = of->file.substr(offset, 500);
    ASSERT_THAT(store_->Append(of->id(), offset, AsBytes(bytes)), IsOk());
    if (of == &second) offset += 500;
  }
  ASSERT_THAT(SendAndInstall(*store_, dataset_), IsOk());
  ASSERT_THAT(SendAndInstall(*store_, second), IsOk());
  for (const BuiltDataset* of : {&dataset_, &second}) {
    ASSERT_OK_AND_ASSIGN(const std::string file, ReadWhole(*store_, of->id()));
    EXPECT_TRUE(file == of->file);
  }
}

}  // namespace
}  // namespace exposure::storage
