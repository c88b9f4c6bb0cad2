#include "server/door.h"

#include <grpc/grpc_security_constants.h>

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::server {
namespace {

std::string_view View(const grpc::string_ref& text) { return {text.data(), text.size()}; }

std::string_view Property(const grpc::AuthContext& context, const char* name) {
  const std::vector<grpc::string_ref> values = context.FindPropertyValues(name);
  return values.empty() ? std::string_view() : View(values[0]);
}

}  // namespace

absl::StatusOr<Caller> Door::Admit(const Credentials& credentials, std::string_view method) const {
  absl::StatusOr<Caller> who = identity_ == nullptr ? LocalCaller() : identity_->Of(credentials);
  const std::string name = who.ok() ? who->name : "";
  if (who.ok()) who = access_.Admit(*std::move(who), method);
  if (!who.ok() && on_refused_) on_refused_(name, method, who.status());
  return who;
}

absl::StatusOr<Entry> Door::Enter(const grpc::CallbackServerContext& context, std::string_view method) const {
  Entry entry;
  entry.pass = gate_.Enter();
  if (entry.pass == nullptr) return Error(Reason::kShuttingDown, "The service is stopping. Try again in a moment.");
  const std::shared_ptr<const grpc::AuthContext> peer = context.auth_context();
  const auto authorization = context.client_metadata().find("authorization");
  Credentials credentials;
  credentials.certificate = Property(*peer, GRPC_X509_PEM_CERT_PROPERTY_NAME);
  credentials.chain = Property(*peer, GRPC_X509_PEM_CERT_CHAIN_PROPERTY_NAME);
  if (authorization != context.client_metadata().end()) credentials.authorization = View(authorization->second);
  ASSIGN_OR_RETURN(entry.caller, Admit(credentials, method));
  return entry;
}

}  // namespace exposure::server
