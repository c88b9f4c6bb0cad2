#include "crypto/receipt.h"

#include "base/error.h"
#include "crypto/layout.h"

namespace exposure::crypto {
namespace {

constexpr std::string_view kReceiptMagic = "EXPRCPT1";

}  // namespace

ByteArray<kReceiptSize> Encode(const Receipt& r) {
  return Writer<kReceiptSize>(kReceiptMagic)
      .Put(r.dataset_id)
      .Put(r.root)
      .Number(r.records)
      .Number(r.catalogue_version)
      .Number(r.removed_at)
      .Number(static_cast<uint8_t>(r.cause))
      .Finish();
}

absl::StatusOr<Receipt> DecodeReceipt(BytesView bytes) {
  if (!HasLayout(bytes, kReceiptSize, kReceiptMagic)) {
    return Error(Reason::kBadReceipt, "It is not a receipt of 81 bytes that begins with EXPRCPT1.");
  }
  Reader reader(bytes, kReceiptMagic);
  Receipt r;
  reader.Get(r.dataset_id);
  reader.Get(r.root);
  r.records = reader.Number<uint64_t>();
  r.catalogue_version = reader.Number<uint64_t>();
  r.removed_at = reader.Number<uint64_t>();
  r.cause = static_cast<RemovalCause>(reader.Number<uint8_t>());
  if (CauseWord(r.cause).empty()) {
    return Error(Reason::kBadReceipt, "The receipt gives a cause that this program does not know.");
  }
  return r;
}

std::string_view CauseWord(RemovalCause cause) {
  switch (cause) {
    case RemovalCause::kRetracted:
      return "retracted";
    case RemovalCause::kEnded:
      return "ended";
    case RemovalCause::kReplaced:
      return "replaced";
    case RemovalCause::kEpochRetired:
      return "epoch-retired";
  }
  return "";
}

}  // namespace exposure::crypto
