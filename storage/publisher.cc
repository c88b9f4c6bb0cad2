#include "storage/publisher.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "storage/content_changes.h"

namespace exposure::storage {
namespace {

using Served = std::shared_ptr<const ServedCatalogue>;

constexpr size_t kHeadersPage = 4096;

enum class Previous { kKeep, kEnd };

absl::StatusOr<Served> MakeServed(crypto::SignedCatalogue signed_catalogue) {
  ASSIGN_OR_RETURN(const crypto::CatalogueHeader header, crypto::DecodeHeader(AsBytes(signed_catalogue.header)));
  ASSIGN_OR_RETURN(CheckedContent content, CheckedContent::Parse(signed_catalogue.content));
  return std::make_shared<const ServedCatalogue>(
      ServedCatalogue{std::move(signed_catalogue), header, std::move(content)});
}

absl::Status NoRecords() {
  return Error(Reason::kStorageFailed, "This process holds no records. Ask the one that does.");
}

class SerialPublisher : public Publisher {
 public:
  explicit SerialPublisher(const PublisherOptions& options) : options_(options) {}

  absl::Status Start(const v1::CatalogueContent& configured);

  Served Current() const override {
    const std::shared_lock<std::shared_mutex> lock(served_);
    return current_;
  }
  absl::StatusOr<Served> ByContentHash(BytesView content_hash) const override;
  absl::StatusOr<std::vector<std::string>> HeadersAfter(uint64_t after, size_t most) override;
  absl::StatusOr<std::string> ForceOf(const crypto::DatasetId& id) override;

  absl::StatusOr<BegunUpload> BeginUpload(BytesView manifest, BytesView signature, std::string_view details) override;
  absl::StatusOr<UploadState> Append(const crypto::DatasetId& id, uint64_t offset, BytesView bytes) override {
    if (options_.datasets == nullptr) return NoRecords();
    return options_.datasets->Append(id, offset, bytes);
  }
  absl::Status AbortUpload(const crypto::DatasetId& id) override {
    if (options_.datasets == nullptr) return NoRecords();
    return options_.datasets->AbortUpload(id);
  }
  absl::StatusOr<uint64_t> Publish(const crypto::DatasetId& id,
                                   const std::optional<crypto::DatasetId>& replaces) override;
  absl::StatusOr<uint64_t> Retract(const crypto::DatasetId& id) override;
  absl::StatusOr<uint64_t> PublishNotice(const v1::Notice& notice) override;
  absl::StatusOr<uint64_t> UpdateNotice(const v1::Notice& notice) override;
  absl::Status Tick() override;

 private:
  absl::StatusOr<crypto::SignedCatalogue> SignFirst(const std::optional<crypto::SignedCatalogue>& newest,
                                                    const std::string& content);
  // `content`, where options_.drop_missing without the datasets that are not installed.
  absl::StatusOr<v1::CatalogueContent> WithoutMissing(v1::CatalogueContent content) const;
  absl::Status CheckInstalled(const CheckedContent& content) const;
  std::set<crypto::DatasetId> Listed() const;
  // Asks the signer for the headers that are not known here. Returns SIGNER_BEHIND where it lacks one that is.
  absl::Status LearnHeaders();
  // The catalogue from which the next change is made: the signer's newest, also where its answer was lost, or it was
  // given a newer one after a restore. On an error what was served still is.
  absl::StatusOr<Served> CatchUp();

  // Signs `next` and serves it. On an error what was served still is. Returns the version.
  absl::StatusOr<uint64_t> Switch(const v1::CatalogueContent& next, Previous previous);
  void Serve(Served next, Previous previous);
  absl::Status RemoveLeaving(const crypto::DatasetId& id);
  absl::Status RemoveDue();
  absl::Status Reissue();

  const PublisherOptions options_;
  bool behind_ =
      false;           // the signer was restored when this started: what it lists is old, and nothing is removed by it
  std::mutex change_;  // one change at a time
  std::map<crypto::DatasetId, uint64_t> leaving_;  // no longer listed → when its bytes go; guarded by change_

