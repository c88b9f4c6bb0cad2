// Signed bodies, elements, proofs and prefixes: whatever decodes must encode to the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "crypto/bodies.h"
#include "crypto/bucket.h"
#include "crypto/group.h"
#include "crypto/key_text.h"
#include "crypto/receipt.h"
#include "crypto/record.h"
#include "crypto/sealed_key.h"

using namespace exposure;          // NOLINT: a fuzz target is one function
using namespace exposure::crypto;  // NOLINT

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

template <typename Decoded>
void RoundTrip(const absl::StatusOr<Decoded>& decoded, BytesView bytes) {
  if (decoded.ok()) Require(ToString(Encode(*decoded)) == AsChars(bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const BytesView bytes(data, size);
  RoundTrip(DecodeManifest(bytes), bytes);
  RoundTrip(DecodeHeader(bytes), bytes);
  RoundTrip(DecodeDelegation(bytes), bytes);
  RoundTrip(DecodeRootChange(bytes), bytes);
  RoundTrip(DecodeDestroyedKey(bytes), bytes);
  if (const auto sealed = DecodeSealedKey(bytes); sealed.ok()) {
    const std::string text = EncodeSealedKey(*sealed);
    Require(text == AsChars(bytes) || text == std::string(AsChars(bytes)) + "\n");
  }
  RoundTrip(DecodeReceipt(bytes), bytes);
  if (const auto content = DecodeContent(bytes); content.ok()) {
    Require(ToString(EncodeContent(*content)) == AsChars(bytes));
  }
  if (const auto prefix = DecodePrefix(bytes, kMaxFetchBits); prefix.ok()) {
    Require(ToString(EncodePrefix(*prefix)) == AsChars(bytes));
  }
  if (const auto elements = DecodeElements(bytes, 64); elements.ok()) {
    Require(EncodeElements(*elements) == AsChars(bytes));
  }
  if (const auto scalar = Scalar::Decode(bytes); scalar.ok()) Require(ToString(scalar->Reveal()) == AsChars(bytes));
  (void)DecodeKeyText(KeyKind::kRoot, bytes);
  return 0;
}
