#include "server/listen.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
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
#include "base/status_macros.h"

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

// What the system's calls take.
struct SocketAddress {
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
    sockaddr_un local;
  };
  socklen_t size;
};

SocketAddress ToSocketAddress(const ListenAddress& address) {
  SocketAddress where;
  memset(&where, 0, sizeof where);
  if (address.is_unix()) {
    where.local.sun_family = AF_UNIX;
    address.path.copy(where.local.sun_path, kMaxSocketPath);
    where.size = sizeof where.local;
  } else if (address.ipv6) {
    where.v6.sin6_family = AF_INET6;
    where.v6.sin6_port = htons(static_cast<uint16_t>(address.port));
    inet_pton(AF_INET6, address.host.c_str(), &where.v6.sin6_addr);
    where.size = sizeof where.v6;
  } else {
    where.v4.sin_family = AF_INET;
    where.v4.sin_port = htons(static_cast<uint16_t>(address.port));
    inet_pton(AF_INET, address.host.c_str(), &where.v4.sin_addr);
    where.size = sizeof where.v4;
  }
  return where;
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

absl::StatusOr<std::unique_ptr<ListenSocket>> ListenSocket::Open(const ListenAddress& address) {
  ASSIGN_OR_RETURN(std::unique_ptr<SocketLock> lock, SocketLock::Take(address));
  const int family = address.is_unix() ? AF_UNIX : address.ipv6 ? AF_INET6 : AF_INET;
  const int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int error = errno;
  if (fd >= 0) {
    std::unique_ptr<ListenSocket> opened(new ListenSocket(address, std::move(lock), fd));
    error = opened->Bind();
    if (error == 0) return opened;
  }
  if (error == EADDRINUSE) return InUse(address.Target());
  return Error(Reason::kFileError, absl::StrCat(address.Target(), ": cannot listen there: ", strerror(error)));
}

ListenSocket::~ListenSocket() {
  if (address_.is_unix()) unlink(address_.path.c_str());
  close(fd_);
}

int ListenSocket::Bind() {
  SocketAddress where = ToSocketAddress(address_);
  const int on = 1;
  if (address_.is_unix()) {
    unlink(address_.path.c_str());  // of a process that was killed: the lock is ours
  } else if (setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
             setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {  // connections inherit it
    return errno;
  }
  if (bind(fd_, &where.any, where.size) != 0) return errno;
  // Nobody can connect before it is listened on.
  if (address_.is_unix() && chmod(address_.path.c_str(), 0600) != 0) return errno;
  if (listen(fd_, SOMAXCONN) != 0 || getsockname(fd_, &where.any, &where.size) != 0) return errno;
  if (!address_.is_unix()) address_.port = ntohs(address_.ipv6 ? where.v6.sin6_port : where.v4.sin_port);
  return 0;
}

}  // namespace exposure::server
