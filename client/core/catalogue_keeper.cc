#include "client/core/catalogue_keeper.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/words.h"
#include "exposure/v1/catalogue_service.pb.h"

namespace exposure {
namespace {

using crypto::TrustState;
using SharedCatalogue = std::shared_ptr<const VerifiedCatalogue>;

// What is remembered is the newest catalogue itself, as a GetCatalogueResponse: what the next one must follow from is
// in its header and delegation.
std::string Remember(const crypto::SignedCatalogue& catalogue) {
  v1::GetCatalogueResponse message;
  message.set_header(catalogue.header);
  message.set_signature(catalogue.signature);
  message.set_content(catalogue.content);
  message.set_delegation(catalogue.delegation);
  message.set_delegation_signature(catalogue.delegation_signature);
  return message.SerializeAsString();
}

TrustState TrustIn(const SharedCatalogue& catalogue) {
  if (catalogue == nullptr) return {};
  return {catalogue->header.version, crypto::HeaderHash(AsBytes(catalogue->bytes.header)),
          catalogue->delegation.serial};
}

// Where this computer's clock may be what is wrong, says what it shows.
absl::Status CheckTimeNow(const VerifiedCatalogue& catalogue, uint64_t now) {
  const absl::Status status = crypto::CheckTime(catalogue.header, catalogue.delegation, now);
  const std::optional<Reason> reason = ReasonOf(status);
  if (reason == Reason::kCatalogueExpired) {
    return Error(
        *reason,
        absl::StrCat("The catalogue expired on ", FormatTime(catalogue.header.expires, Language::kEnglish),
                     ", or this computer's clock is ahead: it says ", FormatTime(now, Language::kEnglish), "."));
  }
  if (reason == Reason::kClockBehind) {
    return Error(
        *reason,
        absl::StrCat("The catalogue was issued on ", FormatTime(catalogue.header.issued, Language::kEnglish),
                     ", so this computer's clock is behind: it says ", FormatTime(now, Language::kEnglish), "."));
  }
  return status;
}

// Holds other processes off the file while it is compared and replaced.
class FileLock {
 public:
  explicit FileLock(const std::string& path) : fd_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (fd_ >= 0) flock(fd_, LOCK_EX);
  }
  ~FileLock() {
    if (fd_ >= 0) close(fd_);
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  const int fd_;
};

class Keeper final : public CatalogueKeeper {
 public:
  Keeper(Transport* transport, CatalogueKeeperOptions options) : transport_(transport), options_(std::move(options)) {
    if (!options_.clock) options_.clock = SystemClock();
    if (options_.state_directory.empty()) return;
    const std::string id = ToHex(BytesView(crypto::DeriveKeyId(options_.root)).first(16));
    path_ = absl::StrCat(options_.state_directory, "/catalogue-", id);
  }

  absl::Status Open() {
    if (path_.empty()) return absl::OkStatus();
    std::error_code error;
    if (std::filesystem::create_directories(options_.state_directory, error)) {
      std::filesystem::permissions(options_.state_directory, std::filesystem::perms::owner_all, error);
    }
    if (error) {
      return Error(Reason::kFileError, absl::StrCat(options_.state_directory, ": cannot make it: ", error.message()));
    }
    ASSIGN_OR_RETURN(newest_, Load());
    return absl::OkStatus();
  }

  absl::StatusOr<SharedCatalogue> Refresh() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return RefreshLocked();
  }

  absl::StatusOr<SharedCatalogue> Current() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (fetched_ && CheckTimeNow(*newest_, options_.clock()).ok()) return newest_;
    return RefreshLocked();
  }

