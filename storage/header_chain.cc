#include "storage/header_chain.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "crypto/bodies.h"

namespace exposure::storage {

bool IsChain(const Headers& headers) {
  const std::string* before = nullptr;
  uint64_t version_before = 0;
  for (const auto& [version, bytes] : headers) {
    const absl::StatusOr<crypto::CatalogueHeader> header = crypto::DecodeHeader(AsBytes(bytes));
    if (!header.ok() || header->version != version) return false;
    const bool adjacent = before != nullptr && version == version_before + 1;
    if (adjacent && header->previous != crypto::HeaderHash(AsBytes(*before))) return false;
    before = &bytes;
    version_before = version;
  }
  return true;
}

absl::Status HeaderChain::Parse(const std::string& bytes) {
  const auto damaged = [this] {
    return Error(Reason::kCorruptRecords, absl::StrCat(path_,
                                                       ": is no chain of headers. Restore it from a backup, or "
                                                       "move it away: docs/operations.md, \"After a restore\"."));
  };
  if (bytes.size() % crypto::kHeaderSize != 0) return damaged();
  for (size_t at = 0; at < bytes.size(); at += crypto::kHeaderSize) {
    std::string one = bytes.substr(at, crypto::kHeaderSize);
    const absl::StatusOr<crypto::CatalogueHeader> header = crypto::DecodeHeader(AsBytes(one));
    if (!header.ok() || header->version <= newest()) return damaged();
    headers_.emplace(header->version, std::move(one));
  }
  return IsChain(headers_) ? absl::OkStatus() : damaged();
}

absl::StatusOr<HeaderChain> HeaderChain::Read(const std::string& path) {
  HeaderChain chain(path);
  if (!std::filesystem::exists(path)) return chain;
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  RETURN_IF_ERROR(chain.Parse(bytes));
  chain.written_ = true;
  return chain;
}

absl::Status HeaderChain::Prepare(const Headers& more) {
  prepared_ = headers_;
  prepared_.insert(more.begin(), more.end());
  std::string bytes;
  bytes.reserve(prepared_.size() * crypto::kHeaderSize);
  for (const auto& [version, header] : prepared_) bytes += header;
  return WriteFileAtomically(NextPath(), bytes, 0600);
}

absl::Status HeaderChain::Commit() {
  RETURN_IF_ERROR(ReplaceFile(NextPath(), path_));
  headers_ = std::move(prepared_);
  written_ = true;
  return absl::OkStatus();
}

absl::Status HeaderChain::Add(const Headers& more) {
  const bool lacks =
      std::any_of(more.begin(), more.end(), [this](const auto& one) { return !headers_.count(one.first); });
  if (written_ && !lacks) return absl::OkStatus();
  RETURN_IF_ERROR(Prepare(more));
  return Commit();
}

}  // namespace exposure::storage
