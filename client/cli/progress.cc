#include "client/cli/progress.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/output.h"
#include "client/words.h"

namespace exposure::cli {

std::string ProgressText(std::string_view doing, std::string_view unit, uint64_t done, uint64_t of, double seconds) {
  std::string text =
      absl::StrFormat("%-11s %s of %s %s", std::string(doing), FormatCount(done), FormatCount(of), std::string(unit));
  if (seconds <= 0 || done == 0) return text;
  const double rate = static_cast<double>(done) / seconds;
  absl::StrAppend(&text, "  ", FormatCount(static_cast<uint64_t>(rate)), "/s");
  if (done >= of) return absl::StrCat(text, absl::StrFormat("  %.1f s", seconds));
  const uint64_t left = static_cast<uint64_t>(static_cast<double>(of - done) / rate);
  return absl::StrCat(text, absl::StrFormat("  %d:%02d left", left / 60, left % 60));
}

Progress::Progress() : shown_(isatty(STDERR_FILENO) == 1) {}

void Progress::Update(std::string_view doing, std::string_view unit, uint64_t done, uint64_t of) {
  if (!shown_) return;
  const Clock::time_point now = Clock::now();
  if (doing != doing_) {
    Finish();
    doing_ = doing;
    begun_ = now;
  } else if (done < of && now - told_ < std::chrono::milliseconds(100)) {
    return;
  }
  told_ = now;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  WriteErr(absl::StrCat("\r\033[K", ProgressText(doing, unit, done, of, seconds)));
}

void Progress::Finish() {
  if (!doing_.empty()) WriteErr("\n");
  doing_.clear();
}

}  // namespace exposure::cli
