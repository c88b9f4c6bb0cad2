// What the tests of storage have in common.
#ifndef EXPOSURE_TESTS_STORAGE_STORE_HELPERS_H_
#define EXPOSURE_TESTS_STORAGE_STORE_HELPERS_H_

#include <algorithm>
#include <memory>
#include <string>

#include "storage/dataset_store.h"
#include "tests/support/dataset_builder.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure::storage {

inline absl::StatusOr<std::unique_ptr<DatasetStore>> OpenStore(const std::string& directory,
                                                               rocksdb::Env* env = nullptr) {
  DatasetStoreOptions options;
  options.directory = directory;
  options.env = env;
  return DatasetStore::Open(options);
}

// Sends what is missing of a dataset, `piece` bytes at a time.
inline absl::Status SendRest(DatasetStore& store, const testing::BuiltDataset& dataset, size_t piece = 3000) {
  ASSIGN_OR_RETURN(UploadState state, store.BeginUpload(dataset.head));
  while (state.held < state.size) {
    const std::string bytes = dataset.file.substr(state.held, piece);
    ASSIGN_OR_RETURN(state, store.Append(dataset.id(), state.held, AsBytes(bytes)));
  }
  return absl::OkStatus();
}

inline absl::Status SendAndInstall(DatasetStore& store, const testing::BuiltDataset& dataset) {
  RETURN_IF_ERROR(SendRest(store, dataset));
  RETURN_IF_ERROR(store.Install(dataset.id()));
  return store.AbortUpload(dataset.id());
}

// The whole file form, read in pieces.
inline absl::StatusOr<std::string> ReadWhole(DatasetStore& store, const crypto::DatasetId& id, size_t piece = 10'000) {
  std::string file;
  while (true) {
    ASSIGN_OR_RETURN(const std::string bytes, store.ReadFile(id, file.size(), piece));
    if (bytes.empty()) return file;
    file += bytes;
  }
}

}  // namespace exposure::storage

#endif  // EXPOSURE_TESTS_STORAGE_STORE_HELPERS_H_
