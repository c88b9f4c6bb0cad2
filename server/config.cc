#include "server/config.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <set>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/bodies.h"
#include "crypto/catalogue.h"
#include "crypto/oprf.h"
#include "server/config_access.h"
#include "server/config_content.h"
#include "server/config_tokens.h"
#include "server/keys.h"
#include "server/listen.h"
#include "server/problems.h"
#include "server/quota_limits.h"
#include "server/text_file.h"
#include "storage/header_chain.h"
#include "storage/retention.h"

namespace exposure::server {
namespace {

using config::v1::Limits;
using config::v1::ServerConfig;

constexpr uint64_t kMaxDatasetBytes = uint64_t{16} << 30;
constexpr uint32_t kMostDays = 36'500;      // that a dataset may be kept
constexpr uint32_t kQueuedOfThread = 4096;  // elements of batches that wait: two thirds of a second

// Makes paths of the file relative to its folder.
void ResolvePaths(const std::string& config_path, ServerConfig& settings) {
  const size_t slash = config_path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : config_path.substr(0, slash + 1);
  const auto resolve = [&](std::string* path) {
    if (!path->empty() && (*path)[0] != '/' && !path->starts_with(kCredentialPrefix)) *path = folder + *path;
  };
  resolve(settings.mutable_data_directory());
  resolve(settings.mutable_catalogue_key_file());
  resolve(settings.mutable_delegation_file());
  resolve(settings.mutable_address_file());
  if (settings.has_tls()) {
    resolve(settings.mutable_tls()->mutable_certificate_file());
    resolve(settings.mutable_tls()->mutable_private_key_file());
    resolve(settings.mutable_tls()->mutable_client_ca_file());
    resolve(settings.mutable_tls()->mutable_revocation_file());
  }
  if (settings.has_tokens()) resolve(settings.mutable_tokens()->mutable_key_set_file());
  resolve(settings.mutable_catalogue_chain_file());
  for (std::string& path : *settings.mutable_evaluator_key_files()) resolve(&path);
  for (std::string& path : *settings.mutable_root_change_files()) resolve(&path);
  for (config::v1::CustodianConfig& custodian : *settings.mutable_custodians()) {
    resolve(custodian.mutable_public_key_file());
  }
  for (config::v1::EpochConfig& epoch : *settings.mutable_epochs()) {
    for (std::string& path : *epoch.mutable_evaluator_files()) resolve(&path);
  }
}

// The chain file is kept beside the key, which is no part of the data directory and of its backups. It outlives the
// key.
void FillChainFile(ServerConfig& settings) {
  const std::string& key = settings.catalogue_key_file();
  if (!settings.catalogue_chain_file().empty() || key.empty() || key.starts_with(kCredentialPrefix)) return;
  settings.set_catalogue_chain_file(key.substr(0, key.rfind('/') + 1) + "catalogue.chain");
}

void FillLimits(Limits& limits) {
  if (limits.evaluation_threads() == 0)
    limits.set_evaluation_threads(std::max(1U, std::thread::hardware_concurrency()));
  if (limits.queued_elements() == 0) limits.set_queued_elements(kQueuedOfThread * limits.evaluation_threads());
  if (limits.dataset_bytes() == 0) limits.set_dataset_bytes(uint64_t{1} << 30);
  if (limits.open_uploads() == 0) limits.set_open_uploads(16);
  if (limits.shutdown_seconds() == 0) limits.set_shutdown_seconds(10);
  if (limits.streams_per_connection() == 0) limits.set_streams_per_connection(256);
}

void FillRetention(config::v1::Retention& retention) {
  const storage::Retention usual;
  if (retention.end_days() == 0) retention.set_end_days(usual.end_days);
  if (retention.review_days() == 0) retention.set_review_days(std::min(usual.review_days, retention.end_days()));
}

void CheckRetention(const config::v1::Retention& retention, const Place& place) {
  if (retention.end_days() > kMostDays) place.Report("end_days", -1, "is more than 36,500.");
  if (retention.review_days() > retention.end_days()) {
    place.Report("review_days", -1, "is more than end_days.", "a dataset is reviewed before it ends");
  }
}

void CheckLimits(const Limits& limits, const Place& place) {
  if (limits.queued_elements() < crypto::kMaxBatch) {
    place.Report("queued_elements", -1, "is less than one batch of 1,024 elements.");
  }
  if (limits.evaluation_threads() > 1024) place.Report("evaluation_threads", -1, "is more than 1,024.");
  if (limits.dataset_bytes() > kMaxDatasetBytes) place.Report("dataset_bytes", -1, "is more than 16 GiB.");
  if (limits.shutdown_seconds() > 3600) place.Report("shutdown_seconds", -1, "is more than an hour.");
}

// It is made when the server starts. Only trying tells whether it can be: /proc, say, takes nothing from root either.
void CheckCanBeMade(const std::string& path, const Place& file) {
  std::string above = path;
  struct stat st;
  do {
    const size_t slash = above.rfind('/');
    above = slash == std::string::npos ? "." : slash == 0 ? "/" : above.substr(0, slash);
  } while (above != "/" && above != "." && stat(above.c_str(), &st) != 0);
  std::string trial = absl::StrCat(above, "/.exposured.XXXXXX");
  if (mkdtemp(trial.data()) != nullptr) {
    rmdir(trial.c_str());
    return;
  }
  file.Report("data_directory", -1, absl::StrCat(path, " cannot be made in ", above, ": ", strerror(errno), "."));
}

void CheckDataDirectory(const std::string& path, const Place& file) {
  if (path.empty()) {
    return file.Report("data_directory", -1, "must be given.", "data_directory: \"/var/lib/exposure\"");
  }
  struct stat st;
  if (stat(path.c_str(), &st) != 0) return CheckCanBeMade(path, file);
  if (!S_ISDIR(st.st_mode)) return file.Report("data_directory", -1, absl::StrCat(path, " is not a directory."));
  if ((st.st_mode & 077) != 0) {
    file.Report("data_directory", -1,
                absl::StrFormat("%s can be accessed by group or others (mode %04o).", path, st.st_mode & 07777),
                absl::StrCat("chmod 0700 ", path));
  }
}

// Each live epoch that clients evaluate here must have a key here, and only one.
void CheckEvaluatorKeys(const LoadedConfig& config, const Place& file) {
  std::set<std::string> served;
  bool readable = true;
  for (int i = 0; i < config.settings.evaluator_key_files_size(); ++i) {
    const std::string& path = config.settings.evaluator_key_files(i);
    const absl::StatusOr<crypto::EvaluatorKey> key = ReadEvaluatorKey(path);
    if (!key.ok()) {
      file.Report("evaluator_key_files", i, Message(key.status()));
      readable = false;
      continue;
    }
    const v1::Epoch* epoch = EpochOfKey(config.content, key->public_key());
    if (epoch == nullptr) {
      file.Report("evaluator_key_files", i, absl::StrCat(path, " is the key of none of the epochs below."),
                  "list its public file in an epoch's evaluator_files");
    } else if (epoch->state() == v1::EPOCH_STATE_RETIRED) {
      file.Report("evaluator_key_files", i, absl::StrCat(path, " is the key of a retired epoch."),
                  "remove this line, and destroy the file and its copies");
    } else if (!served.insert(epoch->epoch_id()).second) {
      file.Report("evaluator_key_files", i, absl::StrCat(path, " is a second key of the same epoch."),
                  "run each evaluator of an epoch as a process of its own");
    }
  }
  if (config.settings.evaluator_key_files_size() == 0) {
    file.Report("evaluator_key_files", -1, "the role evaluator needs at least one key.");
  }
  if (!readable) return;  // whose it is, is not known
  for (int i = 0; i < config.content.epochs_size(); ++i) {
    const v1::Epoch& epoch = config.content.epochs(i);
    if (epoch.state() != v1::EPOCH_STATE_LIVE || served.count(epoch.epoch_id()) > 0) continue;
    for (const v1::Evaluator& evaluator : epoch.evaluators()) {
      if (!evaluator.address().empty()) continue;
      file.Report("epochs", i, "is evaluated by this server, but its key is not among evaluator_key_files.",
                  "add the key file, or say in evaluator_addresses who evaluates it");
      break;
    }
  }
}

void CheckDelegation(const ServerConfig& settings, const crypto::PublicKey* catalogue_key, const Place& file) {
  const auto report = [&](const std::string& what) {
    file.Report("delegation_file", -1, absl::StrCat(settings.delegation_file(), ": ", what),
                "exposure keys delegate, on the machine that has the root key");
  };
  if (!file.Needs("delegation_file", settings.delegation_file(), "exposure keys delegate")) return;
  const absl::StatusOr<storage::SignedDelegation> text = ReadDelegation(settings.delegation_file());
  if (!text.ok()) return file.Report("delegation_file", -1, Message(text.status()), "exposure keys delegate");
  const absl::StatusOr<crypto::Delegation> delegation = crypto::DecodeDelegation(AsBytes(text->delegation));
  if (!delegation.ok()) return report(Message(delegation.status()));
  if (catalogue_key != nullptr && delegation->catalogue_key != *catalogue_key) {
    report("is for another key than catalogue_key_file.");
  }
  const uint64_t now = static_cast<uint64_t>(time(nullptr));
  if (now > delegation->not_after + crypto::kClockSkew) report("is over.");
  if (now + crypto::kClockSkew < delegation->not_before) report("has not begun, or this machine's clock is behind.");
}

// What is lost and restored together says nothing of each other.
void CheckChainFile(const ServerConfig& settings, const Place& file) {
  const std::string& path = settings.catalogue_chain_file();
  if (path.empty()) {
    return file.Report("catalogue_chain_file", -1, "must be given where the key is a credential.",
                       "catalogue_chain_file: \"/var/lib/exposure-chain/headers\"");
  }
  if (path.starts_with(settings.data_directory() + "/")) {
    file.Report("catalogue_chain_file", -1, absl::StrCat(path, " is in data_directory, and would be restored with it."),
                "a folder that is not part of its backups");
  }
  if (const auto chain = storage::HeaderChain::Read(path); !chain.ok()) {
    file.Report("catalogue_chain_file", -1, Message(chain.status()));
  }
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  if (access(folder.empty() ? "." : folder.c_str(), W_OK) == 0) return;
  file.Report("catalogue_chain_file", -1, absl::StrCat(path, ": cannot write in its folder: ", strerror(errno), "."),
              "catalogue_chain_file: \"/var/lib/exposure-chain/headers\"");
}

void CheckCatalogue(const ServerConfig& settings, const Place& file) {
  if (settings.service_name().empty()) file.Report("service_name", -1, "must name the service, for people.");
  if (settings.epochs_size() == 0) file.Report("epochs", -1, "at least one epoch is needed.");
  if (settings.signer().empty()) return;
  if (!settings.catalogue_key_file().empty()) {
    file.Report("catalogue_key_file", -1, "is the signer's alone, and this process must not reach it.", "leave it out");
  }
  const absl::StatusOr<ListenAddress> signer = ParseListen(settings.signer(), Reach::kThisMachine);
  if (signer.ok() && (signer->is_unix() || signer->port != 0)) return;
  file.Report("signer", -1, "must be a UNIX socket, or a loopback address with its port.",
              "signer: \"unix:/run/exposure/signer.sock\"");
}

void CheckSigner(const ServerConfig& settings, const Place& file) {
  if (!file.Needs("catalogue_key_file", settings.catalogue_key_file(), "exposure keys generate catalogue")) {
    return CheckDelegation(settings, nullptr, file);
  }
  const absl::StatusOr<crypto::SigningKey> key = ReadCatalogueKey(settings.catalogue_key_file());
  if (!key.ok()) file.Report("catalogue_key_file", -1, Message(key.status()));
  CheckDelegation(settings, key.ok() ? &key->public_key() : nullptr, file);
  CheckChainFile(settings, file);
}

// A problem begins with the path of its file. What keeps the delegation from being read was said where this process
// signs.
void CheckRoots(const ServerConfig& settings, bool signs, const Place& file) {
  const absl::Status status = ReadServedRoots(settings).status();
  if (status.ok()) return;
  for (int i = 0; i < settings.root_change_files_size(); ++i) {
    if (!Message(status).starts_with(settings.root_change_files(i) + ":")) continue;
    return file.Report("root_change_files", i, Message(status));
  }
  if (signs && !ReadDelegation(settings.delegation_file()).ok()) return;
  if (!file.Needs("delegation_file", settings.delegation_file(), "root_change_files are served beside it")) return;
  file.Report("delegation_file", -1, Message(status));
}

}  // namespace

bool SignsHere(const ServerConfig& settings, const Roles& roles) {
  return roles.signer || (roles.catalogue && settings.signer().empty());
}

absl::StatusOr<LoadedConfig> LoadConfig(const std::string& path, const Roles& roles) {
  LoadedConfig config;
  ServerConfig& settings = config.settings;
  google::protobuf::TextFormat::ParseInfoTree tree;
  RETURN_IF_ERROR(ReadTextFile(path, &settings, &tree));
  ResolvePaths(path, settings);
  FillChainFile(settings);
  FillLimits(*settings.mutable_limits());
  FillTokens(settings);
  FillRetention(*settings.mutable_retention());

  Problems problems(path);
  const Place file(problems, ServerConfig::descriptor(), tree);
  const Reach reach = settings.has_tls() ? Reach::kAnywhere : Reach::kThisMachine;
  if (const absl::StatusOr<ListenAddress> listen = ParseListen(settings.listen(), reach); !listen.ok()) {
    file.Report("listen", -1, Message(listen.status()), "listen: \"127.0.0.1:7443\" or \"unix:/run/exposure/socket\"");
  }
  CheckTls(settings, file);
  CheckAccess(settings, file);
  CheckLimits(settings.limits(), file.Nested("limits", -1));
  CheckTokens(settings, file);
  CheckRetention(settings.retention(), file.Nested("retention", -1));
  config.content = BuildContent(settings, file);
  if (roles.evaluator) CheckEvaluatorKeys(config, file);
  if (roles.evaluator) CheckQuotas(settings, file);
  if (roles.catalogue) CheckCatalogue(settings, file);
  const bool signs = SignsHere(settings, roles);
  if (signs) CheckSigner(settings, file);
  if (signs || roles.catalogue) CheckRoots(settings, signs, file);
  CheckDataDirectory(settings.data_directory(), file);
  // What the schema has and this release does not do is not passed over.
  RETURN_IF_ERROR(problems.ToStatus());
  return config;
}

}  // namespace exposure::server
