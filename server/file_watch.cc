#include "server/file_watch.h"

#include <sys/stat.h>

#include <utility>

namespace exposure::server {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kPeriod{1};
constexpr int64_t kNanoseconds = 1'000'000'000;  // of a second

}  // namespace

FileWatch::FileWatch(std::vector<std::string> paths)
    : paths_(std::move(paths)), seen_(Look()), next_(steady_clock::now() + kPeriod) {}

std::vector<FileWatch::Stamp> FileWatch::Look() const {
  std::vector<Stamp> stamps;
  for (const std::string& path : paths_) {
    struct stat st {};
    if (stat(path.c_str(), &st) != 0) st = {};
    stamps.emplace_back(st.st_dev, st.st_ino, st.st_size, st.st_mtim.tv_sec * kNanoseconds + st.st_mtim.tv_nsec);
  }
  return stamps;
}

bool FileWatch::Changed() {
  const steady_clock::time_point now = steady_clock::now();
  if (now < next_) return false;
  next_ = now + kPeriod;
  std::vector<Stamp> stamps = Look();
  if (stamps == seen_) return false;
  seen_ = std::move(stamps);
  return true;
}

}  // namespace exposure::server
