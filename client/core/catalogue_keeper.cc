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
#include "base/file_descriptor.h"
#include "base/status_macros.h"
#include "client/words.h"
#include "proto/rules/catalogue_message.h"

namespace exposure {
namespace {

using crypto::TrustState;
using SharedCatalogue = std::shared_ptr<const VerifiedCatalogue>;

// What is remembered is the newest catalogue itself, as a GetCatalogueResponse: what the next one must follow from is
// in its header, its delegation and the root changes that led to it.
std::string Remember(crypto::SignedCatalogue bytes, const crypto::RootPath& roots) {
  bytes.root_changes = roots.changes;
  bytes.root_key = ToString(roots.pinned);
  return ToMessage(bytes).SerializeAsString();
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

bool IsNewer(const TrustState& a, const TrustState& b) {
  return a.version != b.version ? a.version > b.version : a.delegation_serial > b.delegation_serial;
}

absl::StatusOr<VerifiedCatalogue> Verify(crypto::SignedCatalogue bytes, crypto::RootPath roots, uint64_t now) {
  ASSIGN_OR_RETURN(const crypto::CatalogueHeader header, crypto::CheckSignatures(bytes, roots.root));
  ASSIGN_OR_RETURN(const crypto::Delegation delegation, crypto::DecodeDelegation(AsBytes(bytes.delegation)));
  ASSIGN_OR_RETURN(CheckedContent content, CheckedContent::Parse(bytes.content));
  VerifiedCatalogue catalogue = {std::move(bytes), std::move(roots),   header,
                                 delegation,       std::move(content), absl::OkStatus()};
  catalogue.usable = CheckTimeNow(catalogue, now);
  return catalogue;
}

absl::StatusOr<SharedCatalogue> Share(absl::StatusOr<VerifiedCatalogue> catalogue) {
  if (!catalogue.ok()) return catalogue.status();
  return std::make_shared<const VerifiedCatalogue>(*std::move(catalogue));
}

// Holds other processes off the file while it is compared and replaced.
class FileLock {
 public:
  explicit FileLock(const std::string& path) : fd_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (fd_.get() >= 0) flock(fd_.get(), LOCK_EX);
  }

 private:
  const FileDescriptor fd_;
};

class Keeper final : public CatalogueKeeper {
 public:
  Keeper(Transport* transport, CatalogueKeeperOptions options)
      : transport_(transport), options_(std::move(options)), remembers_(!options_.state_directory.empty()) {
    if (!options_.clock) options_.clock = SystemClock();
  }

  absl::Status Open() {
    if (!remembers_) return absl::OkStatus();
    std::error_code error;
    if (std::filesystem::create_directories(options_.state_directory, error)) {
      std::filesystem::permissions(options_.state_directory, std::filesystem::perms::owner_all, error);
    }
    if (error) {
      return Error(Reason::kFileError, absl::StrCat(options_.state_directory, ": cannot make it: ", error.message()));
    }
    ASSIGN_OR_RETURN(newest_, Load(options_.root));
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
      ASSIGN_OR_RETURN(newest_, Share(Verify(newest_->bytes, newest_->roots, options_.clock())));
    }
    return newest_;
  }

 private:
  std::string StatePath(const crypto::RootPin& pin) const {
    return absl::StrCat(options_.state_directory, "/catalogue-", ToHex(BytesView(pin.fingerprint).first(16)));
  }

  // From what was remembered under a pinned root. Its root changes had begun when it was believed.
  absl::StatusOr<SharedCatalogue> VerifyRemembered(crypto::SignedCatalogue bytes, const crypto::RootPin& pin) const {
    ASSIGN_OR_RETURN(crypto::RootPath roots, crypto::FindRoot(bytes, pin, UINT64_MAX));
    return Share(Verify(std::move(bytes), std::move(roots), options_.clock()));
  }

  // From the service: starts at the root that was believed last, not at the one that is pinned.
  absl::StatusOr<SharedCatalogue> VerifyFetched(crypto::SignedCatalogue bytes) const {
    const uint64_t now = options_.clock();
    const crypto::RootPin pin = newest_ == nullptr ? options_.root : crypto::RootPin(newest_->roots.root);
    ASSIGN_OR_RETURN(crypto::RootPath roots, crypto::FindRoot(bytes, pin, now));
    if (newest_ != nullptr) {
      roots.pinned = newest_->roots.pinned;
      roots.changes.insert(roots.changes.begin(), newest_->roots.changes.begin(), newest_->roots.changes.end());
    }
    return Share(Verify(std::move(bytes), std::move(roots), now));
  }

