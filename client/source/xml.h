// XML of untrusted origin, read as a stream: no DTD, no entity but the five of XML itself, bounded depth and memory.
#ifndef EXPOSURE_CLIENT_SOURCE_XML_H_
#define EXPOSURE_CLIENT_SOURCE_XML_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "client/source/archive.h"

namespace exposure {

inline constexpr int kMaxXmlDepth = 64;
inline constexpr int64_t kMaxXmlTag = 1 << 20;  // bytes of one tag, with its attributes

// Of a part of which most is kept in memory: how parts hang together, styles.
inline constexpr uint64_t kMaxKeptXml = 32 << 20;  // bytes

// Valid during the call only.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}

  // Names are without prefix ("id" finds r:id), unless one has none. Nothing where there is no such attribute.
  std::optional<std::string_view> Find(std::string_view name) const;
  // The same, and empty where there is none.
  std::string_view Get(std::string_view name) const { return Find(name).value_or(std::string_view()); }
  // Whether it is "1" or "true".
  bool IsTrue(std::string_view name) const;

 private:
  const char** pairs_;  // name, value, …, null
};

// "42"; nothing if it is no whole number.
std::optional<uint64_t> WholeNumber(std::string_view text);

// What an XML part holds. Names of elements are without prefix. An error ends the reading and is returned.
class XmlSink {
 public:
  virtual ~XmlSink() = default;
  virtual absl::Status OnStart(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual absl::Status OnEnd(std::string_view name) = 0;
  // Of one text several pieces may come.
  virtual absl::Status OnText(std::string_view /*text*/) { return absl::OkStatus(); }
};

// Returns BAD_SOURCE, with the part and line: not well-formed, a DTD, an encoding that is not known, more than the
// limits above; and as Archive::Read.
absl::Status ReadXml(const Archive& archive, std::string_view part, XmlSink& sink);

// The same of a part of at most kMaxKeptXml.
absl::Status ReadKeptXml(const Archive& archive, std::string_view part, XmlSink& sink);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_XML_H_
