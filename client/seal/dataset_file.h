// A sealed dataset file on the custodian's disk, read piece by piece.
#ifndef EXPOSURE_CLIENT_SEAL_DATASET_FILE_H_
#define EXPOSURE_CLIENT_SEAL_DATASET_FILE_H_

#include <cstdint>
#include <fstream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/dataset.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure {

// Not thread-safe.
class DatasetFile {
 public:
  // Reads what stands before the buckets. Returns FILE_ERROR, and BAD_DATASET if the file is not a sealed dataset or
  // was cut.
  static absl::StatusOr<DatasetFile> Open(const std::string& path);

  const crypto::DatasetHead& head() const { return head_; }
  const v1::DatasetDetails& details() const { return details_; }
  const std::string& path() const { return path_; }
  uint64_t size() const { return size_; }  // bytes

  // Returns FILE_ERROR, also beyond the end.
  absl::StatusOr<std::string> Read(uint64_t offset, size_t length);

  // Reads every row: they must be those of the manifest's root, and the counts of tables and categories those of the
  // manifest. Does not look at the signature. Returns BAD_DATASET, BAD_ROW_ORDER, FILE_ERROR.
  absl::Status Verify();

 private:
  explicit DatasetFile(std::string path) : path_(std::move(path)) {}

  std::string path_;
  std::ifstream stream_;
  uint64_t size_ = 0;
  crypto::DatasetHead head_;
  v1::DatasetDetails details_;
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_DATASET_FILE_H_
