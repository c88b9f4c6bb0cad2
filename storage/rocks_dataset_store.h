// DatasetStore on RocksDB. One class in four files, one for each thing that happens to a dataset: dataset_store.cc
// (opening, what there is), dataset_uploads.cc, dataset_install.cc (and removing), dataset_reading.cc.
#ifndef EXPOSURE_STORAGE_ROCKS_DATASET_STORE_H_
#define EXPOSURE_STORAGE_ROCKS_DATASET_STORE_H_

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>

#include "absl/functional/function_ref.h"
#include "storage/dataset_layout.h"
#include "storage/dataset_store.h"
#include "storage/rocks.h"

namespace exposure::storage {

// Bytes of the disk that uploads and installs leave alone: so that on a disk that they filled a dataset can still be
// removed and a notice published.
inline constexpr uint64_t kReserve = uint64_t{64} << 20;

class RocksDatasetStore : public DatasetStore {
 public:
  RocksDatasetStore(const DatasetStoreOptions& options, std::unique_ptr<Rocks> rocks)
      : options_(options), rocks_(std::move(rocks)) {}

  // Reads what there is, and finishes what a crash interrupted.
  absl::Status Load();

  absl::StatusOr<UploadState> BeginUpload(const crypto::DatasetHead& head) override;
  absl::StatusOr<UploadState> Append(const crypto::DatasetId& id, uint64_t offset, BytesView bytes) override;
  absl::Status AbortUpload(const crypto::DatasetId& id) override;
  absl::StatusOr<crypto::DatasetHead> Head(const crypto::DatasetId& id) override;
  absl::Status Install(const crypto::DatasetId& id) override;
  bool IsInstalled(const crypto::DatasetId& id) const override;
  absl::StatusOr<std::string> ReadPrefix(const crypto::DatasetId& id, const crypto::Prefix& prefix) override;
  absl::StatusOr<std::string> ReadFile(const crypto::DatasetId& id, uint64_t offset, size_t most) override;
  absl::Status Remove(const crypto::DatasetId& id) override;
  absl::Status RemoveAllBut(const std::set<crypto::DatasetId>& keep) override;
  absl::Status VerifyChecksums() override;

 private:
  using TakeBytes = absl::FunctionRef<absl::Status(BytesView)>;
  using TakeRow = absl::FunctionRef<absl::Status(uint32_t bucket, BytesView row)>;

  struct Upload {
    std::shared_ptr<const StoredDataset> dataset;
    uint64_t held = 0;  // bytes of the file, the head's own included
  };

  // Null where there is none.
  std::shared_ptr<const StoredDataset> FindInstalled(const crypto::DatasetId& id) const;
  Upload* FindUpload(const crypto::DatasetId& id);  // holding change_
  static absl::StatusOr<uint64_t> ReadHeld(const Rocks::Use& use, const StoredDataset& dataset);
  absl::Status LoadEntries();
  // Returns DISK_FULL where `bytes` would use up what is kept for retractions.
  absl::Status CheckRoom(uint64_t bytes) const;

  // A sequence that was never used; `batch` makes it so for ever.
  uint64_t AllotSequence(rocksdb::WriteBatch& batch);

  // Bytes [from, to) of an upload, in pieces.
  absl::Status ReadUpload(const StoredDataset& dataset, uint64_t from, uint64_t to, TakeBytes take);
  // The rows of the upload's buckets, without paths.
  absl::Status ReadUploadedBuckets(const StoredDataset& dataset, TakeRow take);
  // `count` stored rows from `first` on. Returns CORRUPT_RECORDS where one is missing or has another length.
  absl::Status ReadRows(const StoredDataset& dataset, uint32_t first, uint32_t count, TakeRow take);
  // What an absent row means: the dataset is damaged, or was removed meanwhile.
  absl::Status Missing(const crypto::DatasetId& id, const absl::Status& status) const;

  absl::StatusOr<rocksdb::Options> TableOptions();
  absl::Status WriteTable(const StoredDataset& upload, uint64_t sequence, const crypto::MerkleTree& tree,
                          const std::string& path);
  absl::Status Ingest(const StoredDataset& upload, uint64_t sequence);
  absl::Status VerifyStored(const StoredDataset& dataset);
  absl::Status SwitchToInstalled(const std::shared_ptr<const StoredDataset>& installed);
  absl::Status RemoveHolding(const crypto::DatasetId& id);  // holding change_

  // Removes the bytes of all garbage from the files. What fails stays listed and is tried again with the next change
  // and at the next start.
  absl::Status Reclaim();
  absl::Status RemoveBytes(uint64_t sequence);

  std::string StagingDirectory() const { return options_.directory + "/staging"; }

  const DatasetStoreOptions options_;
  const std::unique_ptr<Rocks> rocks_;

  std::mutex change_;  // one change at a time; guards what follows against other changes
  uint64_t next_sequence_ = 1;
  std::set<uint64_t> garbage_;
  std::map<crypto::DatasetId, Upload> uploads_;

  mutable std::shared_mutex lists_;  // guards the two maps against readers; taken after change_, never across I/O
  std::map<crypto::DatasetId, std::shared_ptr<const StoredDataset>> installed_;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_ROCKS_DATASET_STORE_H_
