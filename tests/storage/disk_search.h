// Searches the files of a directory for the rows of a dataset.
#ifndef EXPOSURE_TESTS_STORAGE_DISK_SEARCH_H_
#define EXPOSURE_TESTS_STORAGE_DISK_SEARCH_H_

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "tests/support/dataset_builder.h"

namespace exposure::storage {

// All bytes of all files: tables, write-ahead logs, what is staged. Also of files that are no part of the database.
inline std::string BytesOnDisk(const std::string& directory) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

// Buckets of the dataset of which some row is there.
inline size_t BucketsFound(std::string_view haystack, const testing::BuiltDataset& dataset) {
  size_t found = 0;
  const uint64_t bucket_bytes = dataset.manifest().bucket_bytes();
  for (uint64_t at = dataset.buckets_offset(); at < dataset.file.size(); at += bucket_bytes) {
    bool some = false;
    for (uint64_t row = at; row < at + bucket_bytes && !some; row += crypto::kRowSize) {
      some = haystack.find(std::string_view(dataset.file).substr(row, crypto::kRowSize)) != std::string_view::npos;
    }
    found += some;
  }
  return found;
}

}  // namespace exposure::storage

#endif  // EXPOSURE_TESTS_STORAGE_DISK_SEARCH_H_
