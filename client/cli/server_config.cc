#include "client/cli/server_config.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/cli/key_facts.h"
#include "client/cli/text_file.h"

namespace exposure::cli {

absl::StatusOr<config::v1::ServerConfig> ReadServerConfig(const std::string& path) {
  config::v1::ServerConfig config;
  RETURN_IF_ERROR(ReadTextProto(path, Reason::kBadConfig, config));
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const auto resolve = [&](std::string& file) {
    if (!file.empty() && !file.starts_with("credential:")) file = (folder / file).string();
  };
  for (std::string& file : *config.mutable_evaluator_key_files()) resolve(file);
  resolve(*config.mutable_catalogue_key_file());
  for (config::v1::EpochConfig& epoch : *config.mutable_epochs()) {
    for (std::string& file : *epoch.mutable_evaluator_files()) resolve(file);
  }
  return config;
}

const config::v1::EpochConfig* FindEpoch(const config::v1::ServerConfig& config, const ByteArray<32>& public_key) {
  for (const config::v1::EpochConfig& epoch : config.epochs()) {
    for (const std::string& file : epoch.evaluator_files()) {
      const absl::StatusOr<KeyFacts> facts = ReadKeyFacts(file);
      if (facts.ok() && facts->public_key == public_key) return &epoch;
    }
  }
  return nullptr;
}

std::string SchemesOf(const config::v1::EpochConfig& epoch) {
  std::string out;
  for (const v1::Scheme& scheme : epoch.schemes()) {
    absl::StrAppend(&out, out.empty() ? "" : ", ", scheme.force(), "/", scheme.name());
  }
  return out;
}

std::string LineNaming(const config::v1::ServerConfig& config, const std::string& path,
                       const ByteArray<32>& public_key) {
  const auto names = [&](const std::string& file) {
    std::error_code error;
    if (std::filesystem::equivalent(file, path, error) && !error) return true;
    const absl::StatusOr<KeyFacts> facts = ReadKeyFacts(file);
    return facts.ok() && facts->public_key == public_key;
  };
  for (const std::string& file : config.evaluator_key_files()) {
    if (names(file)) return absl::StrCat("evaluator_key_files: \"", file, "\"");
  }
  const std::string& catalogue = config.catalogue_key_file();
  return names(catalogue) ? absl::StrCat("catalogue_key_file: \"", catalogue, "\"") : "";
}

}  // namespace exposure::cli
