// What a process with the roles catalogue, records or signer keeps on disk, opened in order.
#ifndef EXPOSURE_SERVER_STORES_H_
#define EXPOSURE_SERVER_STORES_H_

#include <memory>
#include <optional>
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
  std::unique_ptr<storage::ReceiptStore> receipts;  // null in the role signer
  std::unique_ptr<storage::Publisher> publisher;    // null in the role signer
  absl::Status can_sign;                            // of a signer in this process: OK, or SIGNER_BEHIND
  std::optional<crypto::KeyId> catalogue_key;       // where it is held in this process
  absl::Status damage;                              // CORRUPT_RECORDS: the datasets cannot be used, the catalogue can
};

// For the role catalogue, with or without records, and for the role signer. The data directory is there. DIR/catalogue
// belongs to the signer, DIR/records to the datasets, DIR/receipts to the publisher. `auditor` outlives them.
absl::StatusOr<Stores> OpenStores(const LoadedConfig& config, const Roles& roles, Auditor& auditor);

// `exposured --accept-header`: gives the signer the newest catalogue that is known outside, a file of `exposure
// catalogue fetch`. Returns BAD_USAGE where the signer is another process, FILE_ERROR, CATALOGUE_MALFORMED, and as
// storage::AcceptNewest.
absl::Status AcceptHeader(const LoadedConfig& config, const Roles& roles, const std::string& path);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_STORES_H_
