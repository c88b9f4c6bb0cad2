#include "client/core/kept_sets.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file_descriptor.h"
#include "base/status_macros.h"
#include "crypto/dataset.h"

namespace exposure {
namespace {

constexpr size_t kReadSize = size_t{1} << 20;
constexpr std::string_view kPartial = ".part";

absl::Status SystemError(const std::string& path, const char* doing) {
  const Reason reason = (errno == ENOSPC || errno == EDQUOT) ? Reason::kDiskFull : Reason::kFileError;
  return Error(reason, absl::StrCat(path, ": cannot ", doing, ": ", strerror(errno)));
}

// Exactly `size` bytes at `offset`; false where there are not so many.
bool ReadAt(int fd, uint64_t offset, size_t size, std::string& out) {
  out.resize(size);
  for (size_t have = 0; have < size;) {
    const ssize_t n = pread(fd, out.data() + have, size - have, static_cast<off_t>(offset + have));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    have += static_cast<size_t>(n);
  }
  return true;
}

absl::Status WriteAll(const std::string& path, int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError(path, "write");
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

// The file's beginning, known from the catalogue: its signature was checked there.
std::string HeadOf(const CheckedDataset& dataset) {
  const v1::Dataset& entry = *dataset.message;
  return crypto::EncodeDatasetHead(AsBytes(entry.manifest()),
                                   ToArray<64>(entry.signature()).value_or(crypto::Signature{}), entry.details());
}

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  if (error) return Error(Reason::kFileError, absl::StrCat(path, ": cannot make it: ", error.message()));
  return absl::OkStatus();
}

}  // namespace

uint64_t FileSize(const CheckedDataset& dataset) {
  return HeadOf(dataset).size() + dataset.manifest.buckets() * dataset.manifest.bucket_bytes();
}

absl::StatusOr<std::shared_ptr<const KeptSet>> KeptSet::Open(const std::string& path, const CheckedDataset& dataset) {
  FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return SystemError(path, "open");
  const uint64_t size = FileSize(dataset);
  struct stat st;
  if (fstat(fd.get(), &st) != 0) return SystemError(path, "look at it");
  const std::string head = HeadOf(dataset);
  std::string bytes;
  if (static_cast<uint64_t>(st.st_size) != size || !ReadAt(fd.get(), 0, head.size(), bytes) || bytes != head) {
    return Error(Reason::kBadDataset, "A downloaded dataset is not the one that the catalogue lists.");
  }
  crypto::DatasetVerifier verifier(dataset.manifest);
  for (uint64_t offset = head.size(); offset < size; offset += bytes.size()) {
    const size_t length = std::min<uint64_t>(kReadSize, size - offset);
    if (!ReadAt(fd.get(), offset, length, bytes)) return SystemError(path, "read");
    RETURN_IF_ERROR(verifier.Update(AsBytes(bytes)));
  }
  ASSIGN_OR_RETURN(crypto::MerkleTree tree, verifier.Finish());
  return std::shared_ptr<const KeptSet>(new KeptSet(fd.release(), dataset.manifest, head.size(), std::move(tree)));
}

KeptSet::~KeptSet() { close(fd_); }

absl::StatusOr<std::shared_ptr<const std::string>> KeptSet::Bucket(uint32_t index) const {
  if (index >= manifest_.buckets()) return Error(Reason::kBadDataset, "A kept dataset has not so many buckets.");
  Recent& recent = recent_[index % recent_.size()];
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (recent.bytes != nullptr && recent.index == index) return recent.bytes;
  }
  const std::string path = tree_.Path(index);
  auto bucket = std::make_shared<std::string>();
  if (!ReadAt(fd_, head_size_ + index * manifest_.bucket_bytes(), manifest_.bucket_bytes(), *bucket) ||
      crypto::RootFromPath(crypto::LeafHash(manifest_.dataset_id, index, AsBytes(*bucket)), index, AsBytes(path)) !=
          manifest_.root) {
    return Error(Reason::kBadDataset, "A kept dataset was changed after it was verified. Download it again.");
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  recent = {index, bucket};
  return bucket;
}

absl::StatusOr<std::unique_ptr<KeptSets>> KeptSets::Create(const std::string& state_directory,
                                                           const crypto::RootPin& root) {
  if (state_directory.empty()) return std::unique_ptr<KeptSets>(new KeptSets("", true));
  const std::string id = ToHex(BytesView(root.fingerprint).first(16));
  const std::string folder = absl::StrCat(state_directory, "/sets/", id);
  RETURN_IF_ERROR(MakeFolder(folder));
  return std::unique_ptr<KeptSets>(new KeptSets(folder, false));
}

KeptSets::~KeptSets() {
  std::error_code ignored;
  if (temporary_ && !folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

absl::Status KeptSets::MakeTemporary() {
  if (!folder_.empty()) return absl::OkStatus();
  std::error_code error;
  const std::filesystem::path base = std::filesystem::temp_directory_path(error);
  if (error) return Error(Reason::kFileError, absl::StrCat("No temporary directory: ", error.message()));
  std::string folder = (base / "exposure-sets-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return SystemError(folder, "make it");
  folder_ = folder;
  return absl::OkStatus();
}

std::string KeptSets::PathOf(const CheckedDataset& dataset) const {
  return absl::StrCat(folder_, "/", ToHex(dataset.manifest.dataset_id));
}

absl::StatusOr<std::shared_ptr<const KeptSet>> KeptSets::Find(const CheckedDataset& dataset) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return FindLocked(dataset);
}

absl::StatusOr<std::shared_ptr<const KeptSet>> KeptSets::FindLocked(const CheckedDataset& dataset) {
  RETURN_IF_ERROR(dataset.status);
  const auto found = open_.find(dataset.manifest.dataset_id);
  if (found != open_.end()) return found->second;
  if (folder_.empty()) return nullptr;
  const std::string path = PathOf(dataset);
  if (access(path.c_str(), F_OK) != 0) return nullptr;
  absl::StatusOr<std::shared_ptr<const KeptSet>> set = KeptSet::Open(path, dataset);
  if (ReasonOf(set.status()) == Reason::kFileError) return set;
  if (!set.ok()) {
    unlink(path.c_str());
    return nullptr;
  }
  open_[dataset.manifest.dataset_id] = *set;
  return set;
}

absl::Status KeptSets::Fill(Transport& transport, const CheckedDataset& dataset, const std::string& part, uint64_t size,
                            const Progress& progress) {
  const FileDescriptor fd(open(part.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (fd.get() < 0) return SystemError(part, "open");
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return Error(Reason::kFileError, absl::StrCat(part, ": another program is downloading it now. Wait for it."));
  }
  struct stat st;
  if (fstat(fd.get(), &st) != 0) return SystemError(part, "look at it");
  auto have = static_cast<uint64_t>(st.st_size);
  if (have > size) {
    if (ftruncate(fd.get(), 0) != 0) return SystemError(part, "empty it");
    have = 0;
  }
  if (have < size) {
    RETURN_IF_ERROR(transport.DownloadDataset(dataset.manifest.dataset_id, have, [&](std::string_view bytes) {
      if (bytes.size() > size - have) {
        return Error(Reason::kBadDataset, "The service sends more of a dataset than its manifest says.");
      }
      have += bytes.size();
      if (progress) progress(have);
      return WriteAll(part, fd.get(), bytes);
    }));
  }
  if (have < size) return Error(Reason::kBadDataset, "The service sends less of a dataset than its manifest says.");
  if (fsync(fd.get()) != 0) return SystemError(part, "sync");
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const KeptSet>> KeptSets::Get(Transport& transport, const CheckedDataset& dataset,
                                                             const Progress& progress) {
  const std::lock_guard<std::mutex> lock(mutex_);
  ASSIGN_OR_RETURN(std::shared_ptr<const KeptSet> kept, FindLocked(dataset));
  if (kept != nullptr) return kept;
  RETURN_IF_ERROR(MakeTemporary());
  const std::string path = PathOf(dataset);
  const std::string part = path + std::string(kPartial);
  // A part of an earlier run may be what is damaged: then all of it is asked for, once.
  for (bool resumed = access(part.c_str(), F_OK) == 0;; resumed = false) {
    absl::Status status = Fill(transport, dataset, part, FileSize(dataset), progress);
    if (status.ok()) {
      absl::StatusOr<std::shared_ptr<const KeptSet>> set = KeptSet::Open(part, dataset);
      if (set.ok() && rename(part.c_str(), path.c_str()) != 0) return SystemError(path, "put it in place");
      if (set.ok()) return open_[dataset.manifest.dataset_id] = *std::move(set);
      status = set.status();
    }
    const std::optional<Reason> reason = ReasonOf(status);
    const bool damaged =
        reason == Reason::kBadDataset || reason == Reason::kBadRowOrder || reason == Reason::kBadOffset;
    if (damaged) unlink(part.c_str());
    if (!damaged || !resumed) return status;
  }
}

void KeptSets::DropUnlisted(const CheckedContent& content) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::set<std::string> listed;
  for (const CheckedDataset& dataset : content.datasets()) {
    if (!dataset.status.ok()) continue;
    listed.insert(ToHex(dataset.manifest.dataset_id));
    listed.insert(ToHex(dataset.manifest.dataset_id) + std::string(kPartial));
  }
  std::erase_if(open_, [&](const auto& entry) { return !listed.contains(ToHex(entry.first)); });
  std::error_code ignored;
  std::vector<std::filesystem::path> unlisted;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
    if (!listed.contains(entry.path().filename().string())) unlisted.push_back(entry.path());
  }
  for (const std::filesystem::path& path : unlisted) std::filesystem::remove(path, ignored);
}

}  // namespace exposure
