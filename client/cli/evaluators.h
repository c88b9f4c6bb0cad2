// The evaluators that an operator's command is for, as the verified catalogue lists them.
#ifndef EXPOSURE_CLIENT_CLI_EVALUATORS_H_
#define EXPOSURE_CLIENT_CLI_EVALUATORS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/options.h"
#include "client/core/operator_client.h"
#include "proto/rules/catalogue_content.h"

namespace exposure::cli {

// One evaluator of one live epoch.
struct EvaluatorPlace {
  const CheckedEpoch* epoch = nullptr;  // owned by the content
  uint32_t index = 0;                   // x_i
  std::string address;                  // empty: the service's own
};

// Of the live epochs of a force; empty: of all. Returns UNKNOWN_FORCE where there is none, and why an epoch is refused.
absl::StatusOr<std::vector<EvaluatorPlace>> EvaluatorsOf(const CheckedContent& content, const std::string& force);

// An operator's connection, and what the catalogue says.
struct OperatorSession {
  std::unique_ptr<OperatorClient> client;
  std::shared_ptr<const VerifiedCatalogue> catalogue;
};

absl::StatusOr<OperatorSession> OpenOperatorSession(const ServiceOptions& options);

// "2026-11-26 06:30 UTC".
std::string MinuteText(uint64_t unix_seconds);

// What a service says, for a terminal: without control characters.
std::string Shown(std::string_view text);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_EVALUATORS_H_
