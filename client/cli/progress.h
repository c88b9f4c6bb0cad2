// How far a long piece of work is: rows, rate, time left; on standard error, and only if that is a terminal.
#ifndef EXPOSURE_CLIENT_CLI_PROGRESS_H_
#define EXPOSURE_CLIENT_CLI_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace exposure::cli {

// "Evaluating  1,024 of 46,871 numbers  2,910/s  0:16 left". `seconds` since it began.
std::string ProgressText(std::string_view doing, std::string_view unit, uint64_t done, uint64_t of, double seconds);

// One piece of work after the other, told by their names. Not thread-safe.
class Progress {
 public:
  Progress();
  ~Progress() { Finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Cheap: shows at most ten lines a second.
  void Update(std::string_view doing, std::string_view unit, uint64_t done, uint64_t of);
  // Leaves the last line as it is and goes to the next.
  void Finish();

 private:
  using Clock = std::chrono::steady_clock;

  const bool shown_;
  std::string doing_;
  Clock::time_point begun_;
  Clock::time_point told_;
};

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_PROGRESS_H_
