// Storage in memory, for tests of what stands on it. Each answers what a test tells it to.
#ifndef EXPOSURE_TESTS_SUPPORT_FAKES_H_
#define EXPOSURE_TESTS_SUPPORT_FAKES_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "storage/dataset_store.h"
#include "storage/publisher.h"
#include "tests/support/service_files.h"

namespace exposure::testing {

// Serves what `Add` put in; `damage` replaces every read.
class FakeDatasetStore : public storage::DatasetStore {
 public:
  void Add(const SealedFile& sealed) { files_.emplace(sealed.manifest.dataset_id, sealed); }

  absl::Status damage;
  // Replaces ReadFile where set.
  std::function<absl::StatusOr<std::string>(uint64_t offset, size_t most)> read_file;

  absl::StatusOr<std::string> ReadPrefix(const crypto::DatasetId& id, const crypto::Prefix& prefix) override;
  absl::StatusOr<std::string> ReadFile(const crypto::DatasetId& id, uint64_t offset, size_t most) override;

  absl::StatusOr<storage::UploadState> BeginUpload(const crypto::DatasetHead&) override { return Unused(); }
  absl::StatusOr<storage::UploadState> Append(const crypto::DatasetId&, uint64_t, BytesView) override {
    return Unused();
  }
  absl::Status AbortUpload(const crypto::DatasetId&) override { return Unused(); }
  absl::StatusOr<crypto::DatasetHead> Head(const crypto::DatasetId&) override { return Unused(); }
  absl::Status Install(const crypto::DatasetId&) override { return Unused(); }
  bool IsInstalled(const crypto::DatasetId& id) const override { return files_.count(id) > 0; }
  absl::Status Remove(const crypto::DatasetId&) override { return Unused(); }
  absl::Status RemoveAllBut(const std::set<crypto::DatasetId>&) override { return Unused(); }
  absl::Status VerifyChecksums() override { return damage; }

 private:
  static absl::Status Unused() { return absl::UnimplementedError("not part of this fake"); }

  std::map<crypto::DatasetId, SealedFile> files_;
};

// Serves the content that `Serve` was given. Changes answer `result`, and are written down.
class FakePublisher : public storage::Publisher {
 public:
  void Serve(const v1::CatalogueContent& content);
  // 32 bytes: of what is served.
  std::string content_hash() const { return ToString(Current()->header.content_hash); }

  absl::StatusOr<uint64_t> result = uint64_t{7};
  std::vector<std::string> calls;
  std::string force = "met";  // of every dataset and upload

  std::shared_ptr<const storage::ServedCatalogue> Current() const override;
  absl::StatusOr<std::shared_ptr<const storage::ServedCatalogue>> ByContentHash(BytesView hash) const override;
  absl::StatusOr<std::vector<std::string>> HeadersAfter(uint64_t after, size_t most) override;
  absl::StatusOr<std::string> ForceOf(const crypto::DatasetId&) override { return force; }
  absl::StatusOr<storage::BegunUpload> BeginUpload(BytesView manifest, BytesView signature,
                                                   std::string_view details) override;
  absl::StatusOr<storage::UploadState> Append(const crypto::DatasetId& id, uint64_t offset, BytesView bytes) override;
  absl::Status AbortUpload(const crypto::DatasetId& id) override;
  absl::StatusOr<uint64_t> Publish(const crypto::DatasetId& id, const std::optional<crypto::DatasetId>& replaces,
                                   const storage::KeepingDates& dates) override;
  absl::StatusOr<storage::SignedReceipt> Retract(const crypto::DatasetId& id) override;
  absl::StatusOr<uint64_t> PublishNotice(const v1::Notice& notice) override;
  absl::StatusOr<uint64_t> UpdateNotice(const v1::Notice& notice) override;
  absl::Status Tick() override { return absl::OkStatus(); }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const storage::ServedCatalogue> current_;  // guarded by mutex_
};

// Adds a dataset to a content, as publishing does.
void AddDataset(const SealedFile& sealed, v1::CatalogueContent& content);

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_FAKES_H_
