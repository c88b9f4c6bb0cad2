#include "storage/catalogue_store.h"

#include <rocksdb/db.h>

#include <filesystem>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
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

bool IsHeaderKey(const rocksdb::Iterator& at) { return at.Valid() && at.key().starts_with("h"); }

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

// RocksDB takes a damaged end of its log or manifest for one that a crash tore, and goes back to what was before: the
// signer would sign a version a second time. So the newest version is also told by a small file beside it, written
// after the database: u64 version || H(header).
class Watermark {
 public:
  explicit Watermark(std::string path) : path_(std::move(path)) {}

  absl::Status Write(const StoredCatalogue& newest) const { return WriteFileAtomically(path_, Encode(newest), 0600); }

  // Returns CORRUPT_RECORDS if the database is behind it.
  absl::Status Check(const std::optional<StoredCatalogue>& newest) const {
    if (!std::filesystem::exists(path_)) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::string mark, ReadFile(path_, 100));
    if (!newest || mark.size() != Encode(*newest).size()) return Damaged();
    const uint64_t version = LoadBigEndian<uint64_t>(AsBytes(mark).data());
    return version < newest->version || mark == Encode(*newest) ? absl::OkStatus() : Damaged();
  }

 private:
  static std::string Encode(const StoredCatalogue& newest) {
    std::string out;
    AppendBigEndian(newest.version, out);
    return out + ToString(crypto::HeaderHash(AsBytes(newest.header)));
  }

  const std::string path_;
};

class RocksCatalogueStore : public CatalogueStore {
 public:
  RocksCatalogueStore(std::unique_ptr<Rocks> rocks, const std::string& directory)
      : rocks_(std::move(rocks)), watermark_(directory + "/watermark") {}

  absl::Status Load() {
    ASSIGN_OR_RETURN(const Rocks::Use use, rocks_->Begin());
    std::string value;
    const rocksdb::Status status = use.db().Get(kUncached, ToSlice(kNewestKey), &value);
    if (!status.IsNotFound()) {
      RETURN_IF_ERROR(ReadError(status));
      ASSIGN_OR_RETURN(newest_, DecodeNewest(value));
    }
    return watermark_.Check(newest_);
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
    std::vector<std::string> headers;
    if (after == newest) return headers;
    ASSIGN_OR_RETURN(const Rocks::Use use, rocks_->Begin());
    const std::unique_ptr<rocksdb::Iterator> at(use.db().NewIterator(kUncached));
    for (at->Seek(HeaderKey(after + 1)); IsHeaderKey(*at) && headers.size() < most; at->Next()) {
      headers.push_back(at->value().ToString());
    }
    RETURN_IF_ERROR(ReadError(at->status()));
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
    return Put(next, {});
  }

  absl::Status Adopt(const StoredCatalogue& newest, const Headers& before) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return Put(newest, before);
  }

 private:
  absl::Status Put(const StoredCatalogue& next, const Headers& before) {
    rocksdb::WriteBatch batch;
    for (const auto& [version, header] : before) batch.Put(HeaderKey(version), header);
    batch.Put(HeaderKey(next.version), next.header);
    batch.Put(ToSlice(kNewestKey), absl::StrCat(next.header, next.signature, next.content));
    RETURN_IF_ERROR(rocks_->Write(batch));
    newest_ = next;
    // It is stored and counts. A watermark that cannot be written, on a full disk, is behind until the next one is.
    watermark_.Write(next).IgnoreError();
    return absl::OkStatus();
  }

  const std::unique_ptr<Rocks> rocks_;
  const Watermark watermark_;
  std::mutex mutex_;  // guards newest_
  std::optional<StoredCatalogue> newest_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<CatalogueStore>> CatalogueStore::Open(const std::string& directory, rocksdb::Env* env) {
  ASSIGN_OR_RETURN(std::unique_ptr<Rocks> rocks, Rocks::Open(directory, {{"default"}}, env));
  auto store = std::make_unique<RocksCatalogueStore>(std::move(rocks), directory);
  RETURN_IF_ERROR(store->Load());
  return store;
}

}  // namespace exposure::storage
