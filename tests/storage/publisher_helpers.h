// A publisher with everything under it, over one directory and a clock that
// stands until it is set.
#ifndef EXPOSURE_TESTS_STORAGE_PUBLISHER_HELPERS_H_
#define EXPOSURE_TESTS_STORAGE_PUBLISHER_HELPERS_H_

#include <memory>
#include <string>
#include <utility>

#include "crypto/bodies.h"
#include "storage/publisher.h"
#include "tests/storage/store_helpers.h"

namespace exposure::storage {

inline constexpr uint64_t kTestNow = 1'790'000'000;

// Keys of a service: root and online key with its delegation, the same in every
// process.
class TestKeys {
 public:
  TestKeys() : TestKeys(kTestNow - 1000, kTestNow + 80 * 24 * 3600) {}
  TestKeys(uint64_t not_before, uint64_t not_after) {
    crypto::Delegation terms;
    terms.serial = 1;
    terms.not_before = not_before;
    terms.not_after = not_after;
    terms.catalogue_key = Online().public_key();
    const auto body = crypto::Encode(terms);
    delegation_ = {ToString(body), ToString(Root().Sign(crypto::kDelegationLabel, body))};
  }

  static crypto::SigningKey Root() { return crypto::SigningKey::Decode(std::vector<uint8_t>(32, 1)).value(); }
  static crypto::SigningKey Online() { return crypto::SigningKey::Decode(std::vector<uint8_t>(32, 2)).value(); }
  const SignedDelegation& delegation() const { return delegation_; }

 private:
  SignedDelegation delegation_;
};

// Over DIR/catalogue and the chain file DIR/chain.
inline absl::StatusOr<std::unique_ptr<LocalSigner>> OpenSigner(const std::string& directory, const Clock& clock,
                                                               const TestKeys& keys = {}, rocksdb::Env* env = nullptr) {
  ASSIGN_OR_RETURN(std::unique_ptr<CatalogueStore> store, CatalogueStore::Open(directory + "/catalogue", env));
  ASSIGN_OR_RETURN(HeaderChain chain, HeaderChain::Read(directory + "/chain"));
  return MakeLocalSigner(TestKeys::Online(), keys.delegation(), std::move(store), std::move(chain), clock);
}

struct Service {
  std::unique_ptr<DatasetStore> datasets;
  std::unique_ptr<CatalogueSigner> signer;
  std::unique_ptr<ReceiptStore> receipts;
  std::unique_ptr<Publisher> publisher;

  // `now` must outlive it.
  static absl::StatusOr<Service> Open(const std::string& directory, const v1::CatalogueContent& configured,
                                      const uint64_t& now, const TestKeys& keys = {}, rocksdb::Env* env = nullptr,
                                      const std::function<void(const crypto::Receipt&)>& removed = nullptr,
                                      const std::function<void(const std::string&)>& warn = nullptr) {
    const Clock clock = [&now] { return now; };
    Service service;
    ASSIGN_OR_RETURN(service.signer, OpenSigner(directory, clock, keys, env));
    ASSIGN_OR_RETURN(service.datasets, OpenStore(directory + "/records", env));
    ASSIGN_OR_RETURN(service.receipts, ReceiptStore::Open(directory + "/receipts", env));
    PublisherOptions options{service.datasets.get(), service.signer.get(), service.receipts.get(), clock};
    options.removed = removed;
    options.warn = warn;
    ASSIGN_OR_RETURN(service.publisher, Publisher::Create(options, configured));
    return service;
  }

  // What a custodian does: begins or resumes, sends, publishes.
  absl::StatusOr<uint64_t> Publish(const testing::BuiltDataset& dataset,
                                   const std::optional<crypto::DatasetId>& replaces = std::nullopt,
                                   const KeepingDates& dates = {}) {
    const crypto::DatasetHead& head = dataset.head;
    ASSIGN_OR_RETURN(const BegunUpload begun,
                     publisher->BeginUpload(head.manifest_bytes, head.signature, head.details));
    for (uint64_t held = begun.state.held; held < begun.state.size;) {
      const std::string bytes = dataset.file.substr(held, 3000);
      ASSIGN_OR_RETURN(const UploadState state, publisher->Append(dataset.id(), held, AsBytes(bytes)));
      held = state.held;
    }
    return publisher->Publish(dataset.id(), replaces, dates);
  }

  bool Lists(const crypto::DatasetId& id) const { return publisher->Current()->content.FindDataset(id) != nullptr; }

  // What a client that knows the root checks of the catalogue and its chain,
  // and what it would download.
  absl::Status CheckAsClient(uint64_t now) const {
    const std::shared_ptr<const ServedCatalogue> current = publisher->Current();
    const crypto::SignedCatalogue& served = current->signed_catalogue;
    ASSIGN_OR_RETURN(const crypto::CatalogueHeader header,
                     crypto::CheckSignatures(served, TestKeys::Root().public_key()));
    ASSIGN_OR_RETURN(const crypto::Delegation delegation, crypto::DecodeDelegation(AsBytes(served.delegation)));
    RETURN_IF_ERROR(crypto::CheckTime(header, delegation, now));
    ASSIGN_OR_RETURN(const std::vector<std::string> headers, publisher->HeadersAfter(0, 1000));
    crypto::TrustState first;  // knows version 1, so that the whole chain is walked
    first.version = 1;
    first.header_hash = crypto::HeaderHash(AsBytes(headers.at(0)));
    const std::vector<std::string> rest(headers.begin() + 1, headers.end());
    RETURN_IF_ERROR(crypto::CheckChain(first, rest, AsBytes(served.header), delegation).status());
    for (const CheckedDataset& dataset : current->content.datasets()) {
      RETURN_IF_ERROR(dataset.status);
      ASSIGN_OR_RETURN(const std::string file, ReadWhole(*datasets, dataset.manifest.dataset_id, 1 << 20));
      ASSIGN_OR_RETURN(const crypto::DatasetHead head, crypto::DecodeDatasetHead(AsBytes(file)));
      crypto::DatasetVerifier verifier(head.manifest);
      RETURN_IF_ERROR(verifier.Update(AsBytes(file).subspan(head.buckets_offset())));
      RETURN_IF_ERROR(verifier.Finish().status());
    }
    return absl::OkStatus();
  }
};

}  // namespace exposure::storage

#endif  // EXPOSURE_TESTS_STORAGE_PUBLISHER_HELPERS_H_
