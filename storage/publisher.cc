#include "storage/publisher.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "storage/content_changes.h"
#include "storage/removals.h"

namespace exposure::storage {
namespace {

// What `next` does not list of `content`: datasets of epochs that are retired or gone.
std::vector<crypto::Receipt> Dropped(const v1::CatalogueContent& content, const CheckedContent& next) {
  std::vector<crypto::Receipt> removals;
  for (const v1::Dataset& dataset : content.datasets()) {
    const auto manifest = crypto::DecodeManifest(AsBytes(dataset.manifest()));
    if (!manifest.ok() || next.FindDataset(manifest->dataset_id) != nullptr) continue;
    removals.push_back(RemovalOf(*manifest, crypto::RemovalCause::kEpochRetired));
  }
  return removals;
}

absl::Status NoRecords() {
  return Error(Reason::kStorageFailed, "This process holds no records. Ask the one that does.");
}

class SerialPublisher : public Publisher {
 public:
  explicit SerialPublisher(const PublisherOptions& options)
      : options_(options),
        removals_(options.datasets, options.receipts, options.signer, options.clock),
        served_(options.clock) {}

  absl::Status Start(const v1::CatalogueContent& configured);

  Served Current() const override { return served_.Current(); }
  absl::StatusOr<Served> ByContentHash(BytesView content_hash) const override {
    return served_.ByContentHash(content_hash);
  }
  absl::StatusOr<std::vector<std::string>> HeadersAfter(uint64_t after, size_t most) override {
    return served_.HeadersAfter(after, most);
  }
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
  absl::StatusOr<uint64_t> Publish(const crypto::DatasetId& id, const std::optional<crypto::DatasetId>& replaces,
                                   const KeepingDates& dates) override;
  absl::StatusOr<SignedReceipt> Retract(const crypto::DatasetId& id) override;
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
  // Removes what no catalogue lists and nobody announced. A full disk keeps nothing from being served; the next start
  // removes.
  absl::Status RemoveUnlisted();
  // The catalogue from which the next change is made: the signer's newest, also where its answer was lost, or it was
  // given a newer one after a restore. On an error what was served still is.
  absl::StatusOr<Served> CatchUp();

  // Signs `next` and serves it. On an error what was served still is. Returns the version.
  absl::StatusOr<uint64_t> Switch(const v1::CatalogueContent& next, Previous previous);
  absl::StatusOr<uint64_t> ChangeDates(const CheckedDataset& dataset, const KeepingDates& dates);
  // Takes datasets out of the catalogue; nothing of them is served any more.
  absl::Status TakeOut(const std::vector<crypto::Receipt>& removals);
  absl::Status TakeOutEnded();
  absl::Status FinishDue() { return removals_.FinishDue(Current()->header.version, options_.removed); }
  void Warn();
  absl::Status Reissue();

  const PublisherOptions options_;
  // The signer was restored when this started: what it lists is old, and nothing is removed by it.
  bool behind_ = false;
  std::mutex change_;  // one change at a time; guards what follows
  Removals removals_;
  uint64_t warned_on_ = 0;  // day since 1970

