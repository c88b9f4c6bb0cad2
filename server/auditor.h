// The words of the audit log: one function for each thing that is on record, so that nothing else is. No function takes
// a number, an element, a bucket, a subject or a token. Thread-safe; a function that records waits for the disk.
#ifndef EXPOSURE_SERVER_AUDITOR_H_
#define EXPOSURE_SERVER_AUDITOR_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "crypto/epoch.h"
#include "crypto/merkle.h"
#include "crypto/record.h"
#include "crypto/signature.h"
#include "server/config.h"
#include "server/roles.h"
#include "storage/audit_log.h"
#include "storage/refused_calls.h"

namespace exposure::server {

// Where the log of a process with these roles is: DIR/audit/catalogue, else evaluator, else signer.
std::string AuditDirectory(const std::string& data_directory, const Roles& roles);

// Of everything that the configuration file and the public files that it names say; not of certificates and keys.
crypto::Hash ConfigurationHash(const LoadedConfig& config);

// `who` is a caller's name, "operator/jones". A change is recorded *before* it is made, and not made if that fails: an
// entry says that it was asked for and allowed. One that then fails is followed by an entry of Failed. All return
// DISK_FULL, STORAGE_FAILED.
class Auditor {
 public:
  Auditor(std::unique_ptr<storage::AuditLog> log, storage::Clock clock);

  const storage::AuditLog& log() const { return *log_; }

  // The process. Started also records the configuration's hash, where it is not the one that was last recorded.
  absl::Status Started(const Roles& roles, std::string_view version, const crypto::Hash& configuration);
  // `id`: of a public key, or the epoch's.
  absl::Status KeyLoaded(std::string_view kind, BytesView id);
  // With the refused calls that were counted and not yet recorded.
  absl::Status Stopped();

  // Operators.
  absl::Status GrantGiven(std::string_view who, const crypto::EpochId& epoch, std::string_view incident,
                          std::string_view caller, uint64_t rows, uint32_t runs);
  absl::Status SurgeProposed(std::string_view who, const crypto::EpochId& epoch, uint32_t factor, uint32_t hours);
  absl::Status SurgeApproved(std::string_view who, BytesView surge_id);
  absl::Status Exported(std::string_view who, uint64_t from);

  // Of enumeration by a consumer: `shape` is the alarm's text.
  absl::Status Alarmed(std::string_view consumer, const crypto::EpochId& epoch, std::string_view shape);

  // Of a signer that is a process of its own: what was signed for `who`, before it leaves.
  absl::Status CatalogueSigned(std::string_view who, uint64_t version);
  absl::Status ReceiptSigned(std::string_view who, const crypto::DatasetId& dataset);

  // Custodians.
  absl::Status Loaded(std::string_view who, const crypto::DatasetId& dataset);
  absl::Status Published(std::string_view who, const crypto::DatasetId& dataset,
                         const std::optional<crypto::DatasetId>& replaces);
  absl::Status Retracted(std::string_view who, const crypto::DatasetId& dataset);
  // By the service itself, when it is done: "ended".
  absl::Status Removed(const crypto::DatasetId& dataset, std::string_view cause);
  absl::Status NoticePublished(std::string_view who, std::string_view incident);
  absl::Status NoticeEdited(std::string_view who, std::string_view incident);

  // `what` of an entry before, "publish", did not come about.
  absl::Status Failed(std::string_view who, std::string_view what, std::string_view reason);

  // A refused call: an entry, or counted (storage/refused_calls.h); "unknown" where `who` is empty. The call is refused
  // whether or not it can be recorded: what cannot is in the next sum.
  void Refused(std::string_view who, std::string_view method, std::string_view reason);
  // What a consumer asked in an hour that is over, in elements: nothing else of a check is on record. `hour`: Unix
  // seconds at which it began.
  absl::Status Checks(std::string_view consumer, uint64_t hour, uint64_t count);

  // Records the refused calls that were counted, when their minute is over. To be called about once a minute; what
  // could not be recorded is kept for the next time.
  absl::Status Tick();

 private:
  absl::Status Record(std::string_view who, std::string_view what, std::string object);
  absl::Status RecordRefused(const std::vector<storage::CountedRefusal>& refused);

  const std::unique_ptr<storage::AuditLog> log_;
  const storage::Clock clock_;
  storage::RefusedCalls refused_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_AUDITOR_H_
