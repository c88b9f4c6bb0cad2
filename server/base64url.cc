#include "server/base64url.h"

#include <sodium.h>

namespace exposure::server {

std::optional<std::string> FromBase64Url(std::string_view text) {
  std::string bytes(text.size(), '\0');  // more than enough
  size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                        &length, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  bytes.resize(length);
  return bytes;
}

}  // namespace exposure::server
