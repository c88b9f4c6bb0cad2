#include "server/listen.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace exposure::server {
namespace {

constexpr size_t kMaxSocketPath = sizeof(sockaddr_un::sun_path) - 1;

absl::Status InUse(const std::string& target) {
  return Error(Reason::kAddressInUse, absl::StrCat(target, ": another process listens there already.\n",
                                                   "  Fix: stop it, or give `listen` another address"));
}

absl::StatusOr<ListenAddress> ParseSocketPath(const std::string& path) {
  if (path.empty() || path[0] != '/') return Error(Reason::kBadConfig, "the path of a UNIX socket must be absolute.");
  if (path.size() > kMaxSocketPath) {
    return Error(Reason::kBadConfig, absl::StrCat("the path of a UNIX socket has at most ", kMaxSocketPath, " bytes."));
  }
  ListenAddress address;
  address.path = path;
  return address;
}

enum class Kind { kNotNumeric, kLoopback, kOther };

Kind KindOf(const ListenAddress& address) {
  bool loopback = false;
  if (address.ipv6) {
    in6_addr bytes;
    if (inet_pton(AF_INET6, address.host.c_str(), &bytes) != 1) return Kind::kNotNumeric;
    loopback = IN6_IS_ADDR_LOOPBACK(&bytes);
  } else {
    in_addr bytes;
    if (inet_pton(AF_INET, address.host.c_str(), &bytes) != 1) return Kind::kNotNumeric;
    loopback = (ntohl(bytes.s_addr) >> 24) == IN_LOOPBACKNET;
  }
  return loopback ? Kind::kLoopback : Kind::kOther;
}

}  // namespace

std::string ListenAddress::Target() const {
  if (is_unix()) return absl::StrCat("unix:", path);
  return ipv6 ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

absl::StatusOr<ListenAddress> ParseListen(const std::string& text, Reach reach) {
  if (text.rfind("unix:", 0) == 0) return ParseSocketPath(text.substr(5));
  ListenAddress address;
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos) return Error(Reason::kBadConfig, "must be ADDRESS:PORT or unix:PATH.");
  address.host = text.substr(0, colon);
  if (address.host.size() >= 2 && address.host.front() == '[' && address.host.back() == ']') {
    address.ipv6 = true;
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  if (!absl::SimpleAtoi(text.substr(colon + 1), &address.port) || address.port < 0 || address.port > 65535) {
    return Error(Reason::kBadConfig, "the port must be a number from 0 (any free one) to 65535.");
  }
  const Kind kind = KindOf(address);
  if (kind == Kind::kNotNumeric && reach == Reach::kAnywhere) {
    return Error(Reason::kBadConfig, "is not an address in numbers.");
  }
  if (kind != Kind::kLoopback && reach == Reach::kThisMachine) {
    return Error(Reason::kBadConfig,
                 "is not a loopback address in numbers. Without `tls` the service listens on this machine only.");
  }
  return address;
}

absl::StatusOr<std::unique_ptr<SocketLock>> SocketLock::Take(const ListenAddress& address) {
  if (!address.is_unix()) return std::unique_ptr<SocketLock>(new SocketLock(-1));
  struct stat st;
  if (lstat(address.path.c_str(), &st) == 0 && !S_ISSOCK(st.st_mode)) {
    return Error(Reason::kFileError, absl::StrCat(address.path, ": is in the way: it is not a socket.\n",
                                                  "  Fix: move it away, or give `listen` another path"));
  }
  const std::string lock = absl::StrCat(address.path, ".lock");
  const int fd = open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return Error(Reason::kFileError, absl::StrCat(lock, ": cannot open: ", strerror(errno)));
  std::unique_ptr<SocketLock> taken(new SocketLock(fd));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) return InUse(address.Target());
  return taken;
}

SocketLock::~SocketLock() {
  if (fd_ >= 0) close(fd_);
}

absl::Status WhyNotBound(const ListenAddress& address) {
  int error = 0;
  if (!address.is_unix()) {
    const int fd = socket(address.ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(static_cast<uint16_t>(address.port));
    inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(static_cast<uint16_t>(address.port));
    inet_pton(AF_INET6, address.host.c_str(), &v6.sin6_addr);
    const sockaddr* where = address.ipv6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<sockaddr*>(&v4);
    const socklen_t size = address.ipv6 ? sizeof v6 : sizeof v4;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 || bind(fd, where, size) != 0 ||
        listen(fd, 1) != 0) {
      error = errno;
    }
    if (fd >= 0) close(fd);
  }
  if (error == EADDRINUSE) return InUse(address.Target());
  return Error(Reason::kFileError, absl::StrCat(address.Target(), ": cannot listen there",
                                                error != 0 ? absl::StrCat(": ", strerror(error)) : std::string(), "."));
}

}  // namespace exposure::server
