// exposure receipt verify: that a dataset was removed, when and why; offline.
#include "client/cli/receipt.h"

#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/cli/commands.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "client/cli/text_file.h"
#include "client/words.h"
#include "crypto/bodies.h"

namespace exposure::cli {
namespace {

struct RemovalOptions {
  std::string file;
  std::string root;
};

absl::Status BadReceipt(std::string_view what) { return Error(Reason::kBadReceipt, what); }

std::string CauseText(crypto::RemovalCause cause) {
  switch (cause) {
    case crypto::RemovalCause::kRetracted:
      return "it was retracted";
    case crypto::RemovalCause::kEnded:
      return "its end date had come";
    case crypto::RemovalCause::kReplaced:
      return "another dataset took its place";
    case crypto::RemovalCause::kEpochRetired:
      break;
  }
  return "its epoch was retired";
}

absl::StatusOr<ExitCode> VerifyRemoval(const RemovalOptions& options) {
  ASSIGN_OR_RETURN(const crypto::RootPin root, LoadRoot(options.root));
  config::v1::ReceiptFile file;
  RETURN_IF_ERROR(ReadMadeFile(options.file, "a receipt of a removed dataset", Reason::kBadReceipt, file));
  ASSIGN_OR_RETURN(const crypto::Receipt receipt, CheckReceipt(file, root));
  RETURN_IF_ERROR(WriteOut(absl::StrCat(ReceiptText(receipt), "Signed under the root key that you gave.\n")));
  return ExitCode::kOk;
}

}  // namespace

absl::StatusOr<crypto::Receipt> CheckReceipt(const config::v1::ReceiptFile& file, const crypto::RootPin& root) {
  const std::optional<std::string> body = FromHex(file.receipt());
  const std::optional<crypto::Signature> signature = ArrayFromHex<64>(file.signature());
  const auto delegation = ArrayFromHex<crypto::kDelegationSize>(file.delegation());
  const std::optional<crypto::Signature> delegated = ArrayFromHex<64>(file.delegation_signature());
  const std::optional<crypto::PublicKey> root_key = ArrayFromHex<32>(file.root_key());
  if (!body || !signature || !delegation || !delegated || !root_key) {
    return BadReceipt("A part of the receipt is missing or cut.");
  }
  ASSIGN_OR_RETURN(const crypto::Receipt receipt, crypto::DecodeReceipt(AsBytes(*body)));
  if (crypto::DeriveKeyId(*root_key) != root.fingerprint) {
    return BadReceipt(absl::StrCat("The receipt is of another root than the one that you gave: its fingerprint is ",
                                   ToHex(crypto::DeriveKeyId(*root_key)), "."));
  }
  const absl::StatusOr<crypto::Delegation> terms = crypto::DecodeDelegation(*delegation);
  if (!terms.ok() || !crypto::VerifySignature(*root_key, crypto::kDelegationLabel, *delegation, *delegated).ok()) {
    return BadReceipt("The root that the receipt names did not delegate its catalogue key.");
  }
  if (!crypto::VerifySignature(terms->catalogue_key, crypto::kReceiptLabel, AsBytes(*body), *signature).ok()) {
    return BadReceipt("The receipt is not signed by the catalogue key.");
  }
  return receipt;
}

std::string ReceiptText(const crypto::Receipt& receipt) {
  return absl::StrCat("Dataset ", ToHex(receipt.dataset_id), ", ", FormatCount(receipt.records), " records, root ",
                      ToHex(receipt.root), ":\nits bytes are gone from the service since ",
                      FormatTime(receipt.removed_at, Language::kEnglish), ", because ", CauseText(receipt.cause),
                      ". Catalogue version ", receipt.catalogue_version, " does not list it.\n");
}

void AddReceipt(CLI::App& app, Invocation& invocation) {
  CLI::App* group = app.add_subcommand("receipt", "What a retraction left behind");
  group->require_subcommand(1);
  auto options = std::make_shared<RemovalOptions>();
  CLI::App* verify = group->add_subcommand("verify", "Check a receipt against the root, and say what it says; offline");
  verify->add_option("FILE", options->file, "The receipt")->required();
  AddRootOption(*verify, options->root);
  verify->footer("Example: exposure receipt verify aaa48560e5aa83f08238a1353cd1cf19.receipt --root root.pub");
  verify->callback([&invocation, options] { invocation.run = [options] { return VerifyRemoval(*options); }; });
}

}  // namespace exposure::cli
