#include "server/acceptor.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace exposure::server {
namespace {

constexpr int kRetry = 100;  // milliseconds

// The system gives the lowest number that is free: so the number of a connection says how many are open.
bool IsBeyondOurShare(int fd) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  return static_cast<rlim_t>(fd) >= files.rlim_cur / 4 * 3;
}

}  // namespace

Acceptor::Acceptor(std::unique_ptr<ListenSocket> socket, std::unique_ptr<Connections> connections)
    : socket_(std::move(socket)),
      connections_(std::move(connections)),
      stop_(eventfd(0, EFD_CLOEXEC)),
      thread_([this] { Run(); }) {}

Acceptor::~Acceptor() {
  eventfd_write(stop_, 1);
  thread_.join();
  close(stop_);
}

void Acceptor::Run() {
  bool able = true;
  for (;;) {
    pollfd events[2] = {{stop_, POLLIN, 0}, {socket_->fd(), POLLIN, 0}};
    poll(events, able ? 2 : 1, able ? -1 : kRetry);
    if (events[0].revents != 0) return;
    able = AcceptAll();
  }
}

bool Acceptor::AcceptAll() {
  for (;;) {
    const int fd = accept4(socket_->fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) return false;
    if (fd < 0 && errno == EAGAIN) return true;
    if (fd < 0) continue;  // it went away meanwhile
    if (IsBeyondOurShare(fd)) {
      close(fd);
      continue;
    }
    Connections::NewConnectionParameters connection;
    connection.listener_fd = socket_->fd();
    connection.fd = fd;
    connections_->HandleNewConnection(&connection);
  }
}

}  // namespace exposure::server
