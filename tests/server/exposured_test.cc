// The program: options, exit codes, signals, what it opens and what it says.
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/channel.h"
#include "tests/support/child_process.h"
#include "tests/support/rich_error.h"
#include "tests/support/service_client.h"
#include "tests/support/service_files.h"
#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using testing::ChildProcess;
using testing::Context;
using ::testing::HasSubstr;
using testing::IsGrpcOk;
using ::testing::Not;
using testing::SealedFile;
using testing::ServiceClient;
using testing::ServiceFiles;

constexpr char kProgram[] = EXPOSURE_BINARY_DIR "/bin/exposured";

class ExposuredTest : public ::testing::Test {
 protected:
  std::unique_ptr<ChildProcess> Run(const std::vector<std::string>& options) const {
    std::vector<std::string> arguments = {kProgram};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return std::make_unique<ChildProcess>(arguments);
  }

  // Starts it and waits until it serves.
  std::unique_ptr<ChildProcess> Serve(const std::string& roles = "evaluator,records,catalogue") {
    unlink(files_.Path("address").c_str());
    auto child = Run({"--config", files_.config_path(), "--roles", roles});
    address_ = child->WaitForFile(files_.Path("address"));
    client_ = std::make_unique<ServiceClient>(address_, files_);
    return child;
  }

  const ServiceClient& client() const { return *client_; }
  grpc::Status Catalogue() const {
    v1::GetCatalogueResponse response;
    return client().Catalogue(&response);
  }

  ServiceFiles files_;
  std::string address_;
  std::unique_ptr<ServiceClient> client_;
};

TEST_F(ExposuredTest, HelpAndVersion) {
  const auto help = Run({"--help"});
  EXPECT_EQ(help->Wait(), 0);
  EXPECT_THAT(help->Output(), HasSubstr("exposured --config /etc/exposure/exposured.txtpb --check-config"));
  EXPECT_THAT(help->Output(), HasSubstr("Exit codes:"));
  const auto version = Run({"--version"});
  EXPECT_EQ(version->Wait(), 0);
  EXPECT_TRUE(std::regex_match(version->Output(), std::regex("exposured \\d+\\.\\d+\\.\\d+\n"))) << version->Output();
}

TEST_F(ExposuredTest, WrongUseIsExitCode2) {
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{{},
                                             {"--config"},
                                             {"--config", files_.config_path(), "--other"},
                                             {"--config", files_.Path("nowhere"), "--check-config"},
                                             {"--config", files_.config_path(), "--roles", "records"},
                                             {"--config", files_.config_path(), "--roles", "everything"}}) {
    const auto child = Run(options);
    EXPECT_EQ(child->Wait(), 2) << child->Output();
    EXPECT_NE(child->Output(), "");
  }
}

TEST_F(ExposuredTest, CheckConfigOpensNothing) {
  const auto child = Run({"--config", files_.config_path(), "--check-config"});
  EXPECT_EQ(child->Wait(), 0) << child->Output();
  EXPECT_THAT(child->Output(), HasSubstr("no problem found"));
  EXPECT_THAT(child->Output(), HasSubstr(ToHex(files_.epoch_id())));
  EXPECT_NE(access(files_.Path("data").c_str(), F_OK), 0) << "the data directory was made";
}

TEST_F(ExposuredTest, CheckConfigWarnsOfADelegationThatEndsSoon) {
  files_.WriteDelegation(31 * 24 * 3600);
  const auto good = Run({"--config", files_.config_path(), "--check-config"});
  EXPECT_EQ(good->Wait(), 0);
  EXPECT_THAT(good->Output(), Not(HasSubstr("warning")));
  files_.WriteDelegation(29 * 24 * 3600);
  const auto soon = Run({"--config", files_.config_path(), "--check-config"});
  EXPECT_EQ(soon->Wait(), 0) << "it is only a warning";
  EXPECT_THAT(soon->Output(), HasSubstr("warning The delegation of the catalogue's key ends in "));
}

TEST_F(ExposuredTest, AcceptHeaderStopsWithWhatIsWrong) {
  const auto child = Run({"--config", files_.config_path(), "--accept-header", files_.Path("nowhere")});
  EXPECT_EQ(child->Wait(), 1);
  EXPECT_THAT(child->Output(), HasSubstr("FILE_ERROR"));
  const auto evaluator = Run({"--config", files_.config_path(), "--roles=evaluator", "--accept-header", "any"});
  EXPECT_EQ(evaluator->Wait(), 2) << "it does not sign";
}

TEST_F(ExposuredTest, KeyThatOthersCanReadIsRefused) {
  ASSERT_EQ(chmod(files_.Path("met-1").c_str(), 0440), 0);
  for (const char* check : {"--check-config", "--roles=evaluator"}) {
    const auto child = Run({"--config", files_.config_path(), check});
    EXPECT_EQ(child->Wait(), 2);
    EXPECT_THAT(child->Output(), HasSubstr(files_.config_path() + ":5: evaluator_key_files[0]: " +
                                           files_.Path("met-1") + ": can be accessed by group (mode 0440).\n" +
                                           "  Fix: chmod 0400 " + files_.Path("met-1") + "\n"));
  }
}

