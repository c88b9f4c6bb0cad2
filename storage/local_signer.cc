#include <algorithm>
#include <ctime>
#include <mutex>
#include <utility>

#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/bodies.h"
#include "storage/catalogue_signer.h"
#include "storage/restored.h"

namespace exposure::storage {
namespace {

class KeySigner final : public LocalSigner {
 public:
  KeySigner(crypto::SigningKey key, SignedDelegation delegation, const crypto::Delegation& terms,
            std::unique_ptr<CatalogueStore> store, HeaderChain chain, Clock clock)
      : key_(std::move(key)),
        delegation_(std::move(delegation)),
        terms_(terms),
        store_(std::move(store)),
        clock_(std::move(clock)),
        chain_(std::move(chain)) {}

  absl::Status Open() {
    behind_ = CheckNotBehind(*store_, chain_);
    return behind_.ok() || ReasonOf(behind_) == Reason::kSignerBehind ? absl::OkStatus() : behind_;
  }

  absl::Status CanSign() const override { return behind_; }

  absl::StatusOr<crypto::SignedCatalogue> Sign(const std::string& content) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    RETURN_IF_ERROR(behind_);
    const uint64_t now = clock_();
    ASSIGN_OR_RETURN(const std::optional<StoredCatalogue> newest, store_->Newest());
    if (newest && newest->content == content) {
      ASSIGN_OR_RETURN(const crypto::CatalogueHeader header, crypto::DecodeHeader(AsBytes(newest->header)));
      if (StillGood(header, now)) {
        RETURN_IF_ERROR(chain_.Add({{newest->version, newest->header}}));
        return WithDelegation(*newest);
      }
    }
    ASSIGN_OR_RETURN(StoredCatalogue next, Make(content, newest, now));
    // What is in the store counts as signed. So what can fail comes before; and a crash between the two leaves the
    // chain behind the store, which the next start mends.
    RETURN_IF_ERROR(chain_.Prepare({{next.version, next.header}}));
    RETURN_IF_ERROR(store_->Append(next));
    RETURN_IF_ERROR(chain_.Commit());
    return WithDelegation(std::move(next));
  }

  absl::StatusOr<std::optional<crypto::SignedCatalogue>> Newest() override {
    ASSIGN_OR_RETURN(std::optional<StoredCatalogue> newest, store_->Newest());
    if (!newest) return std::nullopt;
    return WithDelegation(*std::move(newest));
  }

  absl::StatusOr<std::vector<std::string>> HeadersAfter(uint64_t after, size_t most) override {
    return store_->HeadersAfter(after, most);
  }

  absl::StatusOr<crypto::Signature> SignReceipt(BytesView receipt) override {
    return key_.Sign(crypto::kReceiptLabel, receipt);
  }

 private:
  // Young enough, and under the delegation that is in force now. One issued in the future, by a clock that was since
  // put right, would be refused by every client.
  bool StillGood(const crypto::CatalogueHeader& header, uint64_t now) const {
    return now < header.issued + crypto::kReissueAfter && header.issued <= now + crypto::kClockSkew &&
           header.issued >= terms_.not_before && header.expires <= terms_.not_after &&
           header.signer == crypto::DeriveKeyId(key_.public_key());
  }

  absl::StatusOr<StoredCatalogue> Make(const std::string& content, const std::optional<StoredCatalogue>& newest,
                                       uint64_t now) const {
    if (now + crypto::kClockSkew < terms_.not_before || now >= terms_.not_after) {
      return Error(Reason::kDelegationExpired,
                   "The catalogue key's delegation is not in force now. Let the root key sign a new one: "
                   "`exposure keys delegate`.");
    }
    crypto::CatalogueHeader header;
    header.version = newest ? newest->version + 1 : 1;
    header.issued = std::max(now, terms_.not_before);
    header.expires = std::min(header.issued + crypto::kCatalogueLife, terms_.not_after);
    if (newest) header.previous = crypto::HeaderHash(AsBytes(newest->header));
    header.content_hash = crypto::ContentHash(AsBytes(content));
    header.content_size = content.size();
    header.signer = crypto::DeriveKeyId(key_.public_key());
    const auto bytes = crypto::Encode(header);
    return StoredCatalogue{header.version, ToString(bytes), ToString(key_.Sign(crypto::kCatalogueLabel, bytes)),
                           content};
  }

  crypto::SignedCatalogue WithDelegation(StoredCatalogue stored) const {
    return {std::move(stored.header), std::move(stored.signature), std::move(stored.content), delegation_.delegation,
            delegation_.signature};
  }

  const crypto::SigningKey key_;
  const SignedDelegation delegation_;
  const crypto::Delegation terms_;
  const std::unique_ptr<CatalogueStore> store_;
  const Clock clock_;
  absl::Status behind_;
  std::mutex mutex_;   // one signature at a time: two headers of one version would be a fork
  HeaderChain chain_;  // guarded by mutex_
};

}  // namespace

Clock SystemClock() {
  return [] { return static_cast<uint64_t>(std::time(nullptr)); };
}

absl::StatusOr<std::unique_ptr<LocalSigner>> MakeLocalSigner(crypto::SigningKey key, SignedDelegation delegation,
                                                             std::unique_ptr<CatalogueStore> store, HeaderChain chain,
                                                             Clock clock) {
  ASSIGN_OR_RETURN(const crypto::Delegation terms, crypto::DecodeDelegation(AsBytes(delegation.delegation)));
  if (terms.catalogue_key != key.public_key()) {
    return Error(Reason::kBadDelegation,
                 "The delegation is for another catalogue key. Let the root key sign one for this key.");
  }
  auto signer = std::make_unique<KeySigner>(std::move(key), std::move(delegation), terms, std::move(store),
                                            std::move(chain), std::move(clock));
  RETURN_IF_ERROR(signer->Open());
  return signer;
}

}  // namespace exposure::storage