  // Null where nothing is remembered.
  absl::StatusOr<SharedCatalogue> Load(const crypto::RootPin& pin) const {
    const std::string path = StatePath(pin);
    if (!std::filesystem::exists(path)) return SharedCatalogue();
    ASSIGN_OR_RETURN(const std::string file, ReadFile(path));
    v1::GetCatalogueResponse message;
    if (message.ParseFromString(file)) {
      absl::StatusOr<SharedCatalogue> catalogue = VerifyRemembered(FromMessage(std::move(message)), pin);
      if (catalogue.ok()) return catalogue;
    }
    return Error(Reason::kFileError,
                 absl::StrCat(path, ": is damaged. It guards against being given an older catalogue.\n  Fix: rm ", path,
                              ", if you know why it is damaged."));
  }

  absl::StatusOr<SharedCatalogue> RefreshLocked() {
    for (;;) {
      ASSIGN_OR_RETURN(const TrustState seen, AdoptFile());
      ASSIGN_OR_RETURN(crypto::SignedCatalogue bytes, transport_->GetCatalogue());
      ASSIGN_OR_RETURN(SharedCatalogue catalogue, VerifyFetched(std::move(bytes)));
      const TrustState known = TrustIn(newest_);
      ASSIGN_OR_RETURN(const std::vector<std::string> headers, HeadersBetween(known.version, *catalogue));
      RETURN_IF_ERROR(
          crypto::CheckChain(known, headers, AsBytes(catalogue->bytes.header), catalogue->delegation).status());
      ASSIGN_OR_RETURN(const bool saved, Save(*catalogue, seen));
      if (!saved) continue;  // another process saw one meanwhile, from which this one must follow as well
      const crypto::PublicKey& before = newest_ == nullptr ? catalogue->roots.pinned : newest_->roots.root;
      if (options_.root_changed && catalogue->roots.root != before) options_.root_changed(catalogue->roots.root);
      newest_ = std::move(catalogue);
      fetched_ = true;
      return newest_;
    }
  }

  // Another process may have seen a newer one meanwhile. Returns what the file has.
  absl::StatusOr<TrustState> AdoptFile() {
    if (!remembers_) return TrustState();
    ASSIGN_OR_RETURN(SharedCatalogue remembered, Load(options_.root));
    const TrustState seen = TrustIn(remembered);
    if (IsNewer(seen, TrustIn(newest_))) newest_ = std::move(remembered);
    return seen;
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

  // False, and nothing is done, where the file no longer has what was `seen` in it.
  absl::StatusOr<bool> Save(const VerifiedCatalogue& catalogue, const TrustState& seen) const {
    if (!remembers_) return true;
    const crypto::RootPath& roots = catalogue.roots;
    ASSIGN_OR_RETURN(const bool saved, SaveUnder(options_.root, catalogue, roots, &seen));
    if (!saved || roots.root == roots.pinned) return saved;
    // Who pins the new root from now on goes on from here.
    return SaveUnder(roots.root, catalogue, {.pinned = roots.root, .root = roots.root, .changes = {}}, nullptr);
  }

  absl::StatusOr<bool> SaveUnder(const crypto::RootPin& pin, const VerifiedCatalogue& catalogue,
                                 const crypto::RootPath& roots, const TrustState* seen) const {
    const std::string path = StatePath(pin);
    const FileLock lock(path + ".lock");
    ASSIGN_OR_RETURN(const SharedCatalogue remembered, Load(pin));
    if (seen != nullptr && TrustIn(remembered) != *seen) return false;
    if (remembered != nullptr) {
      if (IsNewer(TrustIn(remembered), {catalogue.header.version, {}, catalogue.delegation.serial})) return true;
      if (remembered->header.version == catalogue.header.version &&
          remembered->bytes.header != catalogue.bytes.header) {
        return Error(Reason::kCatalogueForked,
                     "Another program on this computer saw another catalogue of this version.");
      }
      if (Remember(remembered->bytes, remembered->roots) == Remember(catalogue.bytes, roots)) return true;
    }
    RETURN_IF_ERROR(WriteFileAtomically(path, Remember(catalogue.bytes, roots), 0600));
    return true;
  }

  Transport* const transport_;
  CatalogueKeeperOptions options_;
  const bool remembers_;  // there is a state directory
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

absl::StatusOr<VerifiedCatalogue> VerifyCatalogue(crypto::SignedCatalogue bytes, const crypto::RootPin& root,
                                                  uint64_t now) {
  ASSIGN_OR_RETURN(crypto::RootPath roots, crypto::FindRoot(bytes, root, now));
  return Verify(std::move(bytes), std::move(roots), now);
}

}  // namespace exposure