TEST_F(ExposuredTest, PortInUseIsExitCode1) {
  const auto first = Serve();
  ServiceFiles other;
  other.Write({{"127.0.0.1:0", address_}});
  const auto second = Run({"--config", other.config_path()});
  EXPECT_EQ(second->Wait(), 1);
  EXPECT_THAT(second->Output(), HasSubstr("ADDRESS_IN_USE"));
  EXPECT_THAT(second->Output(), HasSubstr(address_));
  EXPECT_THAT(Catalogue(), IsGrpcOk());
}

TEST_F(ExposuredTest, DataDirectoryInUseIsExitCode1) {
  const auto first = Serve();
  const auto second = Run({"--config", files_.config_path()});
  EXPECT_EQ(second->Wait(), 1);
  EXPECT_THAT(second->Output(), HasSubstr("DATA_DIRECTORY_IN_USE"));
}

// The system ends a process that passes its limit on the size of files, unless it says otherwise.
TEST_F(ExposuredTest, FilesThatMayNotGrowAreExitCode1) {
  ChildProcess limited({"/bin/sh", "-c", "ulimit -f 0; exec \"$0\" --config \"$1\"", kProgram, files_.config_path()});
  EXPECT_EQ(limited.Wait(), 1);
}

TEST_F(ExposuredTest, StopsInOrderOnSignals) {
  // Not as long as calls may take: none runs, though the connection stays.
  files_.Write({{"shutdown_seconds: 5", "shutdown_seconds: 600"}});
  for (const int signal : {SIGTERM, SIGINT}) {
    const auto child = Serve();
    EXPECT_THAT(Catalogue(), IsGrpcOk());
    child->Signal(signal);
    EXPECT_EQ(child->Wait(), 0) << child->Output();
    EXPECT_THAT(child->Output(), HasSubstr("stopped\n"));
    EXPECT_NE(access(files_.Path("address").c_str(), F_OK), 0);
  }
}

TEST_F(ExposuredTest, SigtermLetsARunningCallEnd) {
  const auto child = Serve();
  const SealedFile sealed = client().PublishSample(100000);  // 5.6 MB: more than flow control sends ahead
  v1::DownloadDatasetRequest request;
  request.set_dataset_id(sealed.id());
  Context download_context;
  const auto records = v1::RecordService::NewStub(client().channel());
  const auto reader = records->DownloadDataset(&download_context, request);
  v1::DownloadDatasetResponse piece;
  ASSERT_TRUE(reader->Read(&piece));
  std::string file = piece.data();

  Context watch_context;
  const auto health = grpc::health::v1::Health::NewStub(client().channel());
  const auto watch = health->Watch(&watch_context, {});
  ServiceClient::Serving status;
  ASSERT_TRUE(watch->Read(&status));
  EXPECT_EQ(status.status(), ServiceClient::Serving::SERVING);
  child->Signal(SIGTERM);
  ASSERT_TRUE(watch->Read(&status));
  EXPECT_EQ(status.status(), ServiceClient::Serving::NOT_SERVING);
  watch_context.TryCancel();

  while (reader->Read(&piece)) file += piece.data();
  EXPECT_THAT(reader->Finish(), IsGrpcOk());
  EXPECT_EQ(file, sealed.file);
  EXPECT_EQ(child->Wait(), 0) << child->Output();
}

TEST_F(ExposuredTest, ShutdownEndsWhatDoesNotEnd) {
  files_.Write({{"shutdown_seconds: 5", "shutdown_seconds: 1"}});
  const auto child = Serve();
  const SealedFile sealed = client().PublishSample(100000);
  v1::DownloadDatasetRequest request;
  request.set_dataset_id(sealed.id());
  Context context;
  const auto records = v1::RecordService::NewStub(client().channel());
  const auto reader = records->DownloadDataset(&context, request);
  v1::DownloadDatasetResponse piece;
  ASSERT_TRUE(reader->Read(&piece));
  child->Signal(SIGTERM);
  EXPECT_EQ(child->Wait(), 0) << child->Output();  // though nobody reads on
}

TEST_F(ExposuredTest, KilledWithItsSocketItStartsAgain) {
  files_.Write({{"127.0.0.1:0", "unix:" + files_.Path("s")}});
  {
    const auto child = Serve();
    EXPECT_THAT(Catalogue(), IsGrpcOk());
    child->Signal(SIGKILL);
    EXPECT_EQ(child->Wait(), 128 + SIGKILL);
  }
  EXPECT_EQ(access(files_.Path("s").c_str(), F_OK), 0) << "there is no stale socket to test with";
  const auto child = Serve();
  EXPECT_THAT(Catalogue(), IsGrpcOk());
}

