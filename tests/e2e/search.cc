// e2e_search NEEDLES --pid PID | e2e_search NEEDLES FILE…
// Looks for byte strings in files, or in the memory of another process, seen from outside through /proc/PID/mem.
// NEEDLES holds one in hexadecimal a line, of 4 bytes at least. Prints "LINE COUNT" for each that is found (lines count
// from 0), then "bytes N" for what was looked through.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

constexpr size_t kChunk = size_t{8} << 20;
constexpr size_t kLargestHidden = size_t{1}
                                  << 20;  // pages of keys are mapped without read permission; arenas are larger

uint32_t Start(const char* bytes) {
  uint32_t value = 0;
  memcpy(&value, bytes, sizeof value);
  return value;
}

class Search {
 public:
  explicit Search(const char* path) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      std::string& needle = needles_.emplace_back();
      for (size_t i = 0; i + 1 < line.size(); i += 2) {
        needle += static_cast<char>(std::stoul(line.substr(i, 2), nullptr, 16));
      }
      if (needle.size() < 4) Fail("a needle is shorter than 4 bytes");
      longest_ = std::max(longest_, needle.size());
      const uint32_t start = Start(needle.data());
      seen_[Mix(start)] = true;
      by_start_[start].push_back(needles_.size() - 1);
    }
    if (needles_.empty()) Fail("no needles");
    counts_.resize(needles_.size());
  }

  // Bytes [from, to) of a file or of a process; where it cannot be read, the rest of that chunk is passed over.
  void Look(int fd, uint64_t from, uint64_t to) {
    std::string text;  // what was kept of the chunk before, then this chunk
    for (uint64_t at = from; at < to;) {
      const size_t kept = text.size();
      text.resize(kept + std::min<uint64_t>(kChunk, to - at));
      const ssize_t got = pread(fd, text.data() + kept, text.size() - kept, static_cast<off_t>(at));
      if (got <= 0) return;
      text.resize(kept + static_cast<size_t>(got));
      at += static_cast<uint64_t>(got);
      bytes_ += static_cast<uint64_t>(got);
      Count(text, kept);
      text.erase(0, text.size() - std::min(text.size(), longest_ - 1));
    }
  }

  void LookInto(const char* path) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;  // a file that has gone meanwhile
    Look(fd, 0, UINT64_MAX >> 1);
    close(fd);
  }

  void LookIntoProcess(const std::string& pid) {
    const int fd = open(("/proc/" + pid + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) Fail("the memory of the process cannot be opened");
    std::ifstream maps("/proc/" + pid + "/maps");
    for (std::string line; std::getline(maps, line);) {
      uint64_t from = 0;
      uint64_t to = 0;
      char mode[5] = "";
      if (sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64 " %4s", &from, &to, mode) != 3) Fail("maps do not parse");
      if (mode[0] == 'r' || to - from <= kLargestHidden) Look(fd, from, to);
    }
    close(fd);
  }

  void Print() const {
    for (size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] > 0) std::cout << i << " " << counts_[i] << "\n";
    }
    std::cout << "bytes " << bytes_ << "\n";
  }

  [[noreturn]] static void Fail(const char* what) {
    std::cerr << "e2e_search: " << what << "\n";
    exit(1);
  }

 private:
  static uint32_t Mix(uint32_t start) { return (start * 2654435761U) >> 8; }

  // What ends within the first `before` bytes was counted with the chunk before.
  void Count(std::string_view text, size_t before) {
    for (size_t i = 0; i + 4 <= text.size(); ++i) {
      const uint32_t start = Start(text.data() + i);
      if (!seen_[Mix(start)]) continue;
      const auto found = by_start_.find(start);
      if (found == by_start_.end()) continue;
      for (const size_t n : found->second) {
        const std::string& needle = needles_[n];
        if (i + needle.size() > before && text.substr(i, needle.size()) == needle) ++counts_[n];
      }
    }
  }

  std::vector<std::string> needles_;
  size_t longest_ = 0;
  std::vector<bool> seen_ = std::vector<bool>(size_t{1} << 24);
  std::unordered_map<uint32_t, std::vector<size_t>> by_start_;  // first 4 bytes → needles
  std::vector<uint64_t> counts_;
  uint64_t bytes_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) Search::Fail("say needles, and where to look");
  Search search(argv[1]);
  if (std::string_view(argv[2]) == "--pid") {
    if (argc != 4) Search::Fail("--pid: say which");
    search.LookIntoProcess(argv[3]);
  } else {
    for (int i = 2; i < argc; ++i) search.LookInto(argv[i]);
  }
  search.Print();
  return 0;
}
