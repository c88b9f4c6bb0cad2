#include "server/stores.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "exposure/v1/catalogue_service.pb.h"
#include "proto/rules/catalogue_message.h"
#include "server/keys.h"
#include "server/log.h"
#include "server/remote_signer.h"
#include "storage/restored.h"

namespace exposure::server {
namespace {

absl::StatusOr<std::unique_ptr<storage::CatalogueStore>> OpenCatalogueStore(const LoadedConfig& config) {
  RETURN_IF_ERROR(MakePrivateDirectory(config.settings.data_directory()));
  return storage::CatalogueStore::Open(config.settings.data_directory() + "/catalogue");
}

absl::Status OpenLocalSigner(const LoadedConfig& config, Stores& stores) {
  ASSIGN_OR_RETURN(crypto::SigningKey key, ReadCatalogueKey(config.settings.catalogue_key_file()));
  const crypto::KeyId key_id = crypto::DeriveKeyId(key.public_key());
  ASSIGN_OR_RETURN(storage::SignedDelegation delegation, ReadDelegation(config.settings.delegation_file()));
  ASSIGN_OR_RETURN(std::unique_ptr<storage::CatalogueStore> store, OpenCatalogueStore(config));
  ASSIGN_OR_RETURN(storage::HeaderChain chain, storage::HeaderChain::Read(config.settings.catalogue_chain_file()));
  ASSIGN_OR_RETURN(std::unique_ptr<storage::LocalSigner> signer,
                   storage::MakeLocalSigner(std::move(key), std::move(delegation), std::move(store), std::move(chain),
                                            storage::SystemClock()));
  stores.can_sign = signer->CanSign();
  stores.catalogue_key = key_id;
  stores.signer = std::move(signer);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<storage::DatasetStore>> OpenDatasets(const LoadedConfig& config) {
  storage::DatasetStoreOptions options;
  options.directory = config.settings.data_directory() + "/records";
  options.max_dataset_bytes = config.settings.limits().dataset_bytes();
  options.max_open_uploads = config.settings.limits().open_uploads();
  return storage::DatasetStore::Open(options);
}

absl::StatusOr<std::unique_ptr<storage::Publisher>> OpenPublisher(const Stores& stores, const LoadedConfig& config,
                                                                  Auditor& auditor) {
  storage::PublisherOptions options;
  options.datasets = stores.datasets.get();
  options.signer = stores.signer.get();
  options.receipts = stores.receipts.get();
  options.clock = storage::SystemClock();
  options.drop_missing = config.drop_missing;
  options.retention = {config.settings.retention().review_days(), config.settings.retention().end_days()};
  options.removed = [&auditor](const crypto::Receipt& receipt) {
    const std::string id = ToHex(receipt.dataset_id);
    Log(Level::kWarning, absl::StrCat("removed dataset ", id, ": ", std::string(CauseWord(receipt.cause)),
                                      ". Its receipt: exposure retract ", id));
    const absl::Status recorded = auditor.Removed(receipt.dataset_id, CauseWord(receipt.cause));
    if (!recorded.ok()) Log(Level::kError, absl::StrCat("the audit log: ", recorded.message()));
  };
  options.warn = [](const std::string& line) { Log(Level::kWarning, line); };
  return storage::Publisher::Create(options, config.content);
}

bool IsDamage(const absl::Status& status) { return ReasonOf(status) == Reason::kCorruptRecords; }

}  // namespace

absl::StatusOr<Stores> OpenStores(const LoadedConfig& config, const Roles& roles, Auditor& auditor) {
  Stores stores;
  if (SignsHere(config.settings, roles)) {
    RETURN_IF_ERROR(OpenLocalSigner(config, stores));
  } else {
    stores.signer = MakeRemoteSigner(config.settings.signer());
  }
  if (roles.signer) return stores;
  ASSIGN_OR_RETURN(stores.receipts, storage::ReceiptStore::Open(config.settings.data_directory() + "/receipts"));
  if (roles.records) {
    absl::StatusOr<std::unique_ptr<storage::DatasetStore>> datasets = OpenDatasets(config);
    if (!datasets.ok() && !IsDamage(datasets.status())) return datasets.status();
    stores.damage = datasets.status();
    if (datasets.ok()) stores.datasets = *std::move(datasets);
  }
  absl::StatusOr<std::unique_ptr<storage::Publisher>> publisher = OpenPublisher(stores, config, auditor);
  if (IsDamage(publisher.status()) && stores.datasets != nullptr) {
    // A dataset of the catalogue is missing: notices stay readable, records do not.
    stores.damage = publisher.status();
    stores.datasets.reset();
    publisher = OpenPublisher(stores, config, auditor);
  }
  if (!publisher.ok()) return publisher.status();
  stores.publisher = *std::move(publisher);
  return stores;
}

absl::Status AcceptHeader(const LoadedConfig& config, const Roles& roles, const std::string& path) {
  if (!SignsHere(config.settings, roles)) {
    return Error(Reason::kBadUsage, "--accept-header: this process does not sign.\n  Fix: give it to the signer");
  }
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  v1::GetCatalogueResponse message;
  if (!message.ParseFromString(bytes)) {
    return Error(Reason::kCatalogueMalformed, absl::StrCat(path, ": is no file of `exposure catalogue fetch`."));
  }
  const crypto::SignedCatalogue newest = FromMessage(std::move(message));
  ASSIGN_OR_RETURN(const crypto::SigningKey key, ReadCatalogueKey(config.settings.catalogue_key_file()));
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::CatalogueStore> store, OpenCatalogueStore(config));
  ASSIGN_OR_RETURN(storage::HeaderChain chain, storage::HeaderChain::Read(config.settings.catalogue_chain_file()));
  return storage::AcceptNewest(newest, key.public_key(), *store, chain);
}

}  // namespace exposure::server
