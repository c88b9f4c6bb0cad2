// Protobuf text files that people write: notices, mappings, public keys.
#ifndef EXPOSURE_CLIENT_CLI_TEXT_FILE_H_
#define EXPOSURE_CLIENT_CLI_TEXT_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "base/error.h"
#include "google/protobuf/message.h"

namespace exposure::cli {

// Returns `reason` with "FILE:line:column: what" for the first fault of `text`.
absl::Status ParseTextProto(std::string_view text, const std::string& file, Reason reason,
                            google::protobuf::Message& out);

// The same from a file. Returns FILE_ERROR, too.
absl::Status ReadTextProto(const std::string& path, Reason reason, google::protobuf::Message& out);

// One that a command of ours wrote, `what`: else returns `reason` saying that it is not. Returns FILE_ERROR, too.
absl::Status ReadMadeFile(const std::string& path, const std::string& what, Reason reason,
                          google::protobuf::Message& out);

// As people like to read it, UTF-8 not escaped.
std::string ToTextProto(const google::protobuf::Message& message);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_TEXT_FILE_H_
