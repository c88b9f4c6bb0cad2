// The one door that every rpc passes before anything else: is the service open, who calls, may they call this method.
#ifndef EXPOSURE_SERVER_DOOR_H_
#define EXPOSURE_SERVER_DOOR_H_

#include <grpcpp/server_context.h>

#include <functional>
#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/access.h"
#include "server/call_gate.h"
#include "server/caller.h"
#include "server/identity.h"

namespace exposure::server {

// A call that was let in: held until it has ended.
struct Entry {
  CallGate::Pass pass;
  Caller caller;
};

// Thread-safe.
class Door {
 public:
  // Told of every call that is not let in; `who` is empty where that is not known.
  using OnRefused = std::function<void(std::string_view who, std::string_view method, const absl::Status& why)>;

  // A listener without TLS: every caller is `local`. `gate` outlives this.
  explicit Door(CallGate& gate, Access access = Access()) : Door(gate, std::move(access), nullptr, nullptr) {}
  // With TLS, unless `identity` is null. `on_refused` may be null.
  Door(CallGate& gate, Access access, std::unique_ptr<Identity> identity, OnRefused on_refused)
      : gate_(gate), access_(std::move(access)), identity_(std::move(identity)), on_refused_(std::move(on_refused)) {}

  // Lets a call of "exposure.v1.EvaluationService/Evaluate" in. Returns SHUTTING_DOWN, or as Admit.
  absl::StatusOr<Entry> Enter(const grpc::CallbackServerContext& context, std::string_view method) const;

  // The caller alone: also for services that are not ours. Returns as Identity::Of and Access::Admit.
  absl::StatusOr<Caller> Admit(const Credentials& credentials, std::string_view method) const;

 private:
  CallGate& gate_;
  const Access access_;
  const std::unique_ptr<Identity> identity_;  // null without TLS
  const OnRefused on_refused_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_DOOR_H_
