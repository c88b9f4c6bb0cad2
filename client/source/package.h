// How the parts of a workbook hang together (Open Packaging Conventions): what each is, and which one points where.
#ifndef EXPOSURE_CLIENT_SOURCE_PACKAGE_H_
#define EXPOSURE_CLIENT_SOURCE_PACKAGE_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/source/archive.h"

namespace exposure {

inline constexpr char kContentTypes[] = "[Content_Types].xml";

struct Relationship {
  std::string id;
  std::string type;    // what comes last in it: "worksheet"; the rest differs between editions of the standard
  std::string target;  // a part as the archive writes it, where it is there
  bool external = false;
};

// The relationships of `part`, or of the whole package where it is empty; none where it has none. Returns BAD_SOURCE.
absl::StatusOr<std::vector<Relationship>> ReadRelationships(const Archive& archive, std::string_view part);

// The first of `type`, or null.
const Relationship* FindRelationship(const std::vector<Relationship>& all, std::string_view type);

class ContentTypes {
 public:
  // Returns BAD_SOURCE, also where the package has none.
  static absl::StatusOr<ContentTypes> Read(const Archive& archive);

  // In lower case, "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"; empty if it is not
  // said.
  std::string_view Of(std::string_view part) const;

 private:
  std::map<std::string, std::string, std::less<>> by_part_, by_extension_;  // in lower case
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_PACKAGE_H_
