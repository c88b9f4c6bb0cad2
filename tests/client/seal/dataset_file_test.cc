#include "client/seal/dataset_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/support/dataset_builder.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

using testing::BuiltDataset;
using testing::HasReason;
using testing::IsOk;

class DatasetFileTest : public ::testing::Test {
 protected:
  absl::StatusOr<DatasetFile> Open(const std::string& bytes) {
    EXPECT_THAT(WriteFileAtomically(dir_ / "d", bytes, 0600), IsOk());
    return DatasetFile::Open(dir_ / "d");
  }
  absl::Status Verify(const std::string& bytes) {
    absl::StatusOr<DatasetFile> file = Open(bytes);
    return file.ok() ? file->Verify() : file.status();
  }

  const testing::TempDir dir_;
  const testing::TestForce force_;
  const BuiltDataset dataset_ = force_.Build();
};

TEST_F(DatasetFileTest, AWholeFileIsReadAndVerified) {
  ASSERT_OK_AND_ASSIGN(DatasetFile file, Open(dataset_.file));
  EXPECT_EQ(file.head().manifest.dataset_id, dataset_.id());
  EXPECT_EQ(file.details().incident_id(), "met-2023-supplier");
  EXPECT_EQ(file.size(), dataset_.file.size());
  EXPECT_THAT(file.Verify(), IsOk());
  EXPECT_THAT(file.Verify(), IsOk()) << "and again";
  ASSERT_OK_AND_ASSIGN(const std::string start, file.Read(0, 8));
  EXPECT_EQ(start, "EXPDSET1");
  EXPECT_THAT(file.Read(dataset_.file.size(), 1), HasReason(Reason::kFileError));
}

TEST_F(DatasetFileTest, WhatWasCutOrIsNoDatasetIsNotOpened) {
  EXPECT_THAT(Open(dataset_.file.substr(0, dataset_.file.size() - 1)), HasReason(Reason::kBadDataset));
  EXPECT_THAT(Open(dataset_.file + "x"), HasReason(Reason::kBadDataset));
  EXPECT_THAT(Open("name,number\n"), HasReason(Reason::kBadDataset));
  EXPECT_THAT(DatasetFile::Open(dir_ / "missing"), HasReason(Reason::kFileError));
}

TEST_F(DatasetFileTest, AChangedRowIsFound) {
  std::string bytes = dataset_.file;
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  EXPECT_THAT(Verify(bytes), HasReason(Reason::kBadDataset));
}

TEST_F(DatasetFileTest, TablesThatDoNotAddUpAreFound) {
  const auto with = [&](uint64_t rows) {
    return testing::WithDetails(
               dataset_,
               [rows](v1::DatasetDetails& details) {
                 v1::TableCount& table = *details.add_tables();
                 table.set_read(rows);
                 table.set_indexed(rows);
               },
               force_.custodian())
        .file;
  };
  EXPECT_THAT(Verify(with(200)), IsOk());
  EXPECT_THAT(Verify(with(199)), HasReason(Reason::kBadDataset));
}

}  // namespace
}  // namespace exposure
