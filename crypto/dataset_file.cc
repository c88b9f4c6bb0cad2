#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/dataset.h"

namespace exposure::crypto {
namespace {

constexpr size_t kSignatureSize = sizeof(Signature);
constexpr uint32_t kSignedSize = kManifestSize + kSignatureSize;  // 280

}  // namespace

std::string EncodeDatasetHead(BytesView manifest, const Signature& signature, std::string_view details) {
  std::string out(kFileMagic);
  AppendBigEndian(kSignedSize, out);
  out.append(AsChars(manifest));
  out.append(AsChars(signature));
  AppendBigEndian(static_cast<uint32_t>(details.size()), out);
  out.append(details);
  return out;
}

absl::StatusOr<DatasetHead> DecodeDatasetHead(BytesView file) {
  if (file.size() < kFileFixedSize || AsChars(file.first(kFileMagic.size())) != kFileMagic ||
      LoadBigEndian<uint32_t>(&file[kFileMagic.size()]) != kSignedSize) {
    return Error(Reason::kBadDataset, "It is not a sealed dataset file that begins with EXPDSET1.");
  }
  const BytesView body = file.subspan(kFileMagic.size() + 4);
  DatasetHead head;
  head.manifest_bytes = *ToArray<kManifestSize>(body.first(kManifestSize));
  head.signature = *ToArray<kSignatureSize>(body.subspan(kManifestSize, kSignatureSize));
  const uint32_t length = LoadBigEndian<uint32_t>(&body[kSignedSize]);
  const BytesView rest = body.subspan(kSignedSize + 4);
  if (length > kMaxDetails || length > rest.size()) {
    return Error(Reason::kBadDataset, "The details of a sealed dataset file are too long or cut off.");
  }
  head.details = ToString(rest.first(length));
  ASSIGN_OR_RETURN(head.manifest, DecodeManifest(head.manifest_bytes));
  if (DetailsHash(AsBytes(head.details)) != head.manifest.details_hash) {
    return Error(Reason::kBadDataset, "The details of a sealed dataset file are not those of its manifest.");
  }
  return head;
}

}  // namespace exposure::crypto
