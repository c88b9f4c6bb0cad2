#include "server/server.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "server/auditor.h"
#include "server/caller.h"
#include "server/catalogue_service.h"
#include "server/config_content.h"
#include "server/custodian_service.h"
#include "server/door.h"
#include "server/evaluation_service.h"
#include "server/keys.h"
#include "server/log.h"
#include "server/operations_service.h"
#include "server/quota_gate.h"
#include "server/record_service.h"
#include "server/signer_service.h"
#include "server/stores.h"
#include "server/ticker.h"
#include "server/token_verifier.h"
#include "server/transport.h"

namespace exposure::server {
namespace {

constexpr auto kTick = std::chrono::seconds(60);
constexpr auto kWarnAgain = std::chrono::hours(1);
constexpr int kReaders = 4;               // threads that wait for the disk
constexpr size_t kReadsWaiting = 4096;    // calls
constexpr size_t kChangesWaiting = 64;    // calls; of 1 MiB at most each
constexpr size_t kSignaturesWaiting = 4;  // calls; of 64 MiB at most each

absl::StatusOr<std::unique_ptr<Evaluator>> MakeEvaluator(const LoadedConfig& config) {
  std::vector<EpochKey> keys;
  for (const std::string& path : config.settings.evaluator_key_files()) {
    ASSIGN_OR_RETURN(crypto::EvaluatorKey key, ReadEvaluatorKey(path));
    const v1::Epoch* epoch = EpochOfKey(config.content, key.public_key());
    if (epoch == nullptr) return Error(Reason::kKeyFile, path + ": was exchanged while the service started.");
    keys.push_back({*ToArray<16>(epoch->epoch_id()), std::move(key)});
  }
  std::set<crypto::EpochId> retired;
  for (const v1::Epoch& epoch : config.content.epochs()) {
    if (epoch.state() == v1::EPOCH_STATE_RETIRED) retired.insert(*ToArray<16>(epoch.epoch_id()));
  }
  const config::v1::Limits& limits = config.settings.limits();
  return std::make_unique<Evaluator>(std::move(keys), std::move(retired), static_cast<int>(limits.evaluation_threads()),
                                     limits.queued_elements());
}

absl::StatusOr<std::unique_ptr<Auditor>> OpenAuditor(const LoadedConfig& config, const Roles& roles) {
  RETURN_IF_ERROR(MakePrivateDirectory(config.settings.data_directory()));
  ASSIGN_OR_RETURN(
      std::unique_ptr<storage::AuditLog> log,
      storage::AuditLog::Open(AuditDirectory(config.settings.data_directory(), roles), storage::SystemClock()));
  return std::make_unique<Auditor>(std::move(log), storage::SystemClock());
}

void Raise(const v1::QuotaAlarm& alarm, Auditor& auditor) {
  Log(Level::kError,
      absl::StrCat("ALARM: ", alarm.caller(), " may be trying out numbers of epoch ", ToHex(AsBytes(alarm.epoch_id())),
                   ": ", alarm.shape(), " See docs/operations.md, \"Quotas, grants, surges\"."));
  const absl::Status recorded = auditor.Alarmed(alarm.caller(), *ToArray<16>(AsBytes(alarm.epoch_id())), alarm.shape());
  if (!recorded.ok()) Log(Level::kError, absl::StrCat("the audit log: ", recorded.message()));
}

absl::StatusOr<std::unique_ptr<QuotaGate>> OpenQuotas(const LoadedConfig& config, Auditor& auditor) {
  ASSIGN_OR_RETURN(std::unique_ptr<storage::QuotaLedger> ledger,
                   storage::QuotaLedger::Open({.directory = config.settings.data_directory() + "/evaluator",
                                               .clock = storage::SystemClock()}));
  return QuotaGate::Create(QuotaPolicy(config.settings, config.content), std::move(ledger),
                           [&auditor](const v1::QuotaAlarm& alarm) { Raise(alarm, auditor); });
}

// Whoever can use this machine could then ask about every number.
void WarnOfNoLimits(const config::v1::ServerConfig& settings, const QuotaGate& quotas) {
  if (settings.has_tls() || quotas.HasLimits(kLocalCaller)) return;
  Log(Level::kWarning,
      "Without `tls` callers have no limits: whoever can use this machine can ask about every number. For anything but "
      "a trial give `tls`, or limits to the caller \"local\" in `access`.");
}

// Null where no tokens are taken.
absl::StatusOr<std::unique_ptr<TokenVerifier>> MakeTokens(const config::v1::ServerConfig& settings) {
  if (!settings.has_tokens()) return std::unique_ptr<TokenVerifier>();
  return TokenVerifier::Create(settings.tokens(), storage::SystemClock());
}

// `tokens` may be null; it and `auditor` outlive the door.
absl::StatusOr<std::unique_ptr<Door>> MakeDoor(const config::v1::ServerConfig& settings, CallGate& gate,
                                               const TokenVerifier* tokens, Auditor& auditor) {
  const auto refused = [&auditor](std::string_view who, std::string_view method, const absl::Status& why) {
    auditor.Refused(who, method, ReasonWordOf(why));
  };
  Access access = settings.has_access() ? Access(settings.access()) : Access();
  if (!settings.has_tls()) return std::make_unique<Door>(gate, std::move(access), nullptr, refused);
  const config::v1::Tls& tls = settings.tls();
  ASSIGN_OR_RETURN(std::unique_ptr<TrustStore> trust, TrustStore::Open(tls.client_ca_file(), tls.revocation_file()));
  VerifyToken verify;
  if (tokens != nullptr) verify = [tokens](std::string_view token) { return tokens->Verify(token); };
  auto identity = std::make_unique<Identity>(std::move(trust), tls.trust_domain(), std::move(verify));
  return std::make_unique<Door>(gate, std::move(access), std::move(identity), refused);
}

}  // namespace

class Server::Parts {
 public:
  Parts(const LoadedConfig& config, Roles roles)
      : settings_(config.settings), content_(config.content), roles_(roles) {}

