// Byte views, fixed arrays, big-endian numbers and hexadecimal: what every layer says bytes with.
#ifndef EXPOSURE_BASE_BYTES_H_
#define EXPOSURE_BASE_BYTES_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace exposure {

using BytesView = std::span<const uint8_t>;

template <size_t N>
using ByteArray = std::array<uint8_t, N>;

inline BytesView AsBytes(std::string_view s) { return {reinterpret_cast<const uint8_t*>(s.data()), s.size()}; }

inline std::string_view AsChars(BytesView b) { return {reinterpret_cast<const char*>(b.data()), b.size()}; }

inline std::string ToString(BytesView b) { return std::string(AsChars(b)); }

// The N bytes of `b`, or nothing if it has another length.
template <size_t N>
std::optional<ByteArray<N>> ToArray(BytesView b) {
  if (b.size() != N) return std::nullopt;
  ByteArray<N> out;
  std::copy(b.begin(), b.end(), out.begin());
  return out;
}

template <size_t N>
std::optional<ByteArray<N>> ToArray(std::string_view s) {
  return ToArray<N>(AsBytes(s));
}

// Big-endian numbers at `p`; the caller guarantees the room.
template <typename T>
void StoreBigEndian(T value, uint8_t* p) {
  for (size_t i = sizeof(T); i-- > 0; value = static_cast<T>(sizeof(T) > 1 ? value >> 8 : 0)) {
    p[i] = static_cast<uint8_t>(value);
  }
}

template <typename T>
T LoadBigEndian(const uint8_t* p) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(sizeof(T) > 1 ? (value << 8) | p[i] : p[i]);
  return value;
}

template <typename T>
void AppendBigEndian(T value, std::string& out) {
  ByteArray<sizeof(T)> b;
  StoreBigEndian(value, b.data());
  out.append(AsChars(b));
}

// Lower-case hexadecimal.
std::string ToHex(BytesView b);

// Nothing unless `hex` is whole bytes of hexadecimal digits.
std::optional<std::string> FromHex(std::string_view hex);

template <size_t N>
std::optional<ByteArray<N>> ArrayFromHex(std::string_view hex) {
  const std::optional<std::string> bytes = FromHex(hex);
  return bytes ? ToArray<N>(*bytes) : std::nullopt;
}

}  // namespace exposure

#endif  // EXPOSURE_BASE_BYTES_H_
