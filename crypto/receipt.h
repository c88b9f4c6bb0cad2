// The receipt of a removal, byte for byte (docs/protocol.md §6): that the bytes of a dataset are gone, since when, and
// why. Signed by the catalogue key, label `receipt`.
#ifndef EXPOSURE_CRYPTO_RECEIPT_H_
#define EXPOSURE_CRYPTO_RECEIPT_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/merkle.h"
#include "crypto/record.h"

namespace exposure::crypto {

inline constexpr size_t kReceiptSize = 81;

enum class RemovalCause : uint8_t {
  kRetracted = 1,     // the custodian took it out
  kEnded = 2,         // its end date came
  kReplaced = 3,      // another dataset took its place
  kEpochRetired = 4,  // the key that it was sealed for is no longer in use
};

struct Receipt {
  DatasetId dataset_id{};
  Hash root{};                     // of the manifest
  uint64_t records = 0;            // of the manifest
  uint64_t catalogue_version = 0;  // that no longer lists it
  uint64_t removed_at = 0;         // Unix seconds
  RemovalCause cause = RemovalCause::kRetracted;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

ByteArray<kReceiptSize> Encode(const Receipt& receipt);
// Returns BAD_RECEIPT.
absl::StatusOr<Receipt> DecodeReceipt(BytesView bytes);

// "retracted", "ended", "replaced", "epoch-retired": for logs and JSON.
std::string_view CauseWord(RemovalCause cause);

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_RECEIPT_H_
