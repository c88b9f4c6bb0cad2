#include "storage/served_catalogues.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::storage {
namespace {

constexpr size_t kHeadersPage = 4096;

absl::Status SignerBehind() {
  return Error(Reason::kSignerBehind,
               "The signer does not have the catalogue that is served: it was restored, and may have signed another. "
               "See docs/operations.md, \"After a restore\".");
}

}  // namespace

absl::StatusOr<Served> MakeServed(crypto::SignedCatalogue signed_catalogue) {
  ASSIGN_OR_RETURN(const crypto::CatalogueHeader header, crypto::DecodeHeader(AsBytes(signed_catalogue.header)));
  ASSIGN_OR_RETURN(CheckedContent content, CheckedContent::Parse(signed_catalogue.content));
  return std::make_shared<const ServedCatalogue>(
      ServedCatalogue{std::move(signed_catalogue), header, std::move(content)});
}

Served ServedCatalogues::Current() const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  return current_;
}

absl::StatusOr<Served> ServedCatalogues::ByContentHash(BytesView content_hash) const {
  const auto is = [&](const Served& catalogue) {
    const crypto::Hash& hash = catalogue->header.content_hash;
    return std::equal(content_hash.begin(), content_hash.end(), hash.begin(), hash.end());
  };
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  if (is(current_)) return current_;
  if (previous_ != nullptr && is(previous_) && clock_() < previous_until_) return previous_;
  return Error(Reason::kStaleCatalogue, "The catalogue has changed. Fetch it again, then ask once more.");
}

absl::StatusOr<std::vector<std::string>> ServedCatalogues::HeadersAfter(uint64_t after, size_t most) const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  if (after > current_->header.version) {
    return Error(Reason::kUnknownVersion, absl::StrCat("There is no catalogue of that version yet; the newest is ",
                                                       current_->header.version, "."));
  }
  std::vector<std::string> headers;
  const auto end = headers_.upper_bound(current_->header.version);
  for (auto at = headers_.upper_bound(after); at != end && headers.size() < most; ++at) headers.push_back(at->second);
  return headers;
}

uint64_t ServedCatalogues::NewestVersion() const {
  const std::shared_lock<std::shared_mutex> lock(mutex_);
  return headers_.empty() ? 0 : headers_.rbegin()->first;
}

void ServedCatalogues::Serve(Served next, Previous previous) {
  const std::unique_lock<std::shared_mutex> lock(mutex_);
  if (previous == Previous::kEnd) {
    previous_ = nullptr;
  } else if (next->header.content_hash != current_->header.content_hash) {
    previous_ = current_;
    previous_until_ = clock_() + kPreviousServed;
  }
  headers_.emplace(next->header.version, next->signed_catalogue.header);
  current_ = std::move(next);
}

absl::Status ServedCatalogues::LearnHeaders(CatalogueSigner& signer) {
  // The newest that is known is asked for again: it must be the same.
  const uint64_t newest = NewestVersion();
  const bool first = newest == 0;
  uint64_t after = first ? 0 : newest - 1;
  for (bool begun = false;; begun = true) {
    const absl::StatusOr<std::vector<std::string>> page = signer.HeadersAfter(after, kHeadersPage);
    if (ReasonOf(page.status()) == Reason::kUnknownVersion) return SignerBehind();
    RETURN_IF_ERROR(page.status());
    if (page->empty()) return begun || first ? absl::OkStatus() : SignerBehind();
    const std::unique_lock<std::shared_mutex> lock(mutex_);
    for (const std::string& bytes : *page) {
      ASSIGN_OR_RETURN(const crypto::CatalogueHeader header, crypto::DecodeHeader(AsBytes(bytes)));
      if (headers_.emplace(header.version, bytes).first->second != bytes) return SignerBehind();
      after = header.version;
    }
  }
}

}  // namespace exposure::storage
