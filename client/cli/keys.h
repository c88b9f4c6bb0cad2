// The commands of `exposure keys`, one file for each part of a key's life.
#ifndef EXPOSURE_CLIENT_CLI_KEYS_H_
#define EXPOSURE_CLIENT_CLI_KEYS_H_

#include "CLI/CLI.hpp"
#include "client/cli/commands.h"

namespace exposure::cli {

void AddInspectKey(CLI::App& keys, Invocation& invocation);
void AddRotateKey(CLI::App& keys, Invocation& invocation);
void AddRetireKey(CLI::App& keys, Invocation& invocation);
void AddDestroyKey(CLI::App& keys, Invocation& invocation);
void AddVerifyReceipt(CLI::App& keys, Invocation& invocation);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_KEYS_H_
