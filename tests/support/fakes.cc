#include "tests/support/fakes.h"

#include "crypto/dataset.h"

namespace exposure::testing {

absl::StatusOr<std::string> FakeDatasetStore::ReadPrefix(const crypto::DatasetId& id, const crypto::Prefix& prefix) {
  if (!damage.ok()) return damage;
  const auto found = files_.find(id);
  if (found == files_.end()) return Error(Reason::kUnknownDataset, "No such dataset.");
  const SealedFile& sealed = found->second;
  const std::string buckets = sealed.file.substr(crypto::kFileFixedSize + sealed.details.size());
  crypto::DatasetVerifier verifier(sealed.manifest);
  if (absl::Status status = verifier.Update(AsBytes(buckets)); !status.ok()) return status;
  const absl::StatusOr<crypto::MerkleTree> tree = verifier.Finish();
  if (!tree.ok()) return tree.status();
  const int below = sealed.manifest.bucket_bits - prefix.bits;
  const uint32_t first = prefix.value << below;
  return buckets.substr(first * sealed.manifest.bucket_bytes(), sealed.manifest.bucket_bytes() << below) +
         tree->Path(first).substr(32 * static_cast<size_t>(below));
}

absl::StatusOr<std::string> FakeDatasetStore::ReadFile(const crypto::DatasetId& id, uint64_t offset, size_t most) {
  if (!damage.ok()) return damage;
  if (read_file) return read_file(offset, most);
  const auto found = files_.find(id);
  if (found == files_.end()) return Error(Reason::kUnknownDataset, "No such dataset.");
  if (offset > found->second.file.size()) return Error(Reason::kBadOffset, "Beyond the end.");
  return found->second.file.substr(offset, most);
}

void FakePublisher::Serve(const v1::CatalogueContent& content) {
  crypto::SignedCatalogue catalogue;
  catalogue.content = content.SerializeAsString();
  crypto::CatalogueHeader header;
  header.version = 1;
  header.content_hash = crypto::ContentHash(AsBytes(catalogue.content));
  header.content_size = catalogue.content.size();
  catalogue.header = ToString(crypto::Encode(header));
  catalogue.signature = std::string(64, 's');
  catalogue.delegation = std::string(64, 'd');
  catalogue.delegation_signature = std::string(64, 'r');
  absl::StatusOr<CheckedContent> checked = CheckedContent::Parse(catalogue.content);
  ASSERT_TRUE(checked.ok()) << checked.status().ToString();
  const std::lock_guard<std::mutex> lock(mutex_);
  current_ = std::make_shared<storage::ServedCatalogue>(
      storage::ServedCatalogue{std::move(catalogue), header, *std::move(checked)});
}

std::shared_ptr<const storage::ServedCatalogue> FakePublisher::Current() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return current_;
}

absl::StatusOr<std::shared_ptr<const storage::ServedCatalogue>> FakePublisher::ByContentHash(BytesView hash) const {
  std::shared_ptr<const storage::ServedCatalogue> current = Current();
  if (ToArray<32>(hash) != current->header.content_hash) return Error(Reason::kStaleCatalogue, "Another one.");
  return current;
}

absl::StatusOr<std::vector<std::string>> FakePublisher::HeadersAfter(uint64_t after, size_t most) {
  calls.push_back("headers after " + std::to_string(after) + ", " + std::to_string(most));
  if (!result.ok()) return result.status();
  return std::vector<std::string>{"one", "two"};
}

absl::StatusOr<storage::BegunUpload> FakePublisher::BeginUpload(BytesView manifest, BytesView signature,
                                                                std::string_view details) {
  calls.push_back("begin " + std::to_string(manifest.size()) + " " + std::to_string(signature.size()) + " " +
                  std::string(details));
  if (!result.ok()) return result.status();
  return storage::BegunUpload{{11, 22}, true};
}

absl::StatusOr<storage::UploadState> FakePublisher::Append(const crypto::DatasetId& id, uint64_t offset,
                                                           BytesView bytes) {
  calls.push_back("append " + ToHex(id) + " " + std::to_string(offset) + " " + ToString(bytes));
  if (!result.ok()) return result.status();
  return storage::UploadState{33, 44};
}

absl::Status FakePublisher::AbortUpload(const crypto::DatasetId& id) {
  calls.push_back("abort " + ToHex(id));
  return result.status();
}

absl::StatusOr<uint64_t> FakePublisher::Publish(const crypto::DatasetId& id,
                                                const std::optional<crypto::DatasetId>& replaces,
                                                const storage::KeepingDates& dates) {
  calls.push_back(
      "publish " + ToHex(id) + (replaces ? " for " + ToHex(*replaces) : "") +
      (dates.ends_at != 0 ? " kept " + std::to_string(dates.review_at) + " to " + std::to_string(dates.ends_at) : ""));
  return result;
}

absl::StatusOr<storage::SignedReceipt> FakePublisher::Retract(const crypto::DatasetId& id) {
  calls.push_back("retract " + ToHex(id));
  if (!result.ok()) return result.status();
  storage::SignedReceipt removed;
  removed.receipt.dataset_id = id;
  removed.receipt.catalogue_version = *result;
  removed.signature.fill(3);
  return removed;
}

absl::StatusOr<uint64_t> FakePublisher::PublishNotice(const v1::Notice& notice) {
  calls.push_back("publish notice " + notice.incident_id());
  return result;
}

absl::StatusOr<uint64_t> FakePublisher::UpdateNotice(const v1::Notice& notice) {
  calls.push_back("update notice " + notice.incident_id() + " of " + std::to_string(notice.version()));
  return result;
}

void AddDataset(const SealedFile& sealed, v1::CatalogueContent& content) {
  v1::Dataset& dataset = *content.add_datasets();
  dataset.set_manifest(sealed.manifest_bytes);
  dataset.set_signature(sealed.signature);
  dataset.set_details(sealed.details);
  dataset.set_incident_id(kTestIncident);
}

}  // namespace exposure::testing
