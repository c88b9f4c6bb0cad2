// Where a command's words go: answers to standard output, everything else to standard error.
#ifndef EXPOSURE_CLIENT_CLI_OUTPUT_H_
#define EXPOSURE_CLIENT_CLI_OUTPUT_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace exposure::cli {

// Writes all of `text` to standard output. Returns FILE_ERROR or DISK_FULL if it did not get there: a full disk or a
// closed pipe must not look like an answer.
absl::Status WriteOut(std::string_view text);

// Standard error; what cannot be written there is lost.
void WriteErr(std::string_view text);

// Whether answers may be coloured: standard output is a terminal that can, and NO_COLOR is not set.
bool WantsColour();

// A string as JSON, with its quotes.
std::string JsonString(std::string_view text);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_OUTPUT_H_
