#include "crypto/group.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/hash.h"

namespace exposure::crypto {
namespace {

// contextString of RFC 9497 §3.1 for mode 0x01 and ristretto255-SHA512 (§4.1), after its two prefixes.
constexpr std::string_view kHashToGroupTag = "HashToGroup-OPRFV1-\x01-ristretto255-SHA512";
constexpr std::string_view kHashToScalarTag = "HashToScalar-OPRFV1-\x01-ristretto255-SHA512";

// expand_message_xmd of RFC 9380 §5.3.1 with SHA-512 and len_in_bytes = 64: a single block.
WipedArray<64> ExpandMessage(BytesView message, std::string_view tag) {
  static constexpr ByteArray<128> kZeroPad{};                 // Z_pad: the block size of SHA-512
  static constexpr ByteArray<3> kLengthAndZero = {0, 64, 0};  // l_i_b_str || I2OSP(0, 1)
  static constexpr ByteArray<1> kOne = {1};
  const ByteArray<1> tag_size = {static_cast<uint8_t>(tag.size())};
  const WipedArray<64> b0 = Sha512({kZeroPad, message, kLengthAndZero, AsBytes(tag), tag_size});
  return Sha512({b0.Reveal(), kOne, AsBytes(tag), tag_size});
}

absl::Status Identity() { return Error(Reason::kBadElement, "An element is the identity."); }

}  // namespace

// Reaches into both types, so that nothing else can make one unchecked.
class GroupOperations {
 public:
  static Element Make(const ByteArray<kElementSize>& bytes) { return Element(bytes); }
  static Scalar MakeScalar() { return Scalar(); }
  static uint8_t* Bytes(Scalar& scalar) { return scalar.bytes_.RevealMutable().data(); }
};

absl::StatusOr<Element> Element::Decode(BytesView bytes) {
  const std::optional<ByteArray<kElementSize>> array = ToArray<kElementSize>(bytes);
  if (!array) return Error(Reason::kBadElement, absl::StrCat("An element has ", kElementSize, " bytes."));
  if (sodium_is_zero(array->data(), array->size()) == 1) return Identity();
  if (crypto_core_ristretto255_is_valid_point(array->data()) != 1) {
    return Error(Reason::kBadElement, "An element is not a canonical ristretto255 encoding.");
  }
  return Element(*array);
}

absl::StatusOr<Element> Element::HashFrom(BytesView input) {
  const WipedArray<64> uniform = ExpandMessage(input, kHashToGroupTag);
  ByteArray<kElementSize> bytes;
  if (crypto_core_ristretto255_from_hash(bytes.data(), uniform.Reveal().data()) != 0 ||
      sodium_is_zero(bytes.data(), bytes.size()) == 1) {
    return Identity();
  }
  return Element(bytes);
}

absl::StatusOr<std::vector<Element>> DecodeElements(BytesView bytes, size_t most) {
  if (bytes.empty() || bytes.size() % kElementSize != 0 || bytes.size() / kElementSize > most) {
    return Error(Reason::kBatchSize, absl::StrCat("A batch has 1 to ", most, " elements of ", kElementSize,
                                                  " bytes each; this has ", bytes.size(), " bytes."));
  }
  std::vector<Element> elements;
  elements.reserve(bytes.size() / kElementSize);
  for (size_t offset = 0; offset < bytes.size(); offset += kElementSize) {
    absl::StatusOr<Element> element = Element::Decode(bytes.subspan(offset, kElementSize));
    if (!element.ok()) {
      const absl::string_view why = element.status().message();
      return Error(Reason::kBadElement, absl::StrCat("Element ", offset / kElementSize + 1, " of the batch: ", why));
    }
    elements.push_back(*element);
  }
  return elements;
}

std::string EncodeElements(std::span<const Element> elements) {
  std::string out;
  out.reserve(elements.size() * kElementSize);
  for (const Element& element : elements) out.append(AsChars(element.bytes()));
  return out;
}

absl::StatusOr<Scalar> Scalar::Decode(BytesView bytes) {
  if (bytes.size() != kScalarSize) {
    return Error(Reason::kBadScalar, absl::StrCat("A scalar has ", kScalarSize, " bytes."));
  }
  // libsodium has no test for a reduced scalar: reduce and compare.
  WipedArray<64> wide;
  std::memcpy(wide.RevealMutable().data(), bytes.data(), kScalarSize);
  Scalar scalar;
  crypto_core_ristretto255_scalar_reduce(scalar.bytes_.RevealMutable().data(), wide.Reveal().data());
  if (sodium_memcmp(scalar.Reveal().data(), bytes.data(), kScalarSize) != 0) {
    return Error(Reason::kBadScalar, "A scalar is not reduced.");
  }
  if (sodium_is_zero(bytes.data(), kScalarSize) == 1) return Error(Reason::kBadScalar, "A scalar is zero.");
  return scalar;
}

Scalar Scalar::Random() {
  Scalar scalar;
  crypto_core_ristretto255_scalar_random(scalar.bytes_.RevealMutable().data());
  return scalar;
}

absl::StatusOr<Scalar> Scalar::Reduce(const ByteArray<64>& wide) {
  Scalar scalar;
  crypto_core_ristretto255_scalar_reduce(scalar.bytes_.RevealMutable().data(), wide.data());
  if (sodium_is_zero(scalar.Reveal().data(), kScalarSize) == 1) {
    return Error(Reason::kBadScalar, "A scalar is zero.");
  }
  return scalar;
}

absl::StatusOr<Scalar> Scalar::HashFrom(BytesView input) {
  return Reduce(ExpandMessage(input, kHashToScalarTag).Reveal());
}

absl::StatusOr<Element> Multiply(const Scalar& scalar, const Element& element) {
  ByteArray<kElementSize> out;
  if (crypto_scalarmult_ristretto255(out.data(), scalar.Reveal().data(), element.bytes().data()) != 0) {
    return Identity();
  }
  return GroupOperations::Make(out);
}

absl::StatusOr<Element> MultiplyBase(const Scalar& scalar) {
  ByteArray<kElementSize> out;
  if (crypto_scalarmult_ristretto255_base(out.data(), scalar.Reveal().data()) != 0) return Identity();
  return GroupOperations::Make(out);
}

absl::StatusOr<Element> Add(const Element& a, const Element& b) {
  ByteArray<kElementSize> out;
  if (crypto_core_ristretto255_add(out.data(), a.bytes().data(), b.bytes().data()) != 0 ||
      sodium_is_zero(out.data(), out.size()) == 1) {
    return Identity();
  }
  return GroupOperations::Make(out);
}

absl::StatusOr<Element> MultiplyAndSum(std::span<const Scalar> scalars, std::span<const Element> elements) {
  if (scalars.empty() || scalars.size() != elements.size()) {
    return Error(Reason::kBatchSize, "A sum needs as many scalars as elements, and at least one.");
  }
  ASSIGN_OR_RETURN(Element sum, Multiply(scalars[0], elements[0]));
  for (size_t i = 1; i < scalars.size(); ++i) {
    ASSIGN_OR_RETURN(const Element term, Multiply(scalars[i], elements[i]));
    ASSIGN_OR_RETURN(sum, Add(sum, term));
  }
  return sum;
}

absl::StatusOr<Scalar> SubtractProduct(const Scalar& a, const Scalar& b, const Scalar& c) {
  WipedArray<kScalarSize> product;
  crypto_core_ristretto255_scalar_mul(product.RevealMutable().data(), b.Reveal().data(), c.Reveal().data());
  Scalar out = GroupOperations::MakeScalar();
  crypto_core_ristretto255_scalar_sub(GroupOperations::Bytes(out), a.Reveal().data(), product.Reveal().data());
  if (sodium_is_zero(out.Reveal().data(), kScalarSize) == 1) return Error(Reason::kBadScalar, "A scalar is zero.");
  return out;
}

absl::StatusOr<Scalar> AddScalars(const Scalar& a, const Scalar& b) {
  Scalar out = GroupOperations::MakeScalar();
  crypto_core_ristretto255_scalar_add(GroupOperations::Bytes(out), a.Reveal().data(), b.Reveal().data());
  if (sodium_is_zero(out.Reveal().data(), kScalarSize) == 1) return Error(Reason::kBadScalar, "A scalar is zero.");
  return out;
}

std::vector<Scalar> Invert(std::span<const Scalar> scalars) {
  // prefix[i] = s_0 · … · s_i; one inversion of the whole product, then peeled off from the end.
  std::vector<Scalar> inverses(scalars.begin(), scalars.end());
  if (scalars.empty()) return inverses;
  std::vector<Scalar> prefix(scalars.begin(), scalars.end());
  for (size_t i = 1; i < prefix.size(); ++i) {
    crypto_core_ristretto255_scalar_mul(GroupOperations::Bytes(prefix[i]), prefix[i - 1].Reveal().data(),
                                        scalars[i].Reveal().data());
  }
  Scalar running = GroupOperations::MakeScalar();
  crypto_core_ristretto255_scalar_invert(GroupOperations::Bytes(running), prefix.back().Reveal().data());
  for (size_t i = scalars.size() - 1; i > 0; --i) {
    crypto_core_ristretto255_scalar_mul(GroupOperations::Bytes(inverses[i]), running.Reveal().data(),
                                        prefix[i - 1].Reveal().data());
    crypto_core_ristretto255_scalar_mul(GroupOperations::Bytes(running), running.Reveal().data(),
                                        scalars[i].Reveal().data());
  }
  inverses[0] = running;
  return inverses;
}

}  // namespace exposure::crypto
