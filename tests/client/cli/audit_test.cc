// `exposure audit` from outside: files, and a service that exports what a test tells it to.
#include "crypto/audit.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "exposure/v1/operations_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/client/cli/run.h"

namespace exposure::cli {
namespace {

using ::exposure::testing::Exposure;
using ::exposure::testing::Ran;
using ::exposure::testing::ReadAll;
using ::exposure::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kRoot[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

// Entries 1…n, which depend on `what`.
std::vector<std::string> MakeEntries(int n, const std::string& what = "publish") {
  std::vector<std::string> entries;
  crypto::Hash previous{};
  for (int i = 1; i <= n; ++i) {
    const crypto::AuditEntry entry{.sequence = static_cast<uint64_t>(i),
                                   .time = 1'790'000'000 + static_cast<uint64_t>(i),
                                   .previous = previous,
                                   .event = {"custodian/met", what, "dataset=" + std::to_string(i)}};
    entries.push_back(Encode(entry));
    previous = crypto::AuditEntryHash(AsBytes(entries.back()));
  }
  return entries;
}

std::string Joined(const std::vector<std::string>& entries, size_t from = 0) {
  std::string bytes;
  for (size_t i = from; i < entries.size(); ++i) bytes += entries[i];
  return bytes;
}

grpc::Status BeyondTheEnd() {
  google::rpc::ErrorInfo info;
  info.set_reason("BAD_OFFSET");
  info.set_domain("exposure.v1");
  google::rpc::Status status;
  status.set_code(grpc::StatusCode::OUT_OF_RANGE);
  status.add_details()->PackFrom(info);
  return {grpc::StatusCode::OUT_OF_RANGE, "beyond the end", status.SerializeAsString()};
}

// One entry in each message.
class AuditService final : public v1::OperationsService::Service {
 public:
  grpc::Status ExportAudit(grpc::ServerContext*, const v1::ExportAuditRequest* request,
                           grpc::ServerWriter<v1::ExportAuditResponse>* writer) override {
    if (request->from() > entries.size() + 1) return BeyondTheEnd();
    v1::ExportAuditResponse piece;
    for (size_t i = request->from() - 1; i < entries.size(); ++i) {
      piece.set_entries(entries[i]);
      writer->Write(piece);
    }
    return grpc::Status::OK;
  }
  std::vector<std::string> entries;
};

class AuditCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }
  void TearDown() override { server_->Shutdown(); }

  Ran Export(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {
        "audit", "export", "--out", log_, "--server", "127.0.0.1:" + std::to_string(port_), "--root", kRoot};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Exposure(arguments);
  }
  Ran Verify(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"audit", "verify", log_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Exposure(arguments);
  }
  Ran VerifyHead() { return Verify({"--head", head_, "--operator-key", dir_ / "operator.pub"}); }
  void Sign() {
    ASSERT_EQ(Exposure({"keys", "generate", "operator", "--out", dir_ / "operator"}).code, 0);
    const Ran ran = Exposure({"audit", "sign", log_, "--key", dir_ / "operator", "--out", head_});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }
  void Write(const std::string& bytes) { std::ofstream(log_, std::ios::binary | std::ios::trunc) << bytes; }

