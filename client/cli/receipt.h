// Receipts of removals as files that people keep, and what they say.
#ifndef EXPOSURE_CLIENT_CLI_RECEIPT_H_
#define EXPOSURE_CLIENT_CLI_RECEIPT_H_

#include <string>

#include "absl/status/statusor.h"
#include "crypto/receipt.h"
#include "crypto/root_path.h"
#include "exposure/config/v1/config.pb.h"

namespace exposure::cli {

// Whether it is the root that is believed, and its delegation and the delegated key's signature hold. Returns
// BAD_RECEIPT, saying which does not.
absl::StatusOr<crypto::Receipt> CheckReceipt(const config::v1::ReceiptFile& file, const crypto::RootPin& root);

// For people: a line each.
std::string ReceiptText(const crypto::Receipt& receipt);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_RECEIPT_H_
