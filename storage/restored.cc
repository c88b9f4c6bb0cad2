#include "storage/restored.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/bodies.h"

namespace exposure::storage {
namespace {

absl::StatusOr<Headers> HeadersOf(CatalogueStore& store) {
  ASSIGN_OR_RETURN(const std::vector<std::string> all, store.HeadersAfter(0, std::numeric_limits<size_t>::max()));
  Headers headers;
  for (const std::string& bytes : all) {
    ASSIGN_OR_RETURN(const crypto::CatalogueHeader header, crypto::DecodeHeader(AsBytes(bytes)));
    headers.emplace(header.version, bytes);
  }
  return headers;
}

uint64_t Last(const Headers& headers) { return headers.empty() ? 0 : headers.rbegin()->first; }

absl::Status Behind(const std::string& what) {
  return Error(Reason::kSignerBehind,
               absl::StrCat("The signer may be behind what clients have seen, and signs nothing: ", what,
                            " Give it the newest catalogue that is known outside: exposured --accept-header FILE; "
                            "see docs/operations.md, \"After a restore\"."));
}

absl::StatusOr<crypto::CatalogueHeader> CheckOurs(const crypto::SignedCatalogue& newest, const crypto::PublicKey& own,
                                                  const Headers& held) {
  ASSIGN_OR_RETURN(const crypto::CatalogueHeader header, crypto::DecodeHeader(AsBytes(newest.header)));
  ASSIGN_OR_RETURN(const crypto::Delegation delegation, crypto::DecodeDelegation(AsBytes(newest.delegation)));
  bool ours = header.signer == crypto::DeriveKeyId(own);
  if (!held.empty()) {  // an online key of before
    ASSIGN_OR_RETURN(const crypto::CatalogueHeader last, crypto::DecodeHeader(AsBytes(held.rbegin()->second)));
    ours = ours || header.signer == last.signer;
  }
  const std::optional<crypto::Signature> signature = ToArray<64>(newest.signature);
  if (!ours || !signature || header.signer != crypto::DeriveKeyId(delegation.catalogue_key) ||
      !crypto::VerifySignature(delegation.catalogue_key, crypto::kCatalogueLabel, AsBytes(newest.header), *signature)
           .ok()) {
    return Error(Reason::kCatalogueWronglySigned, "The catalogue was not signed by this signer's key.");
  }
  if (header.content_size != newest.content.size() ||
      header.content_hash != crypto::ContentHash(AsBytes(newest.content))) {
    return Error(Reason::kCatalogueContent, "The catalogue's content is not the one that was signed.");
  }
  return header;
}

// All that is known of the chain.
absl::StatusOr<Headers> Merged(const Headers& held, const Headers& chain, uint64_t version, const std::string& header) {
  Headers all = held;
  for (const auto& entry : chain) all.insert(entry);
  all.emplace(version, header);
  bool one = IsChain(all) && all.at(version) == header;
  for (const auto& [v, bytes] : chain) one = one && all.at(v) == bytes;
  if (one) return all;
  return Error(Reason::kCatalogueForked,
               "What the data directory, the chain file and the given catalogue say was signed is not one chain: one "
               "of them is of another service, or something was signed after an earlier restore. Sign with none of "
               "them before you know why.");
}

}  // namespace

absl::Status CheckNotBehind(CatalogueStore& store, HeaderChain& chain) {
  ASSIGN_OR_RETURN(const Headers held, HeadersOf(store));
  const uint64_t newest = Last(held);
  if (!chain.exists() && newest > 0) {
    return Behind(absl::StrCat(chain.path(), " is missing, and version ", newest, " was signed."));
  }
  // An empty file comes before the first version, so that a crash after it is not taken for a restore.
  if (chain.newest() == 0) return chain.Add(held);
  const auto same = held.find(chain.newest());
  if (same == held.end()) {
    return Behind(
        absl::StrCat("the data directory has version ", newest, ", ", chain.path(), " has ", chain.newest(), "."));
  }
  if (same->second != chain.headers().at(chain.newest())) {
    return Behind(absl::StrCat("the data directory and ", chain.path(), " have different versions ", same->first, "."));
  }
  return chain.Add(held);
}

absl::Status AcceptNewest(const crypto::SignedCatalogue& newest, const crypto::PublicKey& own, CatalogueStore& store,
                          HeaderChain& chain) {
  ASSIGN_OR_RETURN(Headers held, HeadersOf(store));
  ASSIGN_OR_RETURN(const crypto::CatalogueHeader header, CheckOurs(newest, own, held));
  ASSIGN_OR_RETURN(Headers all, Merged(held, chain.headers(), header.version, newest.header));
  // What is older than the store tells nothing of what was signed after it; only a chain file can.
  const uint64_t signed_at_least = std::max(Last(held), chain.newest());
  const bool store_is_newest = chain.exists() && chain.newest() <= Last(held);
  if (header.version < signed_at_least && !store_is_newest) {
    return Behind(absl::StrCat("the given catalogue is version ", header.version, ", but version ", signed_at_least,
                               " was signed."));
  }
  // The chain first: where this is cut short, the store is behind, and it is done again.
  RETURN_IF_ERROR(chain.Add(all));
  if (header.version <= Last(held)) return absl::OkStatus();
  return store.Adopt({header.version, newest.header, newest.signature, newest.content}, all);
}

}  // namespace exposure::storage
