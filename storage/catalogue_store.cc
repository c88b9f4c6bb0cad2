#include "storage/catalogue_store.h"

#include <rocksdb/db.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/bodies.h"
#include "storage/rocks.h"

namespace exposure::storage {
namespace {

// docs/storage.md: "newest" → header || signature || content; 'h' || u64 version → header.
constexpr std::string_view kNewestKey = "newest";
constexpr size_t kSignatureSize = sizeof(crypto::Signature);

std::string HeaderKey(uint64_t version) {
  std::string key = "h";
  AppendBigEndian(version, key);
  return key;
}

absl::Status Damaged() {
  return Error(Reason::kCorruptRecords, "The signer's stored catalogue is damaged. Restore it from a backup.");
}

absl::StatusOr<StoredCatalogue> DecodeNewest(const std::string& value) {
  if (value.size() < crypto::kHeaderSize + kSignatureSize) return Damaged();
  StoredCatalogue stored;
  stored.header = value.substr(0, crypto::kHeaderSize);
  stored.signature = value.substr(crypto::kHeaderSize, kSignatureSize);
  stored.content = value.substr(crypto::kHeaderSize + kSignatureSize);
  const auto header = crypto::DecodeHeader(AsBytes(stored.header));
  if (!header.ok() || header->content_hash != crypto::ContentHash(AsBytes(stored.content))) return Damaged();
  stored.version = header->version;
  return stored;
}

class RocksCatalogueStore : public CatalogueStore {
 public:
  explicit RocksCatalogueStore(std::unique_ptr<Rocks> rocks) : rocks_(std::move(rocks)) {}

  absl::Status Load() {
    std::string value;
    const rocksdb::Status status = rocks_->db().Get(kUncached, ToSlice(kNewestKey), &value);
    if (status.IsNotFound()) return absl::OkStatus();
    RETURN_IF_ERROR(ReadError(status));
    ASSIGN_OR_RETURN(newest_, DecodeNewest(value));
    return absl::OkStatus();
  }

  absl::StatusOr<std::optional<StoredCatalogue>> Newest() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return newest_;
  }

  absl::StatusOr<std::vector<std::string>> HeadersAfter(uint64_t after, size_t most) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    const uint64_t newest = newest_ ? newest_->version : 0;
    if (after > newest) {
      return Error(Reason::kUnknownVersion,
                   absl::StrCat("There is no catalogue of that version yet; the newest is ", newest, "."));
    }
    std::vector<std::string> headers(std::min<uint64_t>(most, newest - after));
    for (size_t i = 0; i < headers.size(); ++i) {
      RETURN_IF_ERROR(ReadError(rocks_->db().Get(kUncached, HeaderKey(after + 1 + i), &headers[i])));
    }
    return headers;
  }

  absl::Status Append(const StoredCatalogue& next) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    const uint64_t newest = newest_ ? newest_->version : 0;
    const auto header = crypto::DecodeHeader(AsBytes(next.header));
    if (!header.ok() || header->version != next.version || next.version != newest + 1 ||
        next.signature.size() != kSignatureSize) {
      return Error(Reason::kStorageFailed,
                   absl::StrCat("The signer tried to store a catalogue that does not follow version ", newest, "."));
    }
    rocksdb::WriteBatch batch;
    batch.Put(HeaderKey(next.version), next.header);
    batch.Put(ToSlice(kNewestKey), absl::StrCat(next.header, next.signature, next.content));
    RETURN_IF_ERROR(rocks_->Write(batch));
    newest_ = next;
    return absl::OkStatus();
  }

 private:
  const std::unique_ptr<Rocks> rocks_;
  std::mutex mutex_;  // guards newest_
  std::optional<StoredCatalogue> newest_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<CatalogueStore>> CatalogueStore::Open(const std::string& directory, rocksdb::Env* env) {
  ASSIGN_OR_RETURN(std::unique_ptr<Rocks> rocks, Rocks::Open(directory, {{"default"}}, env));
  auto store = std::make_unique<RocksCatalogueStore>(std::move(rocks));
  RETURN_IF_ERROR(store->Load());
  return store;
}

}  // namespace exposure::storage
