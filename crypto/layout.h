// Fixed layouts: a magic of 8 bytes, then fields one after another, numbers big-endian.
#ifndef EXPOSURE_CRYPTO_LAYOUT_H_
#define EXPOSURE_CRYPTO_LAYOUT_H_

#include <algorithm>
#include <string_view>

#include "base/bytes.h"

namespace exposure::crypto {

// Writes fields one after another into a fixed layout.
template <size_t N>
class Writer {
 public:
  explicit Writer(std::string_view magic) { Put(AsBytes(magic)); }
  Writer& Put(BytesView bytes) {
    std::copy(bytes.begin(), bytes.end(), out_.begin() + offset_);
    offset_ += bytes.size();
    return *this;
  }
  template <typename T>
  Writer& Number(T value) {
    StoreBigEndian(value, out_.data() + offset_);
    offset_ += sizeof(T);
    return *this;
  }
  ByteArray<N> Finish() const { return out_; }

 private:
  ByteArray<N> out_{};
  size_t offset_ = 0;
};

// Reads them back; the caller has checked the length.
class Reader {
 public:
  Reader(BytesView bytes, std::string_view magic) : bytes_(bytes.subspan(magic.size())) {}
  template <size_t N>
  void Get(ByteArray<N>& out) {
    std::copy_n(bytes_.begin(), N, out.begin());
    bytes_ = bytes_.subspan(N);
  }
  template <typename T>
  T Number() {
    const T value = LoadBigEndian<T>(bytes_.data());
    bytes_ = bytes_.subspan(sizeof(T));
    return value;
  }

 private:
  BytesView bytes_;
};

inline bool HasLayout(BytesView bytes, size_t size, std::string_view magic) {
  return bytes.size() == size && AsChars(bytes.first(magic.size())) == magic;
}

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_LAYOUT_H_
