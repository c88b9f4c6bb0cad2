// Connections in great numbers, to the program: its open files are its own.
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <vector>

#include "tests/server/tls_world.h"
#include "tests/support/child_process.h"
#include "tests/support/raw_connection.h"

namespace exposure::server {
namespace {

using testing::ChildProcess;
using testing::Eventually;
using testing::IsGrpcOk;
using testing::Neighbour;
using testing::RawConnection;
using testing::RawTlsConnection;
using testing::TlsWorld;

constexpr size_t kMost = 10'000;
constexpr size_t kFewest = 4'000;  // where the machine allows no more
constexpr size_t kOwnFiles = 500;  // of a process besides its connections

// Open files that this process may have, after asking for all that it may.
size_t RaiseOpenFiles() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  return files.rlim_cur;
}

class ConnectionsTest : public ::testing::Test {
 protected:
  ConnectionsTest() : world_(TlsWorld::Changes{{"population: 1500", "population: 150000"}}) {
    program_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{EXPOSURE_BINARY_DIR "/bin/exposured", "--config", world_.files().config_path()});
    world_.UseAddress(program_->WaitForFile(world_.files().Path("address")));
  }
  grpc::Status Call() const {
    v1::GetCatalogueResponse response;
    return world_.Client(world_.portal())->Catalogue(&response);
  }
  size_t OpenFiles() const { return program_->OpenFiles().size(); }
  void Stop() const {
    program_->Signal(SIGTERM);
    EXPECT_EQ(program_->Wait(), 0) << program_->Output();
  }

  TlsWorld world_;
  std::unique_ptr<ChildProcess> program_;
};

TEST_F(ConnectionsTest, TenThousandIdleOnesKeepNobodyOut) {
  const size_t files = RaiseOpenFiles();
  const size_t most = std::min(kMost, files - std::min(files, kOwnFiles));
  ASSERT_GE(most, kFewest) << "this machine allows " << files << " open files: raise its hard limit";
  const Neighbour neighbour(world_);
  neighbour.WaitFor(20);
  const size_t before = OpenFiles();
  {
    std::vector<RawConnection> silent;
    std::vector<std::unique_ptr<RawTlsConnection>> greeted;
    neighbour.Compare(std::to_string(most) + " idle connections", [&] {
      while (greeted.size() < 300) {
        greeted.push_back(std::make_unique<RawTlsConnection>(world_.port(), &world_.portal()));
        ASSERT_EQ(greeted.back()->version(), "TLSv1.3");
      }
      while (silent.size() + greeted.size() < most) {
        silent.emplace_back(world_.port());
        ASSERT_TRUE(silent.back().connected());
      }
      // On a busy machine the first are over before the last has come.
      EXPECT_TRUE(Eventually([&] { return OpenFiles() >= before + kFewest; })) << "they are not held";
      neighbour.WaitFor(200);
    });
  }
  EXPECT_TRUE(Eventually([&] { return OpenFiles() <= before + 10; })) << OpenFiles() << ", before " << before;
  neighbour.WaitFor(20);
}

TEST_F(ConnectionsTest, MoreThanThereAreFilesForLeaveTheServiceServing) {
  RaiseOpenFiles();
  ASSERT_THAT(Call(), IsGrpcOk());
  const rlimit few{400, 400};
  ASSERT_EQ(prlimit(program_->pid(), RLIMIT_NOFILE, &few, nullptr), 0);
  {
    std::vector<RawConnection> silent;
    while (silent.size() < 1000) silent.emplace_back(world_.port());
    EXPECT_TRUE(silent.back().IsEnded());
    EXPECT_LE(OpenFiles(), 310U) << "some are kept for files";
  }
  EXPECT_TRUE(Eventually([&] { return Call().ok(); }));
  EXPECT_THAT(Call(), IsGrpcOk());
  Stop();
}

}  // namespace
}  // namespace exposure::server
