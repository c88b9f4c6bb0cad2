// Damaged files: noticed, named CORRUPT_RECORDS, and never served.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/storage/publisher_helpers.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;
namespace fs = std::filesystem;

void FlipBit(const fs::path& path, uint64_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const char byte = static_cast<char>(file.get() ^ 4);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(byte);
}

std::vector<fs::path> FilesLike(const std::string& directory, const std::string& part) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().filename().string().find(part) != std::string::npos) found.push_back(entry.path());
  }
  return found;
}

fs::path Largest(const std::vector<fs::path>& paths) {
  return *std::max_element(paths.begin(), paths.end(),
                           [](const fs::path& a, const fs::path& b) { return fs::file_size(a) < fs::file_size(b); });
}

class CorruptionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(Service service, Service::Open(dir_.path(), force_.configured(), now_));
    ASSERT_THAT(service.publisher->PublishNotice(TestForce::Notice()), IsOk());
    ASSERT_THAT(service.Publish(dataset_), IsOk());
  }

  std::string records() const { return dir_ / "records"; }
  std::string catalogue() const { return dir_ / "catalogue"; }
  absl::Status OpenAll() const { return Service::Open(dir_.path(), force_.configured(), now_).status(); }

  TempDir dir_;
  uint64_t now_ = kTestNow;
  const TestForce force_;
  const BuiltDataset dataset_ = force_.Build();
};

TEST_F(CorruptionTest, AFlippedBitOfADatasetIsFoundAndNeverServed) {
  const fs::path table = Largest(FilesLike(records(), ".sst"));
  const uint64_t size = fs::file_size(table);
  for (uint64_t at = 100; at < size; at += size / 12) {
    SCOPED_TRACE(at);
    FlipBit(table, at);
    absl::StatusOr<std::unique_ptr<DatasetStore>> store = OpenStore(records());
    if (store.ok()) {
      EXPECT_THAT((*store)->VerifyChecksums(), HasReason(Reason::kCorruptRecords));
      size_t refused = 0;
      for (uint32_t bucket = 0; bucket < 16; ++bucket) {
        const absl::StatusOr<std::string> row = (*store)->ReadPrefix(dataset_.id(), {4, bucket});
        const uint64_t bytes = dataset_.manifest().bucket_bytes();
        if (row.ok()) {
          EXPECT_TRUE(row->substr(0, bytes) == dataset_.file.substr(dataset_.buckets_offset() + bucket * bytes, bytes));
          continue;
        }
        ++refused;
        EXPECT_THAT(row, HasReason(Reason::kCorruptRecords));
        EXPECT_THAT(std::string(row.status().message()), ::testing::Not(::testing::ContainsRegex("[0-9]")))
            << "a place in a file would tell the bucket";
      }
      if (refused > 0) {
        EXPECT_THAT(ReadWhole(**store, dataset_.id()), HasReason(Reason::kCorruptRecords));
      }
    } else {
      EXPECT_THAT(store, HasReason(Reason::kCorruptRecords));
    }
    store = absl::UnknownError("closed");
    FlipBit(table, at);
  }
  EXPECT_THAT(OpenAll(), IsOk()) << "all bits are back";
}

TEST_F(CorruptionTest, AMissingTableIsDamage) {
  fs::remove(Largest(FilesLike(records(), ".sst")));
  EXPECT_THAT(OpenAll(), HasReason(Reason::kCorruptRecords));
}

TEST_F(CorruptionTest, ADirectoryWithoutItsBeginningIsDamageAndNotANewOne) {
  fs::remove(records() + "/CURRENT");
  EXPECT_THAT(OpenStore(records()), HasReason(Reason::kCorruptRecords));
  fs::remove(catalogue() + "/CURRENT");
  EXPECT_THAT(CatalogueStore::Open(catalogue()), HasReason(Reason::kCorruptRecords));
}

TEST_F(CorruptionTest, AnEmptiedRecordsDirectoryDoesNotPassForAnEmptyCatalogue) {
  fs::remove_all(records());
  EXPECT_THAT(OpenAll(), HasReason(Reason::kCorruptRecords));
}

TEST_F(CorruptionTest, AFlippedBitOfTheCatalogueIsNeverSignedOver) {
  for (const fs::path& path : FilesLike(catalogue(), "")) {
    const std::string name = path.filename().string();
    // The lock is empty, and options are not read back.
    if (name == "LOCK" || name == "IDENTITY" || name.starts_with("OPTIONS")) continue;
    const uint64_t size = fs::file_size(path);
    for (uint64_t at = 0; at < size; at += size / 16 + 1) {
      SCOPED_TRACE(name + " " + std::to_string(at));
      TempDir copy;
      fs::copy(catalogue(), copy.path(), fs::copy_options::recursive);
      FlipBit(copy / name, at);
      const auto store = CatalogueStore::Open(copy.path());
      if (!store.ok()) continue;  // refused
      const auto newest = (*store)->Newest();
      ASSERT_THAT(newest, IsOk());
      EXPECT_EQ((*newest)->version, 3u);
    }
  }
}

}  // namespace
}  // namespace exposure::storage
