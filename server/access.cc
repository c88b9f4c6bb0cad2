#include "server/access.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace exposure::server {

Access::Access(const config::v1::AccessTable& table) : table_(Table{}) {
  for (const config::v1::MethodRule& rule : table.methods()) {
    std::set<config::v1::CallerRole>& roles = table_->methods[rule.method()];
    for (const int role : rule.roles()) roles.insert(static_cast<config::v1::CallerRole>(role));
  }
  for (const config::v1::CallerRule& rule : table.callers()) table_->callers[rule.name()] = rule;
}

absl::StatusOr<Caller> Access::Admit(Caller who, std::string_view method) const {
  if (!table_ && who.is_local()) return who;
  const auto refused = [&](Reason reason, std::string_view why) {
    return Error(reason,
                 absl::StrCat(who.name, " ", std::string(why), " The access table of the service says who may."));
  };
  if (!table_) return refused(Reason::kNotAllowed, "may not call anything.");
  if (!who.is_local()) {
    const auto rule = table_->callers.find(who.name);
    if (rule == table_->callers.end()) return refused(Reason::kUnknownCaller, "is not known to this service.");
    who.forces.assign(rule->second.forces().begin(), rule->second.forces().end());
  }
  const auto roles = table_->methods.find(method);
  if (roles == table_->methods.end() || !roles->second.contains(who.role)) {
    return refused(Reason::kNotAllowed, "may not call this method.");
  }
  return who;
}

}  // namespace exposure::server
