#include "client/core/catalogue_compare.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/bodies.h"

namespace exposure {
namespace {

std::string HashOf(const std::string& header) { return ToHex(crypto::HeaderHash(AsBytes(header))); }

// The headers after `version` that lead to what `newer` shows. Fewer where its server does not give them.
absl::StatusOr<std::vector<std::string>> HeadersSince(uint64_t version, const Shown& newer) {
  const uint64_t wanted = newer.catalogue.header.version - version;
  std::vector<std::string> headers;
  while (headers.size() + 1 < wanted) {
    ASSIGN_OR_RETURN(const std::vector<std::string> page,
                     newer.transport->GetCatalogueHeaders(version + headers.size()));
    if (page.empty()) return headers;
    const size_t take = std::min<uint64_t>(page.size(), wanted - 1 - headers.size());
    headers.insert(headers.end(), page.begin(), page.begin() + static_cast<ptrdiff_t>(take));
  }
  headers.push_back(newer.catalogue.bytes.header);
  return headers;
}

absl::Status Split(const Shown& older, const Shown& newer, const std::string& how) {
  return Error(Reason::kCatalogueSplit,
               absl::StrCat("These are not one catalogue: ", how, "\n  ", older.from, ": version ",
                            older.catalogue.header.version, ", header ", HashOf(older.catalogue.bytes.header), "\n  ",
                            newer.from, ": version ", newer.catalogue.header.version, ", header ",
                            HashOf(newer.catalogue.bytes.header),
                            "\n  Use neither. Show this to the operators and to the custodian at once."));
}

}  // namespace

absl::Status CompareCatalogues(const Shown& first, const Shown& second) {
  const bool in_order = first.catalogue.header.version <= second.catalogue.header.version;
  const Shown& older = in_order ? first : second;
  const Shown& newer = in_order ? second : first;
  const uint64_t version = older.catalogue.header.version;
  if (version == newer.catalogue.header.version) {
    if (older.catalogue.bytes.header == newer.catalogue.bytes.header) return absl::OkStatus();
    return Split(older, newer, "both are signed as the same version.");
  }
  if (newer.transport == nullptr && newer.catalogue.header.version > version + 1) {
    return Error(Reason::kBadUsage,
                 absl::StrCat("The files are of versions ", version, " and ", newer.catalogue.header.version,
                              ": what lies between is not in them.\n  Compare files that were fetched at the same "
                              "time, or the older one with a server: exposure catalogue compare FILE --server A"));
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> headers, HeadersSince(version, newer));
  crypto::TrustState known;
  known.version = version;
  known.header_hash = crypto::HeaderHash(AsBytes(older.catalogue.bytes.header));
  const absl::Status follows =
      crypto::CheckChain(known, headers, AsBytes(newer.catalogue.bytes.header), newer.catalogue.delegation).status();
  return follows.ok() ? follows : Split(older, newer, "the newer does not follow from the older.");
}

}  // namespace exposure