  ServedCatalogues served_;  // changed only while changing
};

absl::Status SerialPublisher::Start(const v1::CatalogueContent& configured) {
  ASSIGN_OR_RETURN(const std::optional<crypto::SignedCatalogue> newest, options_.signer->Newest());
  v1::CatalogueContent before;
  if (newest && !before.ParseFromString(newest->content)) {
    return Error(Reason::kCorruptRecords, "The newest signed catalogue does not parse. Restore it from a backup.");
  }
  const std::string unchanged = before.SerializeAsString();
  ASSIGN_OR_RETURN(before, WithoutMissing(std::move(before)));
  RETURN_IF_ERROR(CheckRulesStay(before, configured));
  const v1::CatalogueContent next = WithConfiguration(before, configured, DateText(options_.clock()));
  std::string bytes = next.SerializeAsString();
  if (newest && bytes == unchanged) bytes = newest->content;  // verbatim: the same version

  ASSIGN_OR_RETURN(const CheckedContent checked, CheckedContent::Parse(bytes));
  RETURN_IF_ERROR(CheckInstalled(checked));
  RETURN_IF_ERROR(removals_.Announce(Dropped(before, checked)));
  ASSIGN_OR_RETURN(crypto::SignedCatalogue signed_catalogue, SignFirst(newest, bytes));
  ASSIGN_OR_RETURN(Served served, MakeServed(std::move(signed_catalogue)));
  RETURN_IF_ERROR(served_.LearnHeaders(*options_.signer));
  served_.Serve(std::move(served), Previous::kEnd);
  if (behind_) return absl::OkStatus();
  RETURN_IF_ERROR(removals_.Resume(Listed()));
  TakeOutEnded().IgnoreError();  // Tick repeats it
  if (options_.datasets == nullptr) return absl::OkStatus();
  for (const crypto::DatasetId& id : Listed()) options_.datasets->AbortUpload(id).IgnoreError();
  return RemoveUnlisted();
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
  ASSIGN_OR_RETURN(const CheckedContent checked, CheckedContent::Parse(content.SerializeAsString()));
  std::set<crypto::DatasetId> missing;
  for (const CheckedDataset& each : checked.datasets()) {
    if (!options_.datasets->IsInstalled(each.manifest.dataset_id)) missing.insert(each.manifest.dataset_id);
  }
  if (missing.empty()) return content;
  return WithoutDatasets(checked, missing, DateText(options_.clock()));
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

absl::StatusOr<std::string> SerialPublisher::ForceOf(const crypto::DatasetId& id) {
  const Served current = Current();
  if (const CheckedDataset* dataset = current->content.FindDataset(id)) return dataset->details.mapping().force();
  if (options_.datasets == nullptr) return NoRecords();
  ASSIGN_OR_RETURN(const crypto::DatasetHead head, options_.datasets->Head(id));
  v1::DatasetDetails details;  // checked when the upload began
  if (!details.ParseFromString(head.details)) return Error(Reason::kCorruptRecords, "An upload's details are damaged.");
  return details.mapping().force();
}

absl::Status SerialPublisher::RemoveUnlisted() {
  if (options_.datasets == nullptr) return absl::OkStatus();
  const absl::Status removed = options_.datasets->RemoveAllBut(Listed());
  return ReasonOf(removed) == Reason::kDiskFull ? absl::OkStatus() : removed;
}

absl::StatusOr<Served> SerialPublisher::CatchUp() {
  Served current = Current();
  RETURN_IF_ERROR(served_.LearnHeaders(*options_.signer));
  if (served_.NewestVersion() == current->header.version) return current;
  ASSIGN_OR_RETURN(std::optional<crypto::SignedCatalogue> newest, options_.signer->Newest());
  if (!newest) return Error(Reason::kSignerBehind, "The signer has lost what it signed.");
  ASSIGN_OR_RETURN(Served served, MakeServed(*std::move(newest)));
  RETURN_IF_ERROR(CheckInstalled(served->content));
  served_.Serve(served, Previous::kEnd);
  RETURN_IF_ERROR(removals_.Resume(Listed()));
  RETURN_IF_ERROR(RemoveUnlisted());
  return served;
}

absl::StatusOr<uint64_t> SerialPublisher::Switch(const v1::CatalogueContent& next, Previous previous) {
  const std::string bytes = next.SerializeAsString();
  RETURN_IF_ERROR(CheckedContent::Parse(bytes).status());  // nothing is signed that clients could not read
  ASSIGN_OR_RETURN(crypto::SignedCatalogue signed_catalogue, options_.signer->Sign(bytes));
  ASSIGN_OR_RETURN(Served served, MakeServed(std::move(signed_catalogue)));
  const uint64_t version = served->header.version;
  served_.Serve(std::move(served), previous);
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
                                                  const std::optional<crypto::DatasetId>& replaces,
                                                  const KeepingDates& asked) {
  if (options_.datasets == nullptr) return NoRecords();
  const std::lock_guard<std::mutex> change(change_);
  ASSIGN_OR_RETURN(const Served current, CatchUp());
  const CheckedDataset* listed = current->content.FindDataset(id);
  const CheckedDataset* replaced = replaces && *replaces != id ? current->content.FindDataset(*replaces) : nullptr;
  if (listed != nullptr && replaced == nullptr) return ChangeDates(*listed, asked);

  const uint64_t now = options_.clock();
  ASSIGN_OR_RETURN(const KeepingDates dates, DatesOfNew(asked, options_.retention, now));
  ASSIGN_OR_RETURN(const crypto::DatasetHead head, options_.datasets->Head(id));
  ASSIGN_OR_RETURN(const v1::CatalogueContent next, WithDataset(current->content, head, replaces, dates));
  RETURN_IF_ERROR(options_.datasets->Install(id));
  std::vector<crypto::Receipt> removals;
  if (replaced != nullptr) removals.push_back(RemovalOf(replaced->manifest, crypto::RemovalCause::kReplaced));
  RETURN_IF_ERROR(removals_.Announce(removals));
  ASSIGN_OR_RETURN(const uint64_t version, Switch(next, Previous::kKeep));
  options_.datasets->AbortUpload(id).IgnoreError();  // no longer needed; what fails is repeated at the next start
  removals_.Stay(id);
  removals_.Leave(removals, now + kPreviousServed);
  return version;
}

absl::StatusOr<uint64_t> SerialPublisher::ChangeDates(const CheckedDataset& dataset, const KeepingDates& asked) {
  const Served current = Current();
  if (asked == KeepingDates{}) return current->header.version;
  ASSIGN_OR_RETURN(const KeepingDates dates,
                   DatesOfPublished(asked, *dataset.message, options_.retention, options_.clock()));
  ASSIGN_OR_RETURN(const v1::CatalogueContent next, WithDates(current->content, dataset.manifest.dataset_id, dates));
  return Switch(next, Previous::kKeep);
}

absl::StatusOr<SignedReceipt> SerialPublisher::Retract(const crypto::DatasetId& id) {
  if (options_.datasets == nullptr) return NoRecords();
  const std::lock_guard<std::mutex> change(change_);
  ASSIGN_OR_RETURN(const Served current, CatchUp());
  if (const CheckedDataset* dataset = current->content.FindDataset(id); dataset != nullptr) {
    RETURN_IF_ERROR(TakeOut({RemovalOf(dataset->manifest, crypto::RemovalCause::kRetracted)}));
  } else if (removals_.IsLeaving(id)) {
    served_.Serve(current, Previous::kEnd);  // replaced, but served until now
  } else {
    return removals_.Find(id);
  }
  return removals_.Finish(id, Current()->header.version);
}

absl::Status SerialPublisher::TakeOut(const std::vector<crypto::Receipt>& removals) {
  if (removals.empty()) return absl::OkStatus();
  std::set<crypto::DatasetId> ids;
  for (const crypto::Receipt& removal : removals) ids.insert(removal.dataset_id);
  ASSIGN_OR_RETURN(const v1::CatalogueContent next,
                   WithoutDatasets(Current()->content, ids, DateText(options_.clock())));
  RETURN_IF_ERROR(removals_.Announce(removals));
  RETURN_IF_ERROR(Switch(next, Previous::kEnd).status());
  removals_.Leave(removals, 0);
  return absl::OkStatus();
}

absl::Status SerialPublisher::TakeOutEnded() {
  ASSIGN_OR_RETURN(const Served current, CatchUp());
  std::vector<crypto::Receipt> removals;
  for (const CheckedDataset* dataset : Ended(current->content, options_.clock())) {
    removals.push_back(RemovalOf(dataset->manifest, crypto::RemovalCause::kEnded));
  }
  return TakeOut(removals);
}

void SerialPublisher::Warn() {
  const uint64_t now = options_.clock();
  if (!options_.warn || warned_on_ == now / kDay) return;
  warned_on_ = now / kDay;
  for (const std::string& line : RetentionWarnings(Current()->content, now)) options_.warn(line);
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
  // All are tried: removing makes the room that signing may lack.
  absl::Status status = TakeOutEnded();
  status.Update(FinishDue());
  status.Update(Reissue());
  Warn();
  return status;
}

absl::Status SerialPublisher::Reissue() {
  ASSIGN_OR_RETURN(const Served current, CatchUp());
  ASSIGN_OR_RETURN(crypto::SignedCatalogue signed_catalogue, options_.signer->Sign(current->signed_catalogue.content));
  if (signed_catalogue.header == current->signed_catalogue.header) return absl::OkStatus();
  ASSIGN_OR_RETURN(Served served, MakeServed(std::move(signed_catalogue)));
  served_.Serve(std::move(served), Previous::kKeep);
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
