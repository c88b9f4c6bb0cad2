#include "tests/benchmarks/service/process.h"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <time.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace exposure::bench {
namespace {

double SecondsOf(clockid_t clock) {
  timespec time = {};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// gRPC speaks IPv4 through IPv6 sockets.
bool IsConnectedTo(int fd, int port) {
  sockaddr_in6 peer = {};
  socklen_t size = sizeof peer;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return false;
  return (peer.sin6_family == AF_INET || peer.sin6_family == AF_INET6) && ntohs(peer.sin6_port) == port;
}

cpu_set_t CoresOfThisThread() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  sched_getaffinity(0, sizeof cores, &cores);
  return cores;
}

const cpu_set_t cores_at_start = CoresOfThisThread();

bool KeepOn(pid_t pid, const cpu_set_t& cores) {
  const std::string process = pid == 0 ? "self" : std::to_string(pid);
  bool kept = true;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + process + "/task", gone)) {
    const int thread = std::atoi(entry.path().filename().c_str());
    kept &= sched_setaffinity(thread, sizeof cores, &cores) == 0 || errno == ESRCH;  // it ended meanwhile
  }
  return kept && !gone;
}

}  // namespace

double CpuSeconds(pid_t pid) {
  clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;
  if (pid != 0 && clock_getcpuclockid(pid, &clock) != 0) return 0;
  return SecondsOf(clock);
}

double ThreadCpuSeconds() { return SecondsOf(CLOCK_THREAD_CPUTIME_ID); }

double WallSeconds() { return SecondsOf(CLOCK_MONOTONIC); }

bool KeepOnCore(pid_t pid, int which) {
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (!CPU_ISSET(core, &cores_at_start) || which-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    return KeepOn(pid, one);
  }
  return false;
}

void KeepOnAllCores() { KeepOn(0, cores_at_start); }

Memory MemoryOf(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  Memory memory;
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) memory.resident = std::strtod(line.c_str() + 6, nullptr) / 1024;
    if (line.rfind("VmHWM:", 0) == 0) memory.peak = std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return memory;
}

WireBytes BytesOnWire(int port) {
  WireBytes bytes;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", gone)) {
    const int fd = std::atoi(entry.path().filename().c_str());
    if (!IsConnectedTo(fd, port)) continue;
    tcp_info info = {};
    socklen_t size = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) continue;
    bytes.sent += static_cast<double>(info.tcpi_bytes_acked);
    bytes.received += static_cast<double>(info.tcpi_bytes_received);
  }
  return bytes;
}

}  // namespace exposure::bench