  mutable std::shared_mutex served_;  // guards what follows; never held across I/O
  Served current_;
  Headers headers_;  // all that were signed: clients ask for them, and the signer is not troubled
  Served previous_;  // null where there is none, or it was ended
  uint64_t previous_until_ = 0;
};

absl::Status SerialPublisher::Start(const v1::CatalogueContent& configured) {
  ASSIGN_OR_RETURN(const std::optional<crypto::SignedCatalogue> newest, options_.signer->Newest());
  v1::CatalogueContent before;
  if (newest && !before.ParseFromString(newest->content)) {
    return Error(Reason::kCorruptRecords, "The newest signed catalogue does not parse. Restore it from a backup.");
  }
  ASSIGN_OR_RETURN(const v1::CatalogueContent next, WithoutMissing(WithConfiguration(before, configured)));
  std::string bytes = next.SerializeAsString();
  if (newest && bytes == before.SerializeAsString()) bytes = newest->content;  // verbatim: the same version

  ASSIGN_OR_RETURN(const CheckedContent checked, CheckedContent::Parse(bytes));
  RETURN_IF_ERROR(CheckInstalled(checked));
  ASSIGN_OR_RETURN(crypto::SignedCatalogue signed_catalogue, SignFirst(newest, bytes));
  ASSIGN_OR_RETURN(Served served, MakeServed(std::move(signed_catalogue)));
  RETURN_IF_ERROR(LearnHeaders());
  Serve(std::move(served), Previous::kEnd);
  if (options_.datasets == nullptr || behind_) return absl::OkStatus();
  const std::set<crypto::DatasetId> listed = Listed();
  for (const crypto::DatasetId& id : listed) options_.datasets->AbortUpload(id).IgnoreError();
  const absl::Status removed = options_.datasets->RemoveAllBut(listed);
  // A full disk keeps nothing from being served; the next start removes.
  return ReasonOf(removed) == Reason::kDiskFull ? absl::OkStatus() : removed;
}

// Where a full disk lets nothing be signed, the newest is served for as long as it lasts; Tick tries again. So it is,
// whatever the configuration says, where the signer was restored: its notices stay readable.
absl::StatusOr<crypto::SignedCatalogue> SerialPublisher::SignFirst(const std::optional<crypto::SignedCatalogue>& newest,
                                                                   const std::string& content) {
  absl::StatusOr<crypto::SignedCatalogue> made = options_.signer->Sign(content);
  const std::optional<Reason> reason = ReasonOf(made.status());
  behind_ = reason == Reason::kSignerBehind;
  if (behind_ && newest) return *newest;
  if (reason == Reason::kDiskFull && newest && newest->content == content) return *newest;
  return made;
}

absl::StatusOr<v1::CatalogueContent> SerialPublisher::WithoutMissing(v1::CatalogueContent content) const {
  if (!options_.drop_missing || options_.datasets == nullptr) return content;
  for (;;) {
    ASSIGN_OR_RETURN(const CheckedContent checked, CheckedContent::Parse(content.SerializeAsString()));
    const auto missing = std::find_if(
        checked.datasets().begin(), checked.datasets().end(),
        [this](const CheckedDataset& each) { return !options_.datasets->IsInstalled(each.manifest.dataset_id); });
    if (missing == checked.datasets().end()) return content;
    ASSIGN_OR_RETURN(content, WithoutDataset(checked, missing->manifest.dataset_id));
  }
}

absl::Status SerialPublisher::CheckInstalled(const CheckedContent& content) const {
  if (options_.datasets == nullptr) return absl::OkStatus();
  for (const CheckedDataset& dataset : content.datasets()) {
    if (options_.datasets->IsInstalled(dataset.manifest.dataset_id)) continue;
    return Error(Reason::kCorruptRecords, absl::StrCat("The dataset ", ToHex(dataset.manifest.dataset_id),
                                                       " of the catalogue is not in the data directory. Restore it "
                                                       "from a backup, or retract and publish it again."));
  }
  return absl::OkStatus();
}

std::set<crypto::DatasetId> SerialPublisher::Listed() const {
  std::set<crypto::DatasetId> ids;
  for (const CheckedDataset& dataset : Current()->content.datasets()) ids.insert(dataset.manifest.dataset_id);
  return ids;
}

absl::StatusOr<Served> SerialPublisher::ByContentHash(BytesView content_hash) const {
  const auto is = [&](const Served& catalogue) {
    const crypto::Hash& hash = catalogue->header.content_hash;
    return std::equal(content_hash.begin(), content_hash.end(), hash.begin(), hash.end());
  };
  const std::shared_lock<std::shared_mutex> lock(served_);
  if (is(current_)) return current_;
  if (previous_ != nullptr && is(previous_) && options_.clock() < previous_until_) return previous_;
  return Error(Reason::kStaleCatalogue, "The catalogue has changed. Fetch it again, then ask once more.");
}

absl::StatusOr<std::string> SerialPublisher::ForceOf(const crypto::DatasetId& id) {
  const Served current = Current();
  if (const CheckedDataset* dataset = current->content.FindDataset(id)) return dataset->details.mapping().force();
  if (options_.datasets == nullptr) return NoRecords();
  ASSIGN_OR_RETURN(const crypto::DatasetHead head, options_.datasets->Head(id));
  v1::DatasetDetails details;  // checked when the upload began
  if (!details.ParseFromString(head.details)) return Error(Reason::kCorruptRecords, "An upload's details are damaged.");
  return details.mapping().force();
}

absl::StatusOr<std::vector<std::string>> SerialPublisher::HeadersAfter(uint64_t after, size_t most) {
  const std::shared_lock<std::shared_mutex> lock(served_);
  if (after > current_->header.version) {
    return Error(Reason::kUnknownVersion, absl::StrCat("There is no catalogue of that version yet; the newest is ",
                                                       current_->header.version, "."));
  }
  std::vector<std::string> headers;
  const auto end = headers_.upper_bound(current_->header.version);
  for (auto at = headers_.upper_bound(after); at != end && headers.size() < most; ++at) headers.push_back(at->second);
  return headers;
}

absl::Status SerialPublisher::LearnHeaders() {
  const auto behind = [] {
    return Error(Reason::kSignerBehind,
                 "The signer does not have the catalogue that is served: it was restored, and may have signed another. "
                 "See docs/operations.md, \"After a restore\".");
  };
  // The newest that is known is asked for again: it must be the same.
  const bool first = headers_.empty();
  uint64_t after = first ? 0 : headers_.rbegin()->first - 1;
  for (bool begun = false;; begun = true) {
    const absl::StatusOr<std::vector<std::string>> page = options_.signer->HeadersAfter(after, kHeadersPage);
    if (ReasonOf(page.status()) == Reason::kUnknownVersion) return behind();
    RETURN_IF_ERROR(page.status());
    if (page->empty()) return begun || first ? absl::OkStatus() : behind();
    const std::unique_lock<std::shared_mutex> lock(served_);
    for (const std::string& bytes : *page) {
      ASSIGN_OR_RETURN(const crypto::CatalogueHeader header, crypto::DecodeHeader(AsBytes(bytes)));
      if (headers_.emplace(header.version, bytes).first->second != bytes) return behind();
      after = header.version;
    }
  }
}

absl::StatusOr<Served> SerialPublisher::CatchUp() {
  Served current = Current();
  RETURN_IF_ERROR(LearnHeaders());
  if (headers_.rbegin()->first == current->header.version) return current;
  ASSIGN_OR_RETURN(std::optional<crypto::SignedCatalogue> newest, options_.signer->Newest());
  if (!newest) return Error(Reason::kSignerBehind, "The signer has lost what it signed.");
  ASSIGN_OR_RETURN(Served served, MakeServed(*std::move(newest)));
  RETURN_IF_ERROR(CheckInstalled(served->content));
  if (options_.datasets != nullptr) {
    for (const crypto::DatasetId& id : Listed()) {
      if (served->content.FindDataset(id) == nullptr) leaving_[id] = 0;
    }
  }
  Serve(served, Previous::kEnd);
  return served;
}

void SerialPublisher::Serve(Served next, Previous previous) {
  const std::unique_lock<std::shared_mutex> lock(served_);
  if (previous == Previous::kEnd) {
    previous_ = nullptr;
  } else if (next->header.content_hash != current_->header.content_hash) {
    previous_ = current_;
    previous_until_ = options_.clock() + kPreviousServed;
  }
  headers_.emplace(next->header.version, next->signed_catalogue.header);
  current_ = std::move(next);
}

absl::StatusOr<uint64_t> SerialPublisher::Switch(const v1::CatalogueContent& next, Previous previous) {
  const std::string bytes = next.SerializeAsString();
  RETURN_IF_ERROR(CheckedContent::Parse(bytes).status());  // nothing is signed that clients could not read
  ASSIGN_OR_RETURN(crypto::SignedCatalogue signed_catalogue, options_.signer->Sign(bytes));
  ASSIGN_OR_RETURN(Served served, MakeServed(std::move(signed_catalogue)));
  const uint64_t version = served->header.version;
  Serve(std::move(served), previous);
  return version;
}

absl::StatusOr<BegunUpload> SerialPublisher::BeginUpload(BytesView manifest, BytesView signature,
                                                         std::string_view details) {
  if (options_.datasets == nullptr) return NoRecords();
  const Served current = Current();
  RETURN_IF_ERROR(CheckNewDataset(current->content, manifest, signature, details).status());
  const std::string file = crypto::EncodeDatasetHead(manifest, *ToArray<64>(signature), details);
  ASSIGN_OR_RETURN(const crypto::DatasetHead head, crypto::DecodeDatasetHead(AsBytes(file)));
  BegunUpload begun;
  ASSIGN_OR_RETURN(begun.state, options_.datasets->BeginUpload(head));
  begun.published = current->content.FindDataset(head.manifest.dataset_id) != nullptr;
  return begun;
}

absl::StatusOr<uint64_t> SerialPublisher::Publish(const crypto::DatasetId& id,
                                                  const std::optional<crypto::DatasetId>& replaces) {
  if (options_.datasets == nullptr) return NoRecords();
  const std::lock_guard<std::mutex> change(change_);
  ASSIGN_OR_RETURN(const Served current, CatchUp());
  const bool replaces_listed = replaces && *replaces != id && current->content.FindDataset(*replaces) != nullptr;
  if (current->content.FindDataset(id) != nullptr && !replaces_listed) return current->header.version;

  ASSIGN_OR_RETURN(const crypto::DatasetHead head, options_.datasets->Head(id));
  ASSIGN_OR_RETURN(const v1::CatalogueContent next, WithDataset(current->content, head, replaces));
  RETURN_IF_ERROR(options_.datasets->Install(id));
  ASSIGN_OR_RETURN(const uint64_t version, Switch(next, Previous::kKeep));
  options_.datasets->AbortUpload(id).IgnoreError();  // no longer needed; what fails is repeated at the next start
  leaving_.erase(id);
  if (replaces_listed) leaving_[*replaces] = options_.clock() + kPreviousServed;
  return version;
}

absl::StatusOr<uint64_t> SerialPublisher::Retract(const crypto::DatasetId& id) {
  if (options_.datasets == nullptr) return NoRecords();
  const std::lock_guard<std::mutex> change(change_);
  ASSIGN_OR_RETURN(const Served current, CatchUp());
  uint64_t version = current->header.version;
  if (leaving_.contains(id)) {
    Serve(current, Previous::kEnd);  // replaced, but served until now
  } else {
    ASSIGN_OR_RETURN(const v1::CatalogueContent next, WithoutDataset(current->content, id));
    ASSIGN_OR_RETURN(version, Switch(next, Previous::kEnd));
  }
  leaving_[id] = 0;
  RETURN_IF_ERROR(RemoveLeaving(id));
  return version;
}

absl::Status SerialPublisher::RemoveLeaving(const crypto::DatasetId& id) {
  const absl::Status status = options_.datasets->Remove(id);
  if (status.ok()) {
    leaving_.erase(id);
    return status;
  }
  return Error(ReasonOf(status).value_or(Reason::kStorageFailed),
               absl::StrCat("The dataset is no longer served, but its bytes could not be removed yet; that is tried "
                            "again every minute. ",
                            status.message()));
}

absl::StatusOr<uint64_t> SerialPublisher::PublishNotice(const v1::Notice& notice) {
  const std::lock_guard<std::mutex> change(change_);
  ASSIGN_OR_RETURN(const Served current, CatchUp());
  ASSIGN_OR_RETURN(const v1::CatalogueContent next, WithNotice(current->content, notice));
  return Switch(next, Previous::kKeep);
}

absl::StatusOr<uint64_t> SerialPublisher::UpdateNotice(const v1::Notice& notice) {
  const std::lock_guard<std::mutex> change(change_);
  ASSIGN_OR_RETURN(const Served current, CatchUp());
  ASSIGN_OR_RETURN(const v1::CatalogueContent next, WithEditedNotice(current->content, notice));
  return Switch(next, Previous::kKeep);
}

absl::Status SerialPublisher::Tick() {
  const std::lock_guard<std::mutex> change(change_);
  // Both are tried: removing makes the room that signing may lack.
  const absl::Status removed = RemoveDue();
  const absl::Status reissued = Reissue();
  return reissued.ok() ? removed : reissued;
}

absl::Status SerialPublisher::RemoveDue() {
  const uint64_t now = options_.clock();
  std::vector<crypto::DatasetId> due;
  for (const auto& [id, when] : leaving_) {
    if (when <= now) due.push_back(id);
  }
  for (const crypto::DatasetId& id : due) RETURN_IF_ERROR(RemoveLeaving(id));
  return absl::OkStatus();
}

absl::Status SerialPublisher::Reissue() {
  ASSIGN_OR_RETURN(const Served current, CatchUp());
  ASSIGN_OR_RETURN(crypto::SignedCatalogue signed_catalogue, options_.signer->Sign(current->signed_catalogue.content));
  if (signed_catalogue.header == current->signed_catalogue.header) return absl::OkStatus();
  ASSIGN_OR_RETURN(Served served, MakeServed(std::move(signed_catalogue)));
  Serve(std::move(served), Previous::kKeep);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Publisher>> Publisher::Create(const PublisherOptions& options,
                                                             const v1::CatalogueContent& configured) {
  auto publisher = std::make_unique<SerialPublisher>(options);
  RETURN_IF_ERROR(publisher->Start(configured));
  return publisher;
}

}  // namespace exposure::storage
