#include "crypto/secret.h"

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

namespace exposure::crypto {
namespace {

constexpr size_t kSlotSize = 32;  // a key's: what is shorter has a slot among others

// As with operator new, there is no going on without memory for a secret.
uint8_t* Guarded(size_t size) {
  void* data = InitialiseSodium() ? sodium_malloc(size) : nullptr;
  if (data == nullptr) std::abort();
  return static_cast<uint8_t*>(data);
}

// Slots for secrets that are shorter than a key, in blocks that stay. Thread-safe.
class Slots {
 public:
  uint8_t* Take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (free_.empty()) {
      uint8_t* block = Guarded(kSlotsOfBlock * kSlotSize);
      for (size_t i = kSlotsOfBlock; i > 0; --i) free_.push_back(block + (i - 1) * kSlotSize);
    }
    uint8_t* slot = free_.back();
    free_.pop_back();
    return slot;
  }

  void Give(uint8_t* slot) {
    sodium_memzero(slot, kSlotSize);
    const std::lock_guard<std::mutex> lock(mutex_);
    free_.push_back(slot);
  }

  // Of the process; never destroyed, for secrets of static objects.
  static Slots& Shared() {
    static Slots& slots = *new Slots();
    return slots;
  }

 private:
  static constexpr size_t kSlotsOfBlock = 512;  // four pages

  std::mutex mutex_;
  std::vector<uint8_t*> free_;  // guarded by mutex_
};

void Release(uint8_t* data, size_t size) {
  if (size == 0) return;
  if (size < kSlotSize) return Slots::Shared().Give(data);
  sodium_free(data);
}

}  // namespace

bool InitialiseSodium() {
  static const bool ready = sodium_init() >= 0;
  return ready;
}

Secret::Secret(size_t size) : size_(size) {
  if (size == 0) return;
  data_ = size < kSlotSize ? Slots::Shared().Take() : Guarded(size);
  sodium_memzero(data_, size_);
}

Secret::Secret(BytesView bytes) : Secret(bytes.size()) {
  if (!bytes.empty()) std::memcpy(data_, bytes.data(), bytes.size());
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Release(data_, size_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

Secret::~Secret() { Release(data_, size_); }

Secret Secret::Random(size_t size) {
  Secret secret(size);
  if (size > 0) randombytes_buf(secret.data_, size);
  return secret;
}

}  // namespace exposure::crypto