// Tells whether a file was opened while it lived.
class OpenWatch {
 public:
  explicit OpenWatch(const std::string& path) : fd_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    EXPECT_GE(inotify_add_watch(fd_, path.c_str(), IN_OPEN), 0);
  }
  ~OpenWatch() { close(fd_); }
  bool opened() const {
    char buffer[4096];
    return read(fd_, buffer, sizeof buffer) > 0;
  }

 private:
  const int fd_;
};

// The system names files by their canonical path.
bool AnyBelow(const std::vector<std::string>& files, const std::string& directory) {
  const std::string prefix = std::filesystem::weakly_canonical(directory).string() + "/";
  return std::any_of(files.begin(), files.end(), [&](const std::string& file) { return file.starts_with(prefix); });
}

TEST_F(ExposuredTest, EvaluatorOpensNoRecordAndNoCatalogueKey) {
  {
    const auto all = Serve();  // makes the data directory
    all->Signal(SIGTERM);
    EXPECT_EQ(all->Wait(), 0);
  }
  const OpenWatch evaluator_key(files_.Path("met-1"));
  const OpenWatch catalogue_key(files_.Path("catalogue"));
  const OpenWatch records(files_.Path("data/records"));
  const OpenWatch catalogue(files_.Path("data/catalogue"));
  const auto child = Serve("evaluator");
  EXPECT_FALSE(AnyBelow(child->OpenFiles(), files_.Path("data/records")));
  EXPECT_FALSE(AnyBelow(child->OpenFiles(), files_.Path("data/catalogue")));
  EXPECT_FALSE(records.opened());
  EXPECT_FALSE(catalogue.opened());
  EXPECT_FALSE(catalogue_key.opened());
  EXPECT_TRUE(evaluator_key.opened()) << "the test sees nothing";
}

TEST_F(ExposuredTest, RecordsOpensNoEvaluationKey) {
  const OpenWatch evaluator_key(files_.Path("met-1"));
  const OpenWatch catalogue_key(files_.Path("catalogue"));
  const auto child = Serve("records,catalogue");
  EXPECT_FALSE(evaluator_key.opened());
  EXPECT_TRUE(catalogue_key.opened()) << "the test sees nothing";
  EXPECT_TRUE(AnyBelow(child->OpenFiles(), files_.Path("data/records"))) << "the test sees nothing";
}

TEST_F(ExposuredTest, CatalogueAloneOpensNoRecords) {
  const auto child = Serve("catalogue");
  EXPECT_TRUE(AnyBelow(child->OpenFiles(), files_.Path("data/catalogue"))) << "the test sees nothing";
  EXPECT_FALSE(AnyBelow(child->OpenFiles(), files_.Path("data/records")));
}

TEST_F(ExposuredTest, LeavesNoCoreDump) {
  const auto child = Serve();
  const auto contents = [&](const std::string& name) {
    std::ifstream file("/proc/" + std::to_string(child->pid()) + "/" + name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  };
  EXPECT_TRUE(std::regex_search(contents("limits"), std::regex("Max core file size +0 +0 "))) << contents("limits");
  EXPECT_EQ(contents("coredump_filter"), "00000000\n");
}

// Every line is one of those that are meant to be there, whatever callers send.
TEST_F(ExposuredTest, LogSaysNothingOfCallers) {
  const auto child = Serve();
  const SealedFile sealed = client().PublishSample(100);
  EXPECT_THAT(client().Evaluate(), IsGrpcOk());
  EXPECT_FALSE(client().Evaluate(std::string(32, 'B')).ok());
  v1::FetchBucketResponse response;
  EXPECT_THAT(client().Fetch(client().FetchRequest({3, 5}), &response), IsGrpcOk());
  EXPECT_FALSE(client().Fetch(client().FetchRequest({3, 9}), &response).ok());
  v1::Notice forged;
  forged.set_incident_id("Not An Incident\nforged line");
  EXPECT_FALSE(client().PublishNotice(forged).ok());
  child->Signal(SIGTERM);
  EXPECT_EQ(child->Wait(), 0);

  const std::vector<std::string> expected = {
      "warning Without `tls` callers have no limits: .*",
      "info exposured \\S+ serves on " + address_ + "; roles: evaluator, records, catalogue",
      "info publish notice met-2023-supplier: catalogue version 2",
      "info publish dataset " + ToHex(sealed.manifest.dataset_id) +
          " of incident met-2023-supplier: catalogue version 3",
      "warning publish notice \\?: refused: BAD_NOTICE",
      "info stopping on SIGTERM",
      "info stopped",
  };
  std::istringstream lines(child->Output());
  std::string line;
  for (const std::string& words : expected) {
    ASSERT_TRUE(std::getline(lines, line)) << words;
    EXPECT_TRUE(std::regex_match(line, std::regex("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ " + words))) << line;
  }
  EXPECT_FALSE(std::getline(lines, line)) << line;
}

}  // namespace
}  // namespace exposure::server
