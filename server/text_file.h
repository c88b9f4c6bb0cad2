// Protobuf text files, with the line of every error.
#ifndef EXPOSURE_SERVER_TEXT_FILE_H_
#define EXPOSURE_SERVER_TEXT_FILE_H_

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <string>

#include "absl/status/status.h"

namespace exposure::server {

// Reads `path` (at most 1 MiB) into `message`; `tree`, unless null, learns where each field stands. Returns FILE_ERROR,
// or BAD_CONFIG with "path:line: what is wrong".
absl::Status ReadTextFile(const std::string& path, google::protobuf::Message* message,
                          google::protobuf::TextFormat::ParseInfoTree* tree = nullptr);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_TEXT_FILE_H_