  TempDir dir_;
  const std::string log_ = dir_ / "audit.log";
  const std::string head_ = dir_ / "head";
  int port_ = 0;
  AuditService service_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(AuditCommandTest, ExportKeepsTheLogAndContinuesIt) {
  service_.entries = MakeEntries(3);
  const Ran first = Export();
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("Added 3 entries"));
  EXPECT_EQ(ReadAll(log_), Joined(service_.entries));
  EXPECT_THAT(Export().out, HasSubstr("Added 0 entries"));
  service_.entries = MakeEntries(5);
  const Ran more = Export({"--json"});
  EXPECT_EQ(nlohmann::json::parse(more.out)["added"], 2);
  EXPECT_EQ(nlohmann::json::parse(more.out)["last"], 5);
  EXPECT_EQ(ReadAll(log_), Joined(service_.entries));
  EXPECT_EQ(Verify().code, 0);
}

TEST_F(AuditCommandTest, ExportNoticesAServiceWhoseLogIsAnotherOrWasCut) {
  service_.entries = MakeEntries(3);
  ASSERT_EQ(Export().code, 0);
  const std::string kept = ReadAll(log_);
  service_.entries = MakeEntries(4, "retract");
  const Ran other = Export();
  EXPECT_EQ(other.code, 3);
  EXPECT_THAT(other.err, AllOf(HasSubstr("Entry 3"), HasSubstr("BAD_AUDIT")));
  for (const int shorter : {0, 1, 2}) {
    service_.entries = MakeEntries(shorter);
    const Ran cut = Export();
    EXPECT_EQ(cut.code, 3);
    EXPECT_THAT(cut.err, HasSubstr("Entry 3")) << shorter;
  }
  service_.entries = MakeEntries(5);
  std::swap(service_.entries[3], service_.entries[4]);
  const Ran swapped = Export();
  EXPECT_EQ(swapped.code, 3);
  EXPECT_THAT(swapped.err, HasSubstr("Entry 4"));
  EXPECT_EQ(ReadAll(log_), kept) << "nothing that does not verify is written";
}

TEST_F(AuditCommandTest, ExportNeverTouchesAFileThatIsNoLog) {
  service_.entries = MakeEntries(1);
  Write("something of mine");
  EXPECT_EQ(Export().code, 3);
  EXPECT_EQ(ReadAll(log_), "something of mine");
}

TEST_F(AuditCommandTest, AnExportThatIsRefusedLeavesNoFile) {
  service_.entries = MakeEntries(2);
  std::swap(service_.entries[0], service_.entries[1]);
  EXPECT_EQ(Export().code, 3);
  EXPECT_FALSE(std::filesystem::exists(log_));
  Write("");  // one's own stays
  EXPECT_EQ(Export().code, 3);
  EXPECT_TRUE(std::filesystem::exists(log_));
}

TEST_F(AuditCommandTest, AHeadAndItsKeyMustBeOnes) {
  Write(Joined(MakeEntries(3)));
  Sign();
  std::ofstream(dir_ / "names") << "PC 1234 Smith\n";
  const Ran head = Verify({"--head", dir_ / "names", "--operator-key", dir_ / "operator.pub"});
  EXPECT_EQ(head.code, 2);
  EXPECT_THAT(head.err, HasSubstr("names: is not a file of `exposure audit sign`."));
  const Ran key = Verify({"--head", head_, "--operator-key", dir_ / "names"});
  EXPECT_EQ(key.code, 2);
  EXPECT_THAT(key.err, HasSubstr("names: is not the public file of an operator's key."));
}

TEST_F(AuditCommandTest, APartIsExportedAndVerifiedAsOne) {
  service_.entries = MakeEntries(5);
  ASSERT_EQ(Export({"--from", "4"}).code, 0);
  EXPECT_EQ(ReadAll(log_), Joined(service_.entries, 3));
  EXPECT_EQ(Verify().code, 3) << "its beginning is missing";
  EXPECT_THAT(Verify({"--from", "4"}).out, HasSubstr("A part"));
}

TEST_F(AuditCommandTest, VerifySaysWhatTheLogHolds) {
  Write(Joined(MakeEntries(3)));
  EXPECT_THAT(Verify().out, AllOf(StartsWith("Verified: 3 entries from 2026-09-21T14:13:21Z to 2026-09-21T14:13:23Z."),
                                  HasSubstr("Last: entry 3, hash "), HasSubstr("--head")));
  const auto json = nlohmann::json::parse(Verify({"--json"}).out);
  EXPECT_EQ(json["entries"], 3);
  EXPECT_EQ(json["last_time"], 1'790'000'003);
  EXPECT_EQ(json["signed"], 0);
}

TEST_F(AuditCommandTest, VerifyFindsWhatWasCutEditedOrReordered) {
  const std::vector<std::string> entries = MakeEntries(4);
  std::string edited = Joined(entries);
  edited[entries[0].size() + 70] = 'x';
  for (const auto& [bytes, at] :
       std::vector<std::pair<std::string, std::string>>{{edited, "Entry 3"},
                                                        {entries[0] + entries[2] + entries[1] + entries[3], "Entry 2"},
                                                        {entries[0] + entries[2] + entries[3], "Entry 2"},
                                                        {Joined(entries, 1), "Entry 1"},
                                                        {Joined(entries).substr(0, 150), "Entry 2"}}) {
    Write(bytes);
    const Ran ran = Verify();
    EXPECT_EQ(ran.code, 3) << at;
    EXPECT_THAT(ran.err, AllOf(HasSubstr(at), HasSubstr("BAD_AUDIT")));
  }
  Write("");
  EXPECT_EQ(Verify().code, 3);
  EXPECT_EQ(Exposure({"audit", "verify", dir_ / "none"}).code, 2);
}

TEST_F(AuditCommandTest, ASignedHeadFindsALogThatWasCutAtItsEndOrReplacedWhole) {
  Write(Joined(MakeEntries(4)));
  Sign();
  EXPECT_THAT(VerifyHead().out, HasSubstr("every entry up to 4"));
  Write(Joined(MakeEntries(5)));
  EXPECT_EQ(VerifyHead().code, 0) << "it went on";
  Write(Joined(MakeEntries(3)));
  EXPECT_EQ(Verify().code, 0);
  EXPECT_THAT(VerifyHead().err, HasSubstr("Entry 4"));
  EXPECT_EQ(VerifyHead().code, 3);
  Write(Joined(MakeEntries(5, "retract")));
  EXPECT_EQ(Verify().code, 0);
  EXPECT_EQ(VerifyHead().code, 3);
}

TEST_F(AuditCommandTest, AHeadThatSomebodyElseSignedIsNotBelieved) {
  Write(Joined(MakeEntries(2)));
  Sign();
  ASSERT_EQ(Exposure({"keys", "generate", "operator", "--out", dir_ / "other"}).code, 0);
  ASSERT_EQ(Exposure({"keys", "generate", "custodian", "--out", dir_ / "custodian"}).code, 0);
  const Ran ran = Verify({"--head", head_, "--operator-key", dir_ / "other.pub"});
  EXPECT_THAT(ran.err, HasSubstr("BAD_SIGNATURE"));
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(Verify({"--head", head_, "--operator-key", dir_ / "custodian.pub"}).code, 2);
  EXPECT_EQ(Verify({"--head", head_}).code, 2);
  EXPECT_EQ(Exposure({"audit", "sign", log_, "--key", dir_ / "custodian", "--out", head_}).code, 2);
}

TEST_F(AuditCommandTest, ASignedHeadIsNotReplaced) {
  Write(Joined(MakeEntries(3)));
  Sign();
  const std::string before = ReadAll(head_);
  EXPECT_NE(Exposure({"audit", "sign", log_, "--key", dir_ / "operator", "--out", head_}).code, 0);
  EXPECT_EQ(ReadAll(head_), before);
}

TEST_F(AuditCommandTest, ALogThatDoesNotVerifyIsNotSigned) {
  Write(Joined(MakeEntries(3), 1));
  ASSERT_EQ(Exposure({"keys", "generate", "operator", "--out", dir_ / "operator"}).code, 0);
  EXPECT_EQ(Exposure({"audit", "sign", log_, "--key", dir_ / "operator", "--out", head_}).code, 3);
  EXPECT_EQ(ReadAll(head_), "");
}

TEST_F(AuditCommandTest, ShowWritesALineForEachEntry) {
  Write(Joined(MakeEntries(2)));
  EXPECT_EQ(Exposure({"audit", "show", log_}).out,
            "1 2026-09-21T14:13:21Z custodian/met publish dataset=1\n"
            "2 2026-09-21T14:13:22Z custodian/met publish dataset=2\n");
  const std::string json = Exposure({"audit", "show", log_, "--json"}).out;
  EXPECT_THAT(json, StartsWith("{\"sequence\":1,\"time\":1790000001,\"who\":\"custodian/met\",\"what\":\"publish\","
                               "\"object\":\"dataset=1\"}\n"));
  Write(Joined(MakeEntries(3)).substr(0, 250));
  const Ran cut = Exposure({"audit", "show", log_});
  EXPECT_EQ(cut.code, 3);
  EXPECT_THAT(cut.out, HasSubstr("dataset=2")) << "as far as it verifies";
}

}  // namespace
}  // namespace exposure::cli
