// Whole datasets kept on disk in their file form: downloaded with resumption, verified before use, read a bucket at a
// time. Nothing about a person is in them that the service's key does not open.
//
//   STATE/sets/<first 16 bytes of the root's key id>/<dataset_id>        verified when it was put there
//   STATE/sets/<first 16 bytes of the root's key id>/<dataset_id>.part   a download that goes on from its length
#ifndef EXPOSURE_CLIENT_CORE_KEPT_SETS_H_
#define EXPOSURE_CLIENT_CORE_KEPT_SETS_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/core/transport.h"
#include "crypto/merkle.h"
#include "crypto/root_path.h"
#include "proto/rules/catalogue_content.h"

namespace exposure {

// A verified dataset. Thread-safe.
class KeptSet {
 public:
  // Verifies the whole file at `path` against the signed entry of the catalogue. Returns FILE_ERROR; BAD_DATASET if it
  // is another file, or damaged.
  static absl::StatusOr<std::shared_ptr<const KeptSet>> Open(const std::string& path, const CheckedDataset& dataset);
  ~KeptSet();
  KeptSet(const KeptSet&) = delete;
  KeptSet& operator=(const KeptSet&) = delete;

  // The bucket, checked against the root once more: the file may have changed since. Remembers the last few, for those
  // who ask in the order of their buckets. Returns FILE_ERROR, BAD_DATASET.
  absl::StatusOr<std::shared_ptr<const std::string>> Bucket(uint32_t index) const;

  uint64_t file_size() const { return head_size_ + manifest_.buckets() * manifest_.bucket_bytes(); }

 private:
  KeptSet(int fd, const crypto::Manifest& manifest, size_t head_size, crypto::MerkleTree tree)
      : fd_(fd), manifest_(manifest), head_size_(head_size), tree_(std::move(tree)) {}

  struct Recent {
    uint32_t index = 0;
    std::shared_ptr<const std::string> bytes;  // null: none yet
  };

  const int fd_;
  const crypto::Manifest manifest_;
  const size_t head_size_;
  const crypto::MerkleTree tree_;
  mutable std::mutex mutex_;
  mutable std::array<Recent, 8> recent_;  // by index; guarded by mutex_
};

// Thread-safe, and several processes may share a state directory.
class KeptSets {
 public:
  // Bytes of the file that are there, called as they come; may be null.
  using Progress = std::function<void(uint64_t bytes)>;

  // An empty `state_directory`: a directory of its own, made with the first set, that goes with it. Returns FILE_ERROR.
  static absl::StatusOr<std::unique_ptr<KeptSets>> Create(const std::string& state_directory,
                                                          const crypto::RootPin& root);
  ~KeptSets();

  // The kept set of a dataset; null where it is not kept. A damaged file is removed, and counts as not kept.
  absl::StatusOr<std::shared_ptr<const KeptSet>> Find(const CheckedDataset& dataset);

  // The same, downloaded where it is not kept, from where an earlier download stopped. Returns the service's errors,
  // BAD_DATASET if it sends something else than was signed, FILE_ERROR, DISK_FULL.
  absl::StatusOr<std::shared_ptr<const KeptSet>> Get(Transport& transport, const CheckedDataset& dataset,
                                                     const Progress& progress);

  // Removes what the catalogue does not list (any more).
  void DropUnlisted(const CheckedContent& content);

 private:
  KeptSets(std::string folder, bool temporary) : folder_(std::move(folder)), temporary_(temporary) {}
  std::string PathOf(const CheckedDataset& dataset) const;
  absl::StatusOr<std::shared_ptr<const KeptSet>> FindLocked(const CheckedDataset& dataset);
  absl::Status Fill(Transport& transport, const CheckedDataset& dataset, const std::string& part, uint64_t size,
                    const Progress& progress);

  absl::Status MakeTemporary();  // unless there is a folder; holding mutex_

  std::string folder_;  // empty: a temporary one that is not needed yet; guarded by mutex_
  const bool temporary_;
  std::mutex mutex_;
  std::map<crypto::DatasetId, std::shared_ptr<const KeptSet>> open_;  // guarded by mutex_
};

// Length of the dataset's file form.
uint64_t FileSize(const CheckedDataset& dataset);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_KEPT_SETS_H_
