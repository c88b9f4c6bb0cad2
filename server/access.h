// Who may call what: the access table of the configuration. What it does not mention is refused.
#ifndef EXPOSURE_SERVER_ACCESS_H_
#define EXPOSURE_SERVER_ACCESS_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "exposure/config/v1/config.pb.h"
#include "server/caller.h"

namespace exposure::server {

// Immutable.
class Access {
 public:
  // Without a table: `local` may call everything, and nobody else anything.
  Access() = default;
  // The table was checked when the configuration was read.
  explicit Access(const config::v1::AccessTable& table);

  // `who` has role and name, from its certificate or token; the forces it is bound to are added. `method` is
  // like "exposure.v1.EvaluationService/Evaluate". Returns NOT_ALLOWED where the table does not let the role call the
  // method, or does not mention it; UNKNOWN_CALLER for a caller that the table does not name.
  absl::StatusOr<Caller> Admit(Caller who, std::string_view method) const;

 private:
  struct Table {
    std::map<std::string, std::set<config::v1::CallerRole>, std::less<>> methods;
    std::map<std::string, config::v1::CallerRule, std::less<>> callers;
  };

  std::optional<Table> table_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_ACCESS_H_
