// ristretto255 (RFC 9496): elements and scalars that are valid by construction.
#ifndef EXPOSURE_CRYPTO_GROUP_H_
#define EXPOSURE_CRYPTO_GROUP_H_

#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "crypto/secret.h"

namespace exposure::crypto {

inline constexpr size_t kElementSize = 32;  // RFC 9496 §4.3.2
inline constexpr size_t kScalarSize = 32;   // RFC 9497 §4.1

// A canonical encoding of an element that is not the identity.
class Element {
 public:
  // Returns BAD_ELEMENT for another length, an encoding that is not canonical, or the identity (which libsodium's own
  // check accepts).
  static absl::StatusOr<Element> Decode(BytesView bytes);

  // HashToGroup of RFC 9497 §4.1 under this mode's domain separation tag. Returns BAD_ELEMENT if it is the identity.
  static absl::StatusOr<Element> HashFrom(BytesView input);

  const ByteArray<kElementSize>& bytes() const { return bytes_; }

  friend bool operator==(const Element&, const Element&) = default;

 private:
  friend class GroupOperations;
  explicit Element(const ByteArray<kElementSize>& bytes) : bytes_(bytes) {}

  ByteArray<kElementSize> bytes_;
};

// Whole elements of 32 bytes each. Returns BATCH_SIZE unless 1..`most` whole ones, BAD_ELEMENT as Element::Decode. The
// message names the position, never the bytes.
absl::StatusOr<std::vector<Element>> DecodeElements(BytesView bytes, size_t most);
std::string EncodeElements(std::span<const Element> elements);

// A scalar in 1 .. order − 1. Wiped when it goes.
class Scalar {
 public:
  // Returns BAD_SCALAR unless 32 bytes of a reduced, non-zero scalar.
  static absl::StatusOr<Scalar> Decode(BytesView bytes);
  static Scalar Random();
  // Reduces 64 uniform bytes; nothing if that gives zero (probability 2^-252).
  static absl::StatusOr<Scalar> Reduce(const ByteArray<64>& wide);
  // HashToScalar of RFC 9497 §4.1.
  static absl::StatusOr<Scalar> HashFrom(BytesView input);

  const ByteArray<kScalarSize>& Reveal() const { return bytes_.Reveal(); }

 private:
  friend class GroupOperations;
  Scalar() = default;
  WipedArray<kScalarSize> bytes_;
};

// Each returns BAD_ELEMENT where the result is the identity: for honest input that does not happen.
absl::StatusOr<Element> Multiply(const Scalar& scalar, const Element& element);
absl::StatusOr<Element> MultiplyBase(const Scalar& scalar);
absl::StatusOr<Element> Add(const Element& a, const Element& b);

// Sum of scalars[i] · elements[i]; sizes equal and at least 1.
absl::StatusOr<Element> MultiplyAndSum(std::span<const Scalar> scalars, std::span<const Element> elements);

// a − b · c, which may be zero with negligible probability: then BAD_SCALAR.
absl::StatusOr<Scalar> SubtractProduct(const Scalar& a, const Scalar& b, const Scalar& c);

// a + b; BAD_SCALAR if zero. Combines or refreshes key shares.
absl::StatusOr<Scalar> AddScalars(const Scalar& a, const Scalar& b);

// The inverses of all, by one inversion (Montgomery's trick).
std::vector<Scalar> Invert(std::span<const Scalar> scalars);

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_GROUP_H_
