// e2e_attack LOOT SCHEME FROM TO: what a thief without a key can try on stored tags. LOOT has lines of a word and
// hexadecimal:
//   context H   what F is turned into a tag with: L("record") || epoch_id || dataset_id || salt
//   tag H       of a stored row
//   value H     anything else that is stored: a salt or a key of every construction
//   output H    an F, from who has the key: the same code must find its tag
// Prints "outputs N found N", then "guesses N found N" for the six-digit numbers [FROM, TO) of "force/scheme".
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <unordered_set>
#include <vector>

namespace {

// A tag, by its first 8 bytes: by chance one guess in 10^15 hits one of 12,000.
uint64_t Start(const std::string& bytes) {
  uint64_t start = 0;
  memcpy(&start, bytes.data(), std::min(bytes.size(), sizeof start));
  return start;
}

std::string Bytes(const std::string& hex) {
  std::string bytes(hex.size() / 2, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(std::stoul(hex.substr(2 * i, 2), nullptr, 16));
  return bytes;
}

const unsigned char* Data(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string Sha512(const std::string& text) {
  std::string hash(crypto_hash_sha512_BYTES, '\0');
  crypto_hash_sha512(reinterpret_cast<unsigned char*>(hash.data()), Data(text), text.size());
  return hash;
}

std::string Sha256(const std::string& text) {
  std::string hash(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()), Data(text), text.size());
  return hash;
}

std::string Hmac512(const std::string& key, const std::string& text) {
  std::string mac(crypto_auth_hmacsha512_BYTES, '\0');
  crypto_auth_hmacsha512_state state;
  crypto_auth_hmacsha512_init(&state, Data(key), key.size());
  crypto_auth_hmacsha512_update(&state, Data(text), text.size());
  crypto_auth_hmacsha512_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
  return mac;
}

std::string Hmac256(const std::string& key, const std::string& text) {
  std::string mac(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, Data(key), key.size());
  crypto_auth_hmacsha256_update(&state, Data(text), text.size());
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
  return mac;
}

class Thief {
 public:
  explicit Thief(const char* loot) {
    std::ifstream file(loot);
    for (std::string word, hex; file >> word >> hex;) {
      if (word == "context") context_ = Bytes(hex);
      if (word == "tag") tags_.insert(Start(Bytes(hex)));
      if (word == "value") values_.push_back(Bytes(hex));
      if (word == "output") outputs_.push_back(Bytes(hex));
    }
  }

  void TryOutputs() {
    for (const std::string& output : outputs_) TryOutput(output);
    std::printf("outputs %zu found %zu\n", outputs_.size(), found_);
    found_ = 0;
  }

  void TryNumbers(const std::string& scheme, unsigned from, unsigned to) {
    guesses_ = 0;
    for (unsigned i = from; i < to; ++i) {
      std::array<char, 16> number;
      std::snprintf(number.data(), number.size(), "%06u", i);
      Try(number.data());
      Try("exposure/v1/" + scheme + "/" + number.data());
    }
    std::printf("guesses %zu found %zu\n", guesses_, found_);
  }

 private:
  // Every construction over what is known: plain, salted before and behind, keyed.
  void Try(const std::string& text) {
    TryTag(text);
    TryOutput(text);
    TryTag(Sha256(text));
    TryOutput(Sha512(text));
    for (const std::string& value : values_) {
      TryTag(Sha256(value + text));
      TryTag(Sha256(text + value));
      TryTag(Hmac256(value, text));
      TryOutput(Sha512(value + text));
      TryOutput(Hmac512(value, text));
    }
  }

  void TryTag(const std::string& guess) {
    ++guesses_;
    found_ += tags_.contains(Start(guess));
  }

  // As F itself, and in the place of a tag.
  void TryOutput(const std::string& guess) {
    TryTag(guess);
    TryTag(Hmac512(guess, context_));
  }

  std::string context_;
  std::unordered_set<uint64_t> tags_;
  std::vector<std::string> values_;
  std::vector<std::string> outputs_;
  size_t guesses_ = 0;
  size_t found_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 || sodium_init() < 0) {
    std::cerr << "e2e_attack LOOT SCHEME FROM TO\n";
    return 1;
  }
  Thief thief(argv[1]);
  thief.TryOutputs();
  thief.TryNumbers(argv[2], static_cast<unsigned>(std::atoi(argv[3])), static_cast<unsigned>(std::atoi(argv[4])));
  return 0;
}
