#include "client/seal/dataset_file.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "proto/rules/dataset_counts.h"

namespace exposure {
namespace {

constexpr size_t kPiece = 1 << 20;

absl::Status BadDataset(const std::string& path, std::string_view what) {
  return Error(Reason::kBadDataset, absl::StrCat(path, ": ", std::string(what)));
}

}  // namespace

absl::StatusOr<DatasetFile> DatasetFile::Open(const std::string& path) {
  DatasetFile file(path);
  file.stream_.open(path, std::ios::binary | std::ios::ate);
  if (!file.stream_) return Error(Reason::kFileError, absl::StrCat(path, ": cannot open."));
  file.size_ = static_cast<uint64_t>(file.stream_.tellg());
  ASSIGN_OR_RETURN(const std::string start,
                   file.Read(0, std::min<uint64_t>(file.size_, crypto::kFileFixedSize + crypto::kMaxDetails)));
  const absl::StatusOr<crypto::DatasetHead> head = crypto::DecodeDatasetHead(AsBytes(start));
  if (!head.ok()) return BadDataset(path, std::string(head.status().message()));
  if (head->file_size() != file.size_) {
    return BadDataset(path, absl::StrCat("has ", file.size_, " bytes instead of ", head->file_size(),
                                         ". Seal again, or copy it again."));
  }
  if (!file.details_.ParseFromString(head->details)) return BadDataset(path, "its details do not parse. Seal again.");
  file.head_ = *head;
  return file;
}

absl::StatusOr<std::string> DatasetFile::Read(uint64_t offset, size_t length) {
  std::string bytes(length, '\0');
  stream_.seekg(static_cast<std::streamoff>(offset));
  if (!stream_.read(bytes.data(), static_cast<std::streamsize>(length))) {
    return Error(Reason::kFileError, absl::StrCat(path_, ": cannot read."));
  }
  return bytes;
}

absl::Status DatasetFile::Verify() {
  RETURN_IF_ERROR(CheckCounts(head_.manifest, details_));
  crypto::DatasetVerifier verifier(head_.manifest);
  for (uint64_t offset = head_.buckets_offset(); offset < size_; offset += kPiece) {
    ASSIGN_OR_RETURN(const std::string piece, Read(offset, std::min<uint64_t>(kPiece, size_ - offset)));
    RETURN_IF_ERROR(verifier.Update(AsBytes(piece)));
  }
  return verifier.Finish().status();
}

}  // namespace exposure
