#include "server/server.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "server/catalogue_service.h"
#include "server/config_content.h"
#include "server/custodian_service.h"
#include "server/door.h"
#include "server/evaluation_service.h"
#include "server/keys.h"
#include "server/log.h"
#include "server/record_service.h"
#include "server/stores.h"
#include "server/ticker.h"
#include "server/token_verifier.h"
#include "server/transport.h"

namespace exposure::server {
namespace {

constexpr auto kTick = std::chrono::seconds(60);
constexpr int kReaders = 4;             // threads that wait for the disk
constexpr size_t kReadsWaiting = 4096;  // calls
constexpr size_t kChangesWaiting = 64;  // calls; of 1 MiB at most each

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

// Null where no tokens are taken.
absl::StatusOr<std::unique_ptr<TokenVerifier>> MakeTokens(const config::v1::ServerConfig& settings) {
  if (!settings.has_tokens()) return std::unique_ptr<TokenVerifier>();
  return TokenVerifier::Create(settings.tokens(), storage::SystemClock());
}

// `tokens` may be null, and outlives the door.
absl::StatusOr<std::unique_ptr<Door>> MakeDoor(const config::v1::ServerConfig& settings, CallGate& gate,
                                               const TokenVerifier* tokens) {
  Access access = settings.has_access() ? Access(settings.access()) : Access();
  if (!settings.has_tls()) return std::make_unique<Door>(gate, std::move(access));
  const config::v1::Tls& tls = settings.tls();
  ASSIGN_OR_RETURN(std::unique_ptr<TrustStore> trust, TrustStore::Open(tls.client_ca_file(), tls.revocation_file()));
  VerifyToken verify;
  if (tokens != nullptr) verify = [tokens](std::string_view token) { return tokens->Verify(token); };
  auto identity = std::make_unique<Identity>(std::move(trust), tls.trust_domain(), std::move(verify));
  return std::make_unique<Door>(gate, std::move(access), std::move(identity));
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
  void Tick();
  void VerifyRecords();
  void RefreshTokens();

  const config::v1::ServerConfig settings_;
  const v1::CatalogueContent content_;
  const Roles roles_;
  Stores stores_;
  ServedRoots roots_served_;
  CallGate gate_;
  std::unique_ptr<TokenVerifier> tokens_;  // null where no tokens are taken
  std::unique_ptr<Door> door_;
  std::unique_ptr<Evaluator> evaluator_;
  std::unique_ptr<WorkPool> readers_;
  std::unique_ptr<WorkPool> writer_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  BoundServer bound_;
  std::atomic<bool> damaged_ = false;
  std::mutex health_mutex_;  // one change of health at a time
  bool draining_ = false;    // guarded by health_mutex_
  std::unique_ptr<Ticker> ticker_;
  std::unique_ptr<Ticker> verifier_;
  std::unique_ptr<Ticker> refresher_;
  std::once_flag shut_down_;
};

absl::Status Server::Parts::Start(const LoadedConfig& config) {
  ASSIGN_OR_RETURN(tokens_, MakeTokens(settings_));
  ASSIGN_OR_RETURN(door_, MakeDoor(settings_, gate_, tokens_.get()));
  if (roles_.catalogue) {
    ASSIGN_OR_RETURN(stores_, OpenStores(config, roles_));
    ASSIGN_OR_RETURN(roots_served_, ReadServedRoots(config.settings));
  }
  if (roles_.evaluator) {
    ASSIGN_OR_RETURN(evaluator_, MakeEvaluator(config));
  }
  MakeServices();
  std::vector<grpc::Service*> services;
  for (const auto& service : services_) services.push_back(service.get());
  ASSIGN_OR_RETURN(bound_, Serve(settings_, services, *door_));
  SetServing();
  if (!stores_.damage.ok()) {
    Log(Level::kError, std::string(stores_.damage.message()));
    OnDamage();
  }
  if (tokens_ != nullptr) {
    refresher_ = std::make_unique<Ticker>(std::chrono::seconds(1), [this] { RefreshTokens(); });
  }
  if (stores_.publisher != nullptr) ticker_ = std::make_unique<Ticker>(kTick, [this] { Tick(); });
  if (stores_.datasets != nullptr) {
    verifier_ = std::make_unique<Ticker>(std::chrono::hours(24), [this] { VerifyRecords(); });
  }
  if (settings_.address_file().empty()) return absl::OkStatus();
  return WriteFileAtomically(settings_.address_file(), bound_.address, 0644);
}

// The services of the roles; what is not registered answers UNIMPLEMENTED.
void Server::Parts::MakeServices() {
  if (roles_.evaluator) services_.push_back(std::make_unique<EvaluationServiceImpl>(*evaluator_, content_, *door_));
  if (!roles_.catalogue) return;
  storage::Publisher& publisher = *stores_.publisher;
  readers_ = std::make_unique<WorkPool>(kReaders, kReadsWaiting);
  services_.push_back(std::make_unique<CatalogueServiceImpl>(publisher, *readers_, *door_, roots_served_));
  if (!roles_.records) return;
  writer_ = std::make_unique<WorkPool>(1, kChangesWaiting);
  services_.push_back(std::make_unique<RecordServiceImpl>(publisher, stores_.datasets.get(), *readers_, *door_,
                                                          [this] { OnDamage(); }));
  services_.push_back(std::make_unique<CustodianServiceImpl>(publisher, stores_.datasets != nullptr, *writer_, *door_));
}

void Server::Parts::SetServing() {
  const std::lock_guard<std::mutex> lock(health_mutex_);
  grpc::HealthCheckServiceInterface& health = *bound_.server->GetHealthCheckService();
  health.SetServingStatus("", true);
  if (roles_.evaluator) health.SetServingStatus(v1::EvaluationService::service_full_name(), true);
  if (roles_.catalogue) health.SetServingStatus(v1::CatalogueService::service_full_name(), true);
  if (!roles_.records) return;
  health.SetServingStatus(v1::RecordService::service_full_name(), !damaged_);
  health.SetServingStatus(v1::CustodianService::service_full_name(), !damaged_);
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
  const absl::Status status = stores_.publisher->Tick();
  if (!status.ok()) Log(Level::kError, absl::StrCat("keeping the catalogue fresh: ", status.message()));
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
      bound_.server->Shutdown(std::chrono::system_clock::now());  // cancels what is left, and idle connections
      if (!settings_.address_file().empty()) unlink(settings_.address_file().c_str());
    }
    refresher_.reset();
    verifier_.reset();
    ticker_.reset();
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
