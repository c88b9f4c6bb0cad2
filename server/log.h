// What exposured says about itself: one line to standard error for each start, stop, change or failure. Never anything
// of an asker, and nothing for each check.
#ifndef EXPOSURE_SERVER_LOG_H_
#define EXPOSURE_SERVER_LOG_H_

#include <string_view>

namespace exposure::server {

enum class Level { kInfo, kWarning, kError };

// "2026-11-23T22:45:00Z info message": in one write, so that lines of several threads do not mix. Control characters
// of the message become spaces. Thread-safe.
void Log(Level level, std::string_view message);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_LOG_H_
