// Clients that send little, read nothing or never finish: they wait, nobody else does.
#include <memory>
#include <string>
#include <vector>

#include "tests/server/tls_world.h"
#include "tests/support/raw_connection.h"

namespace exposure::server {
namespace {

using testing::Context;
using testing::Eventually;
using testing::IsGrpcOk;
using testing::Neighbour;
using testing::RawConnection;
using testing::RawTlsConnection;
using testing::SealedFile;
using testing::ServiceClient;
using testing::TlsWorld;

constexpr char kPreface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const std::string kSettings("\0\0\0\4\0\0\0\0\0", 9);
// HEADERS of stream 1, GET-like and of HPACK's static table alone, that more headers were to follow.
const std::string kUnfinished("\0\0\1\1\0\0\0\0\1\x83", 10);

class SlowClientsTest : public ::testing::Test {
 protected:
  SlowClientsTest() : world_(TlsWorld::Changes{{"population: 1500", "population: 150000"}}) { world_.Start(); }

  TlsWorld world_;
};

// Each is ended by the service, 30 seconds after it came.
TEST_F(SlowClientsTest, HandshakesThatTakeTooLongAreEnded) {
  const Neighbour neighbour(world_);
  const RawConnection silent(world_.port());
  const RawConnection begun(world_.port());
  EXPECT_TRUE(begun.Send(std::string("\x16\3\1\2\0\1", 6)));  // the head of a ClientHello
  const RawTlsConnection greeted(world_.port(), &world_.portal());
  const RawTlsConnection half(world_.port(), &world_.portal());
  for (const char c : std::string(kPreface).substr(0, 10)) EXPECT_TRUE(half.Send(std::string(1, c)));
  neighbour.Compare("handshakes that take too long", [&] {
    EXPECT_TRUE(silent.IsEnded());
    EXPECT_TRUE(begun.IsEnded());
    EXPECT_TRUE(greeted.IsEnded());
    EXPECT_TRUE(half.IsEnded());
  });
  neighbour.WaitFor(20);
}

TEST_F(SlowClientsTest, WhatIsNotHttp2IsEndedAtOnce) {
  const RawTlsConnection other(world_.port(), &world_.portal());
  EXPECT_TRUE(other.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_TRUE(other.IsEnded());
  const RawConnection plain(world_.port());
  EXPECT_TRUE(plain.Send(kPreface));
  EXPECT_TRUE(plain.IsEnded());
}

TEST_F(SlowClientsTest, AByteAtATimeAndStreamsThatAreNeverFinished) {
  const Neighbour neighbour(world_);
  std::vector<std::unique_ptr<RawTlsConnection>> slow;
  neighbour.Compare("streams that are never finished", [&] {
    for (int i = 0; i < 50; ++i) {
      slow.push_back(std::make_unique<RawTlsConnection>(world_.port(), &world_.portal()));
      for (const char c : kPreface + kSettings + kUnfinished) {
        if (c == 0 && i % 2 == 0) continue;  // half of them send what is no frame either
        slow.back()->Send(std::string(1, c));
      }
    }
    neighbour.WaitFor(100);
  });
}

// Calls without an end, of the whole number of streams that one connection may have.
TEST_F(SlowClientsTest, RequestsWithoutAnEndHoldUpNobody) {
  const Neighbour neighbour(world_);
  const auto client = world_.Client(world_.portal());
  const grpc::internal::RpcMethod method("/exposure.v1.EvaluationService/Evaluate",
                                         grpc::internal::RpcMethod::CLIENT_STREAMING);
  std::vector<std::unique_ptr<Context>> contexts;
  std::vector<std::unique_ptr<grpc::ClientWriter<v1::EvaluateRequest>>> calls;
  std::vector<v1::EvaluateResponse> responses(200);
  for (v1::EvaluateResponse& response : responses) {
    contexts.push_back(std::make_unique<Context>());
    calls.emplace_back(grpc::internal::ClientWriterFactory<v1::EvaluateRequest>::Create(
        client->channel().get(), method, contexts.back().get(), &response));
  }
  neighbour.Compare("requests without an end", [&] { neighbour.WaitFor(100); });
  EXPECT_THAT(TlsWorld::Evaluate(*client, world_.Question(1, 1)), IsGrpcOk()) << "on the same connection";
  for (size_t i = 0; i < calls.size(); ++i) {
    contexts[i]->TryCancel();
    EXPECT_EQ(calls[i]->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
}

TEST_F(SlowClientsTest, AnswersThatNobodyReadsHoldUpNobody) {
  const auto custodian = world_.Client(world_.files().ca().IssueTo("custodian/met-response"));
  const SealedFile sealed = custodian->PublishSample(20'000);  // more than flow control sends ahead
  const Neighbour neighbour(world_);
  const auto client = world_.Client(world_.portal());
  const auto records = v1::RecordService::NewStub(client->channel());
  v1::DownloadDatasetRequest request;
  request.set_dataset_id(sealed.id());
  std::vector<std::unique_ptr<Context>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::DownloadDatasetResponse>>> readers;
  for (int i = 0; i < 100; ++i) {
    contexts.push_back(std::make_unique<Context>());
    readers.push_back(records->DownloadDataset(contexts.back().get(), request));
  }
  neighbour.Compare("answers that nobody reads", [&] {
    neighbour.WaitFor(100);
    v1::DownloadDatasetRequest other_request = request;
    Context other_context;
    const auto other = v1::RecordService::NewStub(custodian->channel());
    const auto reader = other->DownloadDataset(&other_context, other_request);
    std::string file;
    for (v1::DownloadDatasetResponse piece; reader->Read(&piece);) file += piece.data();
    EXPECT_THAT(reader->Finish(), IsGrpcOk());
    EXPECT_EQ(file, sealed.file);
  });
  for (size_t i = 0; i < readers.size(); ++i) {
    contexts[i]->TryCancel();
    EXPECT_EQ(readers[i]->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
}

}  // namespace
}  // namespace exposure::server