  absl::Status Start(const LoadedConfig& config);
  void Shutdown();

  const std::string& address() const { return bound_.address; }

 private:
  void MakeServices();
  void SetServing();
  // Damage is told once, and turns the health of RecordService.
  void OnDamage();
  absl::Status RecordStart(const LoadedConfig& config);
  void Tick();
  absl::Status RecordChecks();
  // Health of what needs the signer.
  void SetChangeable(const absl::Status& status);
  // Tells, once an hour at most, what is about to end: the catalogue, the delegation.
  void WarnOfEnds();
  void VerifyRecords();
  void RefreshTokens();

  const config::v1::ServerConfig settings_;
  const v1::CatalogueContent content_;
  const Roles roles_;
  std::unique_ptr<Auditor> auditor_;
  Stores stores_;
  ServedRoots roots_served_;
  CallGate gate_;
  std::unique_ptr<TokenVerifier> tokens_;  // null where no tokens are taken
  std::unique_ptr<Door> door_;
  std::unique_ptr<Evaluator> evaluator_;
  std::unique_ptr<QuotaGate> quotas_;  // null without the role evaluator
  std::unique_ptr<WorkPool> readers_;
  std::unique_ptr<WorkPool> writer_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  BoundServer bound_;
  bool started_ = false;  // and on record
  std::atomic<bool> damaged_ = false;
  std::optional<std::chrono::steady_clock::time_point> warned_;  // used by the ticker alone
  std::mutex health_mutex_;                                      // one change of health at a time
  bool draining_ = false;                                        // guarded by health_mutex_
  std::unique_ptr<Ticker> ticker_;
  std::unique_ptr<Ticker> verifier_;
  std::unique_ptr<Ticker> refresher_;
  std::once_flag shut_down_;
};

absl::Status Server::Parts::Start(const LoadedConfig& config) {
  ASSIGN_OR_RETURN(auditor_, OpenAuditor(config, roles_));
  ASSIGN_OR_RETURN(tokens_, MakeTokens(settings_));
  ASSIGN_OR_RETURN(door_, MakeDoor(settings_, gate_, tokens_.get(), *auditor_));
  if (roles_.catalogue || roles_.signer) {
    ASSIGN_OR_RETURN(stores_, OpenStores(config, roles_, *auditor_));
    ASSIGN_OR_RETURN(roots_served_, ReadServedRoots(config.settings));
  }
  if (roles_.evaluator) {
    ASSIGN_OR_RETURN(evaluator_, MakeEvaluator(config));
    ASSIGN_OR_RETURN(quotas_, OpenQuotas(config, *auditor_));
    WarnOfNoLimits(settings_, *quotas_);
  }
  MakeServices();
  std::vector<grpc::Service*> services;
  for (const auto& service : services_) services.push_back(service.get());
  ASSIGN_OR_RETURN(bound_, Serve(settings_, services, *door_, roles_.signer ? kMaxSignerMessage : kMaxMessage));
  RETURN_IF_ERROR(RecordStart(config));
  SetServing();
  if (!stores_.damage.ok()) {
    Log(Level::kError, std::string(stores_.damage.message()));
    OnDamage();
  }
  if (tokens_ != nullptr) {
    refresher_ = std::make_unique<Ticker>(std::chrono::seconds(1), [this] { RefreshTokens(); });
  }
  ticker_ = std::make_unique<Ticker>(kTick, [this] { Tick(); });
  if (stores_.datasets != nullptr) {
    verifier_ = std::make_unique<Ticker>(std::chrono::hours(24), [this] { VerifyRecords(); });
  }
  if (settings_.address_file().empty()) return absl::OkStatus();
  return WriteFileAtomically(settings_.address_file(), bound_.address, 0644);
}

absl::Status Server::Parts::RecordStart(const LoadedConfig& config) {
  RETURN_IF_ERROR(auditor_->Started(roles_, EXPOSURE_VERSION, ConfigurationHash(config)));
  started_ = true;
  for (const crypto::EpochId& epoch : quotas_ == nullptr ? std::vector<crypto::EpochId>() : evaluator_->epochs()) {
    RETURN_IF_ERROR(auditor_->KeyLoaded("evaluator", epoch));
  }
  return stores_.catalogue_key ? auditor_->KeyLoaded("catalogue", *stores_.catalogue_key) : absl::OkStatus();
}

// The services of the roles; what is not registered answers UNIMPLEMENTED.
void Server::Parts::MakeServices() {
  readers_ = std::make_unique<WorkPool>(kReaders, kReadsWaiting);
  services_.push_back(std::make_unique<OperationsServiceImpl>(quotas_.get(), *auditor_, *readers_, *door_));
  if (roles_.evaluator) {
    services_.push_back(std::make_unique<EvaluationServiceImpl>(
        EvaluationParts{*evaluator_, content_, *quotas_, *auditor_, *readers_}, *door_));
  }
  if (roles_.signer) {
    writer_ = std::make_unique<WorkPool>(1, kSignaturesWaiting);
    services_.push_back(std::make_unique<SignerServiceImpl>(*stores_.signer, *auditor_, *writer_, *door_));
  }
  if (!roles_.catalogue) return;
  storage::Publisher& publisher = *stores_.publisher;
  services_.push_back(std::make_unique<CatalogueServiceImpl>(publisher, *readers_, *door_, roots_served_));
  if (!roles_.records) return;
  writer_ = std::make_unique<WorkPool>(1, kChangesWaiting);
  services_.push_back(std::make_unique<RecordServiceImpl>(publisher, stores_.datasets.get(), *readers_, *door_,
                                                          [this] { OnDamage(); }));
  services_.push_back(
      std::make_unique<CustodianServiceImpl>(publisher, stores_.datasets != nullptr, *auditor_, *writer_, *door_));
}

void Server::Parts::SetServing() {
  const std::lock_guard<std::mutex> lock(health_mutex_);
  grpc::HealthCheckServiceInterface& health = *bound_.server->GetHealthCheckService();
  health.SetServingStatus("", true);
  health.SetServingStatus(v1::OperationsService::service_full_name(), true);
  if (roles_.evaluator) health.SetServingStatus(v1::EvaluationService::service_full_name(), true);
  if (roles_.catalogue) health.SetServingStatus(v1::CatalogueService::service_full_name(), true);
  if (roles_.signer) health.SetServingStatus(v1::SignerService::service_full_name(), stores_.can_sign.ok());
  if (!roles_.records) return;
  health.SetServingStatus(v1::RecordService::service_full_name(), !damaged_);
  health.SetServingStatus(v1::CustodianService::service_full_name(), !damaged_ && stores_.can_sign.ok());
}

void Server::Parts::OnDamage() {
  if (damaged_.exchange(true)) return;
  Log(Level::kError,
      "The stored records are damaged: RecordService is NOT_SERVING. Restore the data directory from a "
      "backup: docs/operations.md.");
  const std::lock_guard<std::mutex> lock(health_mutex_);
  if (draining_ || bound_.server == nullptr) return;
  grpc::HealthCheckServiceInterface& health = *bound_.server->GetHealthCheckService();
  health.SetServingStatus(v1::RecordService::service_full_name(), false);
  health.SetServingStatus(v1::CustodianService::service_full_name(), false);
}

void Server::Parts::Tick() {
  const auto log = [](std::string_view what, const absl::Status& status) {
    if (!status.ok()) Log(Level::kError, absl::StrCat(std::string(what), ": ", status.message()));
  };
  if (stores_.signer != nullptr) {
    const absl::Status fresh = stores_.publisher == nullptr ? stores_.can_sign : stores_.publisher->Tick();
    log("keeping the catalogue fresh", fresh);
    SetChangeable(fresh);
    WarnOfEnds();
  }
  log("recording refused calls", auditor_->Tick());
  if (quotas_ != nullptr) log("recording checks", RecordChecks());
}

// An hour is forgotten when it is on record: a crash in between records it twice.
absl::Status Server::Parts::RecordChecks() {
  ASSIGN_OR_RETURN(const std::vector<HourCount> hours, quotas_->FinishedHours());
  for (const HourCount& hour : hours) {
    RETURN_IF_ERROR(auditor_->Checks(hour.caller, hour.hour, hour.elements));
  }
  return quotas_->ForgetHours(hours);
}

void Server::Parts::SetChangeable(const absl::Status& status) {
  const std::optional<Reason> reason = ReasonOf(status);
  const bool can_sign = reason != Reason::kSignerBehind && reason != Reason::kSignerUnreachable;
  const std::lock_guard<std::mutex> lock(health_mutex_);
  if (draining_) return;
  grpc::HealthCheckServiceInterface& health = *bound_.server->GetHealthCheckService();
  if (roles_.records) health.SetServingStatus(v1::CustodianService::service_full_name(), can_sign && !damaged_);
  if (roles_.signer) health.SetServingStatus(v1::SignerService::service_full_name(), can_sign);
}

void Server::Parts::WarnOfEnds() {
  const auto now = std::chrono::steady_clock::now();
  if (warned_ && now - *warned_ < kWarnAgain) return;
  absl::StatusOr<std::optional<crypto::SignedCatalogue>> newest = std::nullopt;
  if (stores_.publisher != nullptr) {
    newest = stores_.publisher->Current()->signed_catalogue;
  } else {
    newest = stores_.signer->Newest();
  }
  if (!newest.ok() || !*newest) return;
  const auto header = crypto::DecodeHeader(AsBytes((*newest)->header));
  const auto delegation = crypto::DecodeDelegation(AsBytes((*newest)->delegation));
  if (!header.ok() || !delegation.ok()) return;
  const std::vector<std::string> warnings = crypto::EndWarnings(*header, *delegation, storage::SystemClock()());
  for (const std::string& warning : warnings) Log(Level::kWarning, warning);
  if (!warnings.empty()) warned_ = now;
}

void Server::Parts::VerifyRecords() {
  const absl::Status status = stores_.datasets->VerifyChecksums();
  if (status.ok()) return;
  Log(Level::kError, absl::StrCat("verifying the stored records: ", status.message()));
  if (ReasonOf(status) == Reason::kCorruptRecords) OnDamage();
}

void Server::Parts::RefreshTokens() {
  const absl::StatusOr<bool> taken = tokens_->Refresh();
  if (!taken.ok()) {
    Log(Level::kError, absl::StrCat("the key set of tokens: ", taken.status().message()));
  } else if (*taken) {
    Log(Level::kInfo, "the key set of tokens was read again");
  }
}

void Server::Parts::Shutdown() {
  std::call_once(shut_down_, [this] {
    if (bound_.server != nullptr) {
      {
        const std::lock_guard<std::mutex> lock(health_mutex_);
        draining_ = true;
        bound_.server->GetHealthCheckService()->Shutdown();
      }
      const auto now = std::chrono::system_clock::now();
      gate_.Close(now + std::chrono::seconds(settings_.limits().shutdown_seconds()));
      bound_.Shutdown(std::chrono::system_clock::now());  // cancels what is left, and idle connections
      if (!settings_.address_file().empty()) unlink(settings_.address_file().c_str());
    }
    refresher_.reset();
    verifier_.reset();
    ticker_.reset();
    if (started_) {
      const absl::Status recorded = auditor_->Stopped();
      if (!recorded.ok()) Log(Level::kError, absl::StrCat("recording the stop: ", recorded.message()));
    }
  });
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const LoadedConfig& config, Roles roles) {
  auto parts = std::make_unique<Parts>(config, roles);
  const absl::Status started = parts->Start(config);
  if (!started.ok()) {
    parts->Shutdown();
    return started;
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { parts_->Shutdown(); }

const std::string& Server::address() const { return parts_->address(); }

void Server::Shutdown() { parts_->Shutdown(); }

}  // namespace exposure::server
