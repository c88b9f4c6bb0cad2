// Secrets in memory. Every raw read is a call of Reveal(), so that all of them can be found by searching.
#ifndef EXPOSURE_CRYPTO_SECRET_H_
#define EXPOSURE_CRYPTO_SECRET_H_

#include <sodium.h>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"

namespace exposure::crypto {

// A secret that lives long: a key, a number somebody typed. Move-only; in guarded, locked memory that is not in core
// dumps and is wiped when it goes (sodium_malloc). A key has pages of its own, of which the system allows about 16,000;
// what is shorter than a key shares pages with others of its kind, for pages cost more than a multiplication. Not
// thread-safe for writing. Never printed.
class Secret {
 public:
  Secret() = default;
  // Zeroed, for reading into.
  explicit Secret(size_t size);
  // Copies; the caller wipes its own.
  explicit Secret(BytesView bytes);
  explicit Secret(std::string_view text) : Secret(AsBytes(text)) {}
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  static Secret Random(size_t size);

  size_t size() const { return size_; }
  BytesView Reveal() const { return {data_, size_}; }
  std::span<uint8_t> RevealMutable() { return {data_, size_}; }

  // Constant time for equal sizes.
  friend bool operator==(const Secret& a, const Secret& b) {
    return a.size_ == b.size_ && (a.size_ == 0 || sodium_memcmp(a.data_, b.data_, a.size_) == 0);
  }

 private:
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

// A secret of one operation, in place: wiped when it goes. For millions of rows, where Secret would run out.
template <size_t N>
class WipedArray {
 public:
  WipedArray() = default;
  WipedArray(const WipedArray&) = default;
  WipedArray& operator=(const WipedArray&) = default;
  ~WipedArray() { sodium_memzero(bytes_.data(), N); }

  const ByteArray<N>& Reveal() const { return bytes_; }
  ByteArray<N>& RevealMutable() { return bytes_; }

  // Constant time.
  friend bool operator==(const WipedArray& a, const WipedArray& b) {
    return sodium_memcmp(a.bytes_.data(), b.bytes_.data(), N) == 0;
  }

 private:
  ByteArray<N> bytes_{};
};

// Initialises libsodium; called once by everything in crypto/ that needs it, and harmless when repeated. Returns false
// where the system has no randomness.
bool InitialiseSodium();

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_SECRET_H_
