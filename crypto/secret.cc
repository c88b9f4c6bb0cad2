#include "crypto/secret.h"

#include <cstdlib>
#include <cstring>
#include <utility>

namespace exposure::crypto {

bool InitialiseSodium() {
  static const bool ready = sodium_init() >= 0;
  return ready;
}

Secret::Secret(size_t size) : size_(size) {
  if (size == 0) return;
  // As with operator new, there is no going on without memory for a key.
  if (!InitialiseSodium() || (data_ = static_cast<uint8_t*>(sodium_malloc(size))) == nullptr) std::abort();
  sodium_memzero(data_, size_);
}

Secret::Secret(BytesView bytes) : Secret(bytes.size()) {
  if (!bytes.empty()) std::memcpy(data_, bytes.data(), bytes.size());
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    sodium_free(data_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

Secret::~Secret() { sodium_free(data_); }

Secret Secret::Random(size_t size) {
  Secret secret(size);
  if (size > 0) randombytes_buf(secret.data_, size);
  return secret;
}

}  // namespace exposure::crypto
