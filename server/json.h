// JSON of somebody else: parsed without exceptions, its members looked up by type.
#ifndef EXPOSURE_SERVER_JSON_H_
#define EXPOSURE_SERVER_JSON_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace exposure::server {

using Json = nlohmann::json;

// Not is_object() unless `text` is one JSON object.
inline Json ParseJson(std::string_view text) { return Json::parse(text, nullptr, /*allow_exceptions=*/false); }

// The member; null unless it is there and of that type: std::string, uint64_t (a whole number from 0), Json::array_t.
template <typename T>
const T* FindMember(const Json& object, const char* name) {
  const auto member = object.find(name);
  return member == object.end() ? nullptr : member->get_ptr<const T*>();
}

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_JSON_H_
