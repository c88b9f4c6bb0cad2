#include "server/listen.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure::server {
namespace {

using testing::HasReason;
using testing::IsOk;

TEST(ParseListenTest, TakesLoopbackAndSockets) {
  for (const char* text : {"127.0.0.1:7443", "127.9.9.9:0", "[::1]:65535", "unix:/run/exposure/socket"}) {
    ASSERT_OK_AND_ASSIGN(const ListenAddress address, ParseListen(text, Reach::kThisMachine));
    EXPECT_EQ(address.Target(), text);
  }
}

TEST(ParseListenTest, RefusesWhatOthersCouldReach) {
  for (const char* text : {"0.0.0.0:7443", "[::]:7443", "192.0.2.1:7443", "[2001:db8::1]:7443", "localhost:7443",
                           "::1:7443", "[127.0.0.1]:7443"}) {
    EXPECT_THAT(ParseListen(text, Reach::kThisMachine), HasReason(Reason::kBadConfig)) << text;
  }
}

TEST(ParseListenTest, WithTlsAnyAddressInNumbers) {
  for (const char* text :
       {"0.0.0.0:7443", "[::]:7443", "192.0.2.1:7443", "[2001:db8::1]:0", "127.0.0.1:1", "unix:/s"}) {
    ASSERT_OK_AND_ASSIGN(const ListenAddress address, ParseListen(text, Reach::kAnywhere));
    EXPECT_EQ(address.Target(), text);
  }
  for (const char* text : {"localhost:7443", "::1:7443", "[127.0.0.1]:7443", "0.0.0.0", ":7443"}) {
    EXPECT_THAT(ParseListen(text, Reach::kAnywhere), HasReason(Reason::kBadConfig)) << text;
  }
}

TEST(ParseListenTest, RefusesWhatIsNoAddress) {
  for (const std::string& text : {std::string(), std::string("127.0.0.1"), std::string("127.0.0.1:"),
                                  std::string("127.0.0.1:65536"), std::string("127.0.0.1:-1"), std::string("unix:"),
                                  std::string("unix:socket"), "unix:/" + std::string(200, 'x')}) {
    EXPECT_THAT(ParseListen(text, Reach::kThisMachine), HasReason(Reason::kBadConfig)) << text;
  }
}

TEST(SocketLockTest, OneProcessAtATime) {
  const testing::TempDir directory;
  ASSERT_OK_AND_ASSIGN(const ListenAddress address, ParseListen("unix:" + (directory / "socket"), Reach::kThisMachine));
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<SocketLock> lock, SocketLock::Take(address));
  EXPECT_THAT(SocketLock::Take(address), HasReason(Reason::kAddressInUse));
  lock.reset();
  EXPECT_THAT(SocketLock::Take(address), IsOk());
}

TEST(SocketLockTest, LeavesAloneWhatIsNoSocket) {
  const testing::TempDir directory;
  const std::string path = directory / "precious";
  std::ofstream(path) << "contents";
  ASSERT_OK_AND_ASSIGN(const ListenAddress address, ParseListen("unix:" + path, Reach::kThisMachine));
  EXPECT_THAT(SocketLock::Take(address), HasReason(Reason::kFileError));
  EXPECT_TRUE(std::ifstream(path).good());
}

TEST(ListenSocketTest, SaysWhichPortItIsAndThatItIsInUse) {
  for (const char* text : {"127.0.0.1:0", "[::1]:0"}) {
    ASSERT_OK_AND_ASSIGN(const ListenAddress address, ParseListen(text, Reach::kThisMachine));
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<ListenSocket> socket, ListenSocket::Open(address));
    EXPECT_GT(socket->address().port, 0);
    EXPECT_THAT(ListenSocket::Open(socket->address()), HasReason(Reason::kAddressInUse));
  }
}

TEST(ListenSocketTest, AUnixSocketIsPrivateAndGoesWithIt) {
  const testing::TempDir directory;
  const std::string path = directory / "socket";
  ASSERT_OK_AND_ASSIGN(const ListenAddress address, ParseListen("unix:" + path, Reach::kThisMachine));
  {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<ListenSocket> socket, ListenSocket::Open(address));
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ListenSocketTest, SaysWhyItCannot) {
  ASSERT_OK_AND_ASSIGN(const ListenAddress elsewhere, ParseListen("192.0.2.1:0", Reach::kAnywhere));
  EXPECT_THAT(ListenSocket::Open(elsewhere), HasReason(Reason::kFileError));
  ASSERT_OK_AND_ASSIGN(const ListenAddress nowhere, ParseListen("unix:/nowhere/socket", Reach::kAnywhere));
  EXPECT_THAT(ListenSocket::Open(nowhere), HasReason(Reason::kFileError));
}

}  // namespace
}  // namespace exposure::server
