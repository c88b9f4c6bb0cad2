// Which parts of the service one process plays (design.md §5). A part that is not played opens none of its files.
#ifndef EXPOSURE_SERVER_ROLES_H_
#define EXPOSURE_SERVER_ROLES_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace exposure::server {

struct Roles {
  bool evaluator = false;  // holds the evaluation keys, no record
  bool records = false;    // holds sealed datasets, no evaluation key
  bool catalogue = false;  // publishes; signs, with a key of its own, unless the signer is another process
  bool signer = false;     // is that other process

  static constexpr Roles All() { return {.evaluator = true, .records = true, .catalogue = true}; }

  friend bool operator==(const Roles&, const Roles&) = default;
};

// "evaluator,records,catalogue" or some of them, or "signer". Returns BAD_USAGE for an unknown word, for none, for
// `records` without `catalogue`, and for `signer` with others.
absl::StatusOr<Roles> ParseRoles(std::string_view words);

// "evaluator, records, catalogue".
std::string RolesText(const Roles& roles);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_ROLES_H_