  absl::StatusOr<SharedCatalogue> Remembered() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (newest_ == nullptr) return absl::UnavailableError("No catalogue is remembered here.");
    if (CheckTimeNow(*newest_, options_.clock()) != newest_->usable) {  // time has passed since
      ASSIGN_OR_RETURN(newest_, Verify(newest_->bytes));
    }
    return newest_;
  }

 private:
  absl::StatusOr<SharedCatalogue> Verify(crypto::SignedCatalogue bytes) const {
    ASSIGN_OR_RETURN(VerifiedCatalogue catalogue, VerifyCatalogue(std::move(bytes), options_.root, options_.clock()));
    return std::make_shared<const VerifiedCatalogue>(std::move(catalogue));
  }

  // Null where nothing is remembered.
  absl::StatusOr<SharedCatalogue> Load() const {
    if (!std::filesystem::exists(path_)) return SharedCatalogue();
    ASSIGN_OR_RETURN(const std::string file, ReadFile(path_));
    v1::GetCatalogueResponse message;
    if (message.ParseFromString(file)) {
      absl::StatusOr<SharedCatalogue> catalogue = Verify({message.header(), message.signature(), message.content(),
                                                          message.delegation(), message.delegation_signature()});
      if (catalogue.ok()) return catalogue;
    }
    return Error(Reason::kFileError,
                 absl::StrCat(path_, ": is damaged. It guards against being given an older catalogue.\n  Fix: rm ",
                              path_, ", if you know why it is damaged."));
  }

  absl::StatusOr<SharedCatalogue> RefreshLocked() {
    RETURN_IF_ERROR(AdoptFile());
    ASSIGN_OR_RETURN(crypto::SignedCatalogue bytes, transport_->GetCatalogue());
    ASSIGN_OR_RETURN(SharedCatalogue catalogue, Verify(std::move(bytes)));
    const TrustState known = TrustIn(newest_);
    ASSIGN_OR_RETURN(const std::vector<std::string> headers, HeadersBetween(known.version, *catalogue));
    RETURN_IF_ERROR(
        crypto::CheckChain(known, headers, AsBytes(catalogue->bytes.header), catalogue->delegation).status());
    RETURN_IF_ERROR(Save(*catalogue));
    newest_ = std::move(catalogue);
    fetched_ = true;
    return newest_;
  }

  // Another process may have seen a newer one meanwhile.
  absl::Status AdoptFile() {
    if (path_.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(SharedCatalogue remembered, Load());
    if (TrustIn(remembered).version > TrustIn(newest_).version) newest_ = std::move(remembered);
    return absl::OkStatus();
  }

  // Those after `known` up to and including the newest, which need not be asked for.
  absl::StatusOr<std::vector<std::string>> HeadersBetween(uint64_t known, const VerifiedCatalogue& newest) {
    std::vector<std::string> headers;
    if (known == 0 || newest.header.version <= known) return headers;
    const uint64_t wanted = newest.header.version - known;
    while (headers.size() + 1 < wanted) {
      ASSIGN_OR_RETURN(const std::vector<std::string> page, transport_->GetCatalogueHeaders(known + headers.size()));
      if (page.empty()) {
        return Error(Reason::kCatalogueForked, "The service does not give the headers that lead to its catalogue.");
      }
      const size_t take = std::min<uint64_t>(page.size(), wanted - 1 - headers.size());
      headers.insert(headers.end(), page.begin(), page.begin() + static_cast<ptrdiff_t>(take));
    }
    headers.push_back(newest.bytes.header);
    return headers;
  }

  absl::Status Save(const VerifiedCatalogue& catalogue) const {
    if (path_.empty()) return absl::OkStatus();
    const FileLock lock(path_ + ".lock");
    ASSIGN_OR_RETURN(const SharedCatalogue remembered, Load());
    if (remembered != nullptr) {
      if (remembered->header.version > catalogue.header.version) return absl::OkStatus();
      if (remembered->header.version == catalogue.header.version &&
          remembered->bytes.header != catalogue.bytes.header) {
        return Error(Reason::kCatalogueForked,
                     "Another program on this computer saw another catalogue of this version.");
      }
      if (Remember(remembered->bytes) == Remember(catalogue.bytes)) return absl::OkStatus();
    }
    return WriteFileAtomically(path_, Remember(catalogue.bytes), 0600);
  }

  Transport* const transport_;
  CatalogueKeeperOptions options_;
  std::string path_;  // empty: nothing is remembered
  std::mutex mutex_;
  SharedCatalogue newest_;  // guarded by mutex_; may be null
  bool fetched_ = false;    // newest_ was fetched in this run
};

}  // namespace

Clock SystemClock() {
  return [] {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(since).count());
  };
}

absl::StatusOr<std::unique_ptr<CatalogueKeeper>> CatalogueKeeper::Create(Transport* transport,
                                                                         CatalogueKeeperOptions options) {
  auto keeper = std::make_unique<Keeper>(transport, std::move(options));
  RETURN_IF_ERROR(keeper->Open());
  return keeper;
}

absl::StatusOr<VerifiedCatalogue> VerifyCatalogue(crypto::SignedCatalogue bytes, const crypto::PublicKey& root,
                                                  uint64_t now) {
  ASSIGN_OR_RETURN(const crypto::CatalogueHeader header, crypto::CheckSignatures(bytes, root));
  ASSIGN_OR_RETURN(const crypto::Delegation delegation, crypto::DecodeDelegation(AsBytes(bytes.delegation)));
  ASSIGN_OR_RETURN(CheckedContent content, CheckedContent::Parse(bytes.content));
  VerifiedCatalogue catalogue = {std::move(bytes), header, delegation, std::move(content), absl::OkStatus()};
  catalogue.usable = CheckTimeNow(catalogue, now);
  return catalogue;
}

}  // namespace exposure
