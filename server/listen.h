// The address that is listened on: without TLS, loopback or a UNIX socket.
#ifndef EXPOSURE_SERVER_LISTEN_H_
#define EXPOSURE_SERVER_LISTEN_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace exposure::server {

struct ListenAddress {
  bool ipv6 = false;
  std::string host;  // "127.0.0.1", "::1"; empty: a UNIX socket
  int port = 0;      // 0: any free one
  std::string path;  // of the UNIX socket

  bool is_unix() const { return !path.empty(); }
  // What gRPC is given, and what clients use: "127.0.0.1:7443", "[::1]:7443", "unix:/run/exposured.sock".
  std::string Target() const;
};

// From where clients may come: without TLS, from this machine only.
enum class Reach { kThisMachine, kAnywhere };

// Returns BAD_CONFIG unless a numeric address (kThisMachine: of loopback) with a port, or "unix:" and an absolute path
// that fits.
absl::StatusOr<ListenAddress> ParseListen(const std::string& text, Reach reach);

// Keeps another exposured off the same UNIX socket for as long as it lives, by a lock on PATH.lock: a socket that a
// killed process left must be taken over, and a living one's must not. For other addresses it holds nothing.
class SocketLock {
 public:
  // Returns ADDRESS_IN_USE, or FILE_ERROR where something that is not a socket is in the way.
  static absl::StatusOr<std::unique_ptr<SocketLock>> Take(const ListenAddress& address);
  ~SocketLock();

 private:
  explicit SocketLock(int fd) : fd_(fd) {}
  const int fd_;
};

// The address, bound and listened on; a UNIX socket with mode 0600. Ends, and is taken away, with this.
class ListenSocket {
 public:
  // Returns ADDRESS_IN_USE, or FILE_ERROR with the system's reason.
  static absl::StatusOr<std::unique_ptr<ListenSocket>> Open(const ListenAddress& address);
  ~ListenSocket();

  int fd() const { return fd_; }  // does not block
  // With the port that was bound.
  const ListenAddress& address() const { return address_; }

 private:
  ListenSocket(ListenAddress address, std::unique_ptr<SocketLock> lock, int fd)
      : address_(std::move(address)), lock_(std::move(lock)), fd_(fd) {}
  // Returns errno, or 0.
  int Bind();

  ListenAddress address_;
  const std::unique_ptr<SocketLock> lock_;
  const int fd_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_LISTEN_H_
