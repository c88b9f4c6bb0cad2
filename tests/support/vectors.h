// The protocol vectors of tests/vectors/protocol.json, made by an independent implementation (tests/node).
#ifndef EXPOSURE_TESTS_SUPPORT_VECTORS_H_
#define EXPOSURE_TESTS_SUPPORT_VECTORS_H_

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/oprf.h"

namespace exposure::testing {

using Json = nlohmann::json;

// The cases of one section; never empty, or the test fails.
inline const Json& Cases(const std::string& section) {
  static const Json all = Json::parse(std::ifstream(std::string(EXPOSURE_SOURCE_DIR) + "/tests/vectors/protocol.json"));
  static const Json none = Json::array();
  if (!all.contains(section) || all[section].empty()) {
    ADD_FAILURE() << "No vectors: " << section;
    return none;
  }
  return all[section];
}

inline std::string Bytes(const Json& hex) { return FromHex(hex.get<std::string>()).value(); }

template <size_t N>
ByteArray<N> Array(const Json& hex) {
  return ArrayFromHex<N>(hex.get<std::string>()).value();
}

inline crypto::Output OutputOf(const Json& hex) {
  crypto::Output f;
  f.RevealMutable() = Array<64>(hex);
  return f;
}

// Numbers are JSON numbers, or strings where they could lose digits.
inline uint64_t Number(const Json& value) {
  return value.is_string() ? std::stoull(value.get<std::string>()) : value.get<uint64_t>();
}

// The reason word of a status: empty for OK.
inline std::string ReasonIn(const absl::Status& status) {
  if (status.ok()) return "";
  const std::optional<Reason> reason = ReasonOf(status);
  return reason ? std::string(ReasonWord(*reason)) : "no reason: " + std::string(status.message());
}

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_VECTORS_H_
