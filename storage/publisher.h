// Publishing: the one place where the catalogue changes. Installs, then signs, then switches what is served. The
// signer's newest content is the only truth; on start it is taken, and whatever the dataset store holds beyond it is
// removed. Changes are made one at a time; reading never waits for them. Thread-safe.
#ifndef EXPOSURE_STORAGE_PUBLISHER_H_
#define EXPOSURE_STORAGE_PUBLISHER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/catalogue.h"
#include "exposure/v1/catalogue.pb.h"
#include "proto/rules/catalogue_content.h"
#include "storage/catalogue_signer.h"
#include "storage/dataset_store.h"
#include "storage/receipt_store.h"
#include "storage/retention.h"
#include "storage/served_catalogues.h"

namespace exposure::storage {

struct PublisherOptions {
  DatasetStore* datasets = nullptr;   // not owned; null in a process without records
  CatalogueSigner* signer = nullptr;  // not owned
  ReceiptStore* receipts = nullptr;   // not owned
  Clock clock;
  // After a restore: datasets that the newest content lists and `datasets` lacks are taken out of it, instead of
  // CORRUPT_RECORDS.
  bool drop_missing = false;
  Retention retention;
  // Hears of each dataset that was removed by itself, once its bytes are gone. May be null.
  std::function<void(const crypto::Receipt&)> removed = nullptr;
  // Hears what ends soon and what is due for review: a line each. May be null.
  std::function<void(const std::string&)> warn = nullptr;
};

struct BegunUpload {
  UploadState state;
  bool published = false;
};

class Publisher {
 public:
  // `configured` has the epochs, custodians and service name of the configuration; if they differ from those of the
  // newest content, a new version is signed. Datasets of epochs that are retired or gone are dropped from it and
  // removed, and so are those whose end has come.
  // Returns CORRUPT_RECORDS if a dataset of the catalogue is not in the store, and as the signer and the store.
  static absl::StatusOr<std::unique_ptr<Publisher>> Create(const PublisherOptions& options,
                                                           const v1::CatalogueContent& configured);
  virtual ~Publisher() = default;

  virtual Served Current() const = 0;
  // The current or, for ten minutes, the previous one (a retraction ends it at once). Returns STALE_CATALOGUE.
  virtual absl::StatusOr<Served> ByContentHash(BytesView content_hash) const = 0;
  virtual absl::StatusOr<std::vector<std::string>> HeadersAfter(uint64_t after, size_t most) = 0;
  // The force ("met") of a published dataset or of an upload. Returns UNKNOWN_UPLOAD where it is neither.
  virtual absl::StatusOr<std::string> ForceOf(const crypto::DatasetId& id) = 0;

  // The rpcs of CustodianService, with its error reasons. Each answers with the catalogue version that shows the
  // change; a retraction with its receipt, once the bytes are gone, and with the same one again. Publishing what is
  // published changes nothing but its dates, if some are given.
  virtual absl::StatusOr<BegunUpload> BeginUpload(BytesView manifest, BytesView signature,
                                                  std::string_view details) = 0;
  virtual absl::StatusOr<UploadState> Append(const crypto::DatasetId& id, uint64_t offset, BytesView bytes) = 0;
  virtual absl::Status AbortUpload(const crypto::DatasetId& id) = 0;
  virtual absl::StatusOr<uint64_t> Publish(const crypto::DatasetId& id,
                                           const std::optional<crypto::DatasetId>& replaces,
                                           const KeepingDates& dates) = 0;
  virtual absl::StatusOr<SignedReceipt> Retract(const crypto::DatasetId& id) = 0;
  virtual absl::StatusOr<uint64_t> PublishNotice(const v1::Notice& notice) = 0;
  // `notice.version` is that of the one it was made from.
  virtual absl::StatusOr<uint64_t> UpdateNotice(const v1::Notice& notice) = 0;

  // To be called every minute or so: re-issues the catalogue after six hours, retracts datasets whose end has come, and
  // removes the bytes of replaced ones when the previous content is no longer served. Tells once a day what is due.
  virtual absl::Status Tick() = 0;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_PUBLISHER_H_
