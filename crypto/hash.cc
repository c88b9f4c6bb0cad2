#include "crypto/hash.h"

namespace exposure::crypto {

std::string Label(std::string_view s) {
  std::string label = "exposure/v1/";
  label.append(s);
  label.push_back('\0');
  return label;
}

ByteArray<32> Sha256(std::initializer_list<BytesView> parts) {
  Sha256Stream stream;
  for (const BytesView part : parts) stream.Update(part);
  return stream.Finish();
}

WipedArray<64> Sha512(std::initializer_list<BytesView> parts) {
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  for (const BytesView part : parts) crypto_hash_sha512_update(&state, part.data(), part.size());
  WipedArray<64> out;
  crypto_hash_sha512_final(&state, out.RevealMutable().data());
  sodium_memzero(&state, sizeof state);
  return out;
}

WipedArray<64> HmacSha512(BytesView key, std::initializer_list<BytesView> parts) {
  crypto_auth_hmacsha512_state state;
  crypto_auth_hmacsha512_init(&state, key.data(), key.size());
  for (const BytesView part : parts) crypto_auth_hmacsha512_update(&state, part.data(), part.size());
  WipedArray<64> out;
  crypto_auth_hmacsha512_final(&state, out.RevealMutable().data());
  sodium_memzero(&state, sizeof state);
  return out;
}

WipedArray<32> HmacSha256(BytesView key, std::initializer_list<BytesView> parts) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  for (const BytesView part : parts) crypto_auth_hmacsha256_update(&state, part.data(), part.size());
  WipedArray<32> out;
  crypto_auth_hmacsha256_final(&state, out.RevealMutable().data());
  sodium_memzero(&state, sizeof state);
  return out;
}

Sha256Stream::Sha256Stream() { crypto_hash_sha256_init(&state_); }

Sha256Stream::~Sha256Stream() { sodium_memzero(&state_, sizeof state_); }

void Sha256Stream::Update(BytesView bytes) { crypto_hash_sha256_update(&state_, bytes.data(), bytes.size()); }

ByteArray<32> Sha256Stream::Finish() {
  ByteArray<32> out;
  crypto_hash_sha256_final(&state_, out.data());
  return out;
}

}  // namespace exposure::crypto
