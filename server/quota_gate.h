// Before an element is evaluated it is paid for here: quotas, grants, surges, the enumeration alarm. EvaluationService
// charges, OperationsService asks and changes. A call that comes while nothing is being written is written by the
// thread that brought it; those that come meanwhile wait for the gate's thread, and are written together: one sync for
// all. So of all threads at most one waits for the ledger's disk.
//
//   Charge ─▶ idempotency ─▶ [price ─▶ ledger, one write ─▶ alarm] ─▶ done
#ifndef EXPOSURE_SERVER_QUOTA_GATE_H_
#define EXPOSURE_SERVER_QUOTA_GATE_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "crypto/epoch.h"
#include "exposure/v1/operations_service.pb.h"
#include "server/caller.h"
#include "server/idempotency.h"
#include "server/quota_policy.h"
#include "storage/quota_ledger.h"
#include "storage/sealing_grants.h"
#include "storage/surges.h"

namespace exposure::server {

// One call of Evaluate.
struct QuotaCall {
  Caller caller;
  crypto::EpochId epoch{};
  ByteArray<16> subject{};  // all zero: the caller's own batch
  ByteArray<16> idempotency{};
  std::optional<storage::GrantId> grant;  // then nothing else is charged
  BytesView blinded;                      // elements; not used after Charge has returned
};

// Elements that a caller asked in one hour: all that the audit log is told of checks.
struct HourCount {
  std::string caller;
  uint64_t hour = 0;  // Unix seconds at which it began
  uint64_t elements = 0;

  friend bool operator==(const HourCount&, const HourCount&) = default;
};

// Thread-safe. All but Charge wait for the disk, and may return DISK_FULL, STORAGE_FAILED or CORRUPT_RECORDS.
class QuotaGate {
 public:
  using Done = std::function<void(absl::Status)>;
  using OnAlarm = std::function<void(const v1::QuotaAlarm&)>;

  // `on_alarm` is called for each alarm that is raised: at most once a day for each caller, epoch and kind, restarts
  // included. From a thread that charges, one at a time.
  static absl::StatusOr<std::unique_ptr<QuotaGate>> Create(QuotaPolicy policy,
                                                           std::unique_ptr<storage::QuotaLedger> ledger,
                                                           OnAlarm on_alarm);
  // Answers what waits.
  ~QuotaGate();

  // Calls `done` exactly once, from the gate's thread or, perhaps after the disk, from this one. OK: it was charged, on
  // disk, or was before (a retry). Gives BATCH_SIZE, UNKNOWN_EPOCH, RETIRED_EPOCH; QUOTA_SUBJECT, QUOTA_CALLER,
  // QUOTA_BUDGET with RetryAfter, where waiting helps; NO_GRANT, GRANT_USED_UP with the command that helps;
  // IDEMPOTENCY_REUSED; UNKNOWN_CALLER; OVERLOADED; DISK_FULL, STORAGE_FAILED, CORRUPT_RECORDS. What is refused is not
  // charged.
  void Charge(const QuotaCall& call, const Done& done);

  // Returns UNKNOWN_EPOCH, RETIRED_EPOCH, BAD_GRANT with the field; SAME_PERSON if the grantee is `who`.
  absl::StatusOr<storage::Grant> GrantSealing(const std::string& who, const storage::GrantScope& scope, uint64_t rows,
                                              uint32_t runs);
  // Whether what a caller asks counts. Of `local` only where the access table gives it limits.
  bool HasLimits(const std::string& caller) const { return policy_.HasLimits(caller); }

  // Returns UNKNOWN_EPOCH, RETIRED_EPOCH, NO_GRANT with the command for `rows`.
  absl::StatusOr<storage::Grant> FindGrant(const storage::GrantScope& scope, uint64_t rows);

  // Returns UNKNOWN_EPOCH, RETIRED_EPOCH, BAD_SURGE with the field.
  absl::StatusOr<storage::SurgeId> ProposeSurge(const std::string& who, const crypto::EpochId& epoch, uint32_t factor,
                                                uint32_t hours);
  // Returns UNKNOWN_SURGE, SAME_PERSON.
  absl::StatusOr<uint64_t> ApproveSurge(const std::string& who, const storage::SurgeId& id);

  // The counts of today.
  absl::StatusOr<v1::GetQuotasResponse> Usage();

  // Counts of hours that are over, to be written to the audit log and then forgotten: a crash between the two tells an
  // hour twice, and none never.
  absl::StatusOr<std::vector<HourCount>> FinishedHours();
  absl::Status ForgetHours(std::span<const HourCount> hours);

 private:
  // A call without its elements.
  struct Waiting {
    Caller caller;
    crypto::EpochId epoch{};
    ByteArray<16> subject{};
    std::optional<storage::GrantId> grant;
    uint64_t elements = 0;
    Done done;
  };

  QuotaGate(QuotaPolicy policy, std::unique_ptr<storage::QuotaLedger> ledger, OnAlarm on_alarm);

  absl::Status Load();
  void Run();  // the gate's thread
  // Writes the call on this thread, or leaves it to the gate's. Neither throws into gRPC, which would go on.
  void WriteOrWait(Waiting call) noexcept;
  // Writes them, lets others write, and tells. Of one thread at a time, which has set `writing_`.
  void Write(std::deque<Waiting> calls) noexcept;

  // While writing.
  std::vector<absl::Status> Commit(const std::deque<Waiting>& calls);
  absl::StatusOr<PricedCall> Price(const Waiting& call);
  absl::Status RefusalOf(const Waiting& call, const PricedCall& priced, const storage::Outcome& outcome);
  void RaiseAlarms(const std::set<std::pair<crypto::EpochId, std::string>>& asked);
  void Raise(const crypto::EpochId& epoch, const std::string& caller, const Suspicion& suspicion);
  std::string AlarmPrefix() const;  // of today's

  absl::StatusOr<DayShape> ShapeOf(const crypto::EpochId& epoch, const std::string& caller);

  const QuotaPolicy policy_;
  const std::unique_ptr<storage::QuotaLedger> ledger_;
  const OnAlarm on_alarm_;
  std::unique_ptr<storage::SealingGrants> grants_;
  std::unique_ptr<storage::Surges> surges_;
  Idempotency idempotency_;

  std::mutex alarms_mutex_;
  std::map<std::string, v1::QuotaAlarm> alarms_;  // by the name of their note; guarded by alarms_mutex_

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;  // guarded by mutex_, like the next two
  bool writing_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_QUOTA_GATE_H_
