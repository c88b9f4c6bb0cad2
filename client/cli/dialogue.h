// What `exposure check` asks a person at the terminal before anything is sent.
#ifndef EXPOSURE_CLIENT_CLI_DIALOGUE_H_
#define EXPOSURE_CLIENT_CLI_DIALOGUE_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/answer.h"
#include "client/cli/number_lines.h"
#include "client/cli/terminal.h"
#include "client/lookup.h"
#include "proto/rules/catalogue_content.h"

namespace exposure::cli {

// The urgent lines of the notices of `force`, or of all where it has none; each once.
std::string UrgentLines(const CheckedContent& content, std::string_view force, Language language);

// That there is no answer, that this says nothing about the person, and whom to call at the forces of `numbers`.
// `content` may be null: then nobody is known to call.
std::string NoAnswerText(const CheckedContent* content, std::span<const Number> numbers, Language language);

// All the person's numbers, each typed twice; empty if the person does not want the answer shown now. `kind` is in the
// catalogue. Returns BAD_NUMBER, NUMBERS_DIFFER, UNKNOWN_FORCE, UNKNOWN_SCHEME, BAD_USAGE.
absl::StatusOr<std::vector<Number>> AskNumbers(Terminal& terminal, const CheckedContent& content,
                                               const DefaultKind& kind, Language language);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_DIALOGUE_H_
