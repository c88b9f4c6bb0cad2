// What a process with the roles catalogue and records keeps on disk, opened in order.
#ifndef EXPOSURE_SERVER_STORES_H_
#define EXPOSURE_SERVER_STORES_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/auditor.h"
#include "server/config.h"
#include "server/roles.h"
#include "storage/catalogue_signer.h"
#include "storage/dataset_store.h"
#include "storage/publisher.h"
#include "storage/receipt_store.h"

namespace exposure::server {

struct Stores {
  std::unique_ptr<storage::CatalogueSigner> signer;
  std::unique_ptr<storage::DatasetStore> datasets;  // null without the role records, or where damaged
  std::unique_ptr<storage::ReceiptStore> receipts;
  std::unique_ptr<storage::Publisher> publisher;
  absl::Status damage;  // CORRUPT_RECORDS: the datasets cannot be used, the catalogue can
};

// Made if missing, mode 0700. Returns FILE_ERROR.
absl::Status MakeDataDirectory(const std::string& path);

// For the role catalogue, with or without records. The data directory is there. DIR/catalogue belongs to the signer,
// DIR/records to the datasets, DIR/receipts to the publisher. `auditor` outlives them.
absl::StatusOr<Stores> OpenStores(const LoadedConfig& config, const Roles& roles, Auditor& auditor);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_STORES_H_
