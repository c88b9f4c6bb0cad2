#include "server/roles.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/error.h"

namespace exposure::server {

absl::StatusOr<Roles> ParseRoles(std::string_view words) {
  Roles roles;
  for (const std::string& part : std::vector<std::string>(absl::StrSplit(std::string(words), ','))) {
    const std::string word(absl::StripAsciiWhitespace(part));
    if (word == "evaluator") {
      roles.evaluator = true;
    } else if (word == "records") {
      roles.records = true;
    } else if (word == "catalogue") {
      roles.catalogue = true;
    } else if (word == "signer") {
      roles.signer = true;
    } else {
      return Error(Reason::kBadUsage,
                   absl::StrCat("--roles: there is no role \"", word,
                                "\".\n  Fix: some of evaluator,records,catalogue, joined by commas, or signer"));
    }
  }
  if (roles.records && !roles.catalogue) {
    return Error(Reason::kBadUsage,
                 "--roles: records needs catalogue in the same process: what is published is shown by it. The signer "
                 "can be another process.\n  Fix: --roles=records,catalogue, and `signer` in the configuration");
  }
  if (roles.signer && (roles.evaluator || roles.catalogue)) {
    return Error(Reason::kBadUsage,
                 "--roles: signer is a process of its own; where it shares one, catalogue signs itself.\n"
                 "  Fix: --roles=signer, or leave it out");
  }
  return roles;
}

std::string RolesText(const Roles& roles) {
  std::vector<std::string> words;
  if (roles.evaluator) words.push_back("evaluator");
  if (roles.records) words.push_back("records");
  if (roles.catalogue) words.push_back("catalogue");
  if (roles.signer) words.push_back("signer");
  return absl::StrJoin(words, ", ");
}

}  // namespace exposure::server
