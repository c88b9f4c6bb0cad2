// Memory of what people's data passes through, wiped when it is given back. For text of any length; a secret that lives
// long is a crypto::Secret.
#ifndef EXPOSURE_CLIENT_SOURCE_WIPED_H_
#define EXPOSURE_CLIENT_SOURCE_WIPED_H_

#include <malloc.h>
#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

namespace exposure {

template <typename T>
class WipingAllocator : public std::allocator<T> {
 public:
  template <typename U>
  struct rebind {  // NOLINT(readability-identifier-naming): the library's name
    using other = WipingAllocator<U>;
  };
  void deallocate(T* p, size_t n) {  // NOLINT(readability-identifier-naming): the library's name
    sodium_memzero(p, n * sizeof(T));
    std::allocator<T>::deallocate(p, n);
  }
};

// A short one (15 bytes) is held in the object itself, and not wiped: reserve more.
using WipedText = std::basic_string<char, std::char_traits<char>, WipingAllocator<char>>;

// For libraries in C.
inline void WipingFree(void* p) {
  if (p == nullptr) return;
  sodium_memzero(p, malloc_usable_size(p));
  free(p);
}

inline void* WipingRealloc(void* old, size_t size) {
  void* fresh = malloc(size);
  if (fresh != nullptr && old != nullptr) {
    memcpy(fresh, old, std::min(size, malloc_usable_size(old)));
    WipingFree(old);
  }
  return fresh;
}

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_WIPED_H_
