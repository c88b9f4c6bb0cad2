// A caller that cancels thousands of calls: nothing goes on without it, and what was charged stays charged, once.
#include <deque>
#include <latch>
#include <memory>
#include <vector>

#include "tests/server/tls_world.h"

namespace exposure::server {
namespace {

using testing::Context;
using testing::IsGrpcOk;
using testing::Neighbour;
using testing::SealedFile;
using testing::ServiceClient;
using testing::TlsWorld;

constexpr uint64_t kCalls = 3000;
constexpr uint64_t kElements = 2;  // of each

class CancelTest : public ::testing::Test {
 protected:
  // Shutdown waits for what runs: what would go on for ever would hang the test.
  CancelTest()
      : world_(TlsWorld::Changes{{"population: 1500", "population: 150000"},
                                 {"shutdown_seconds: 5", "shutdown_seconds: 600"}}) {
    world_.Start();
  }

  TlsWorld world_;
};

// Begins questions, all of them on one connection, without waiting for an answer.
class Asker {
 public:
  explicit Asker(const TlsWorld& world)
      : world_(world),
        client_(world.Client(world.portal())),
        stub_(v1::EvaluationService::NewStub(client_->channel())) {}

  void Begin(uint64_t number) {
    Call& call = calls_.emplace_back();
    call.request = world_.Question(number, kElements);
    stub_->async()->Evaluate(&call.context, &call.request, &call.response, [&call](const grpc::Status& status) {
      call.answered = status.ok();
      call.done.count_down();
    });
  }
  // The one that was begun `later` calls ago.
  void Cancel(size_t later) {
    if (later < calls_.size()) calls_[calls_.size() - 1 - later].context.TryCancel();
  }
  // How many were answered, when all are done.
  uint64_t Answered() {
    uint64_t answered = 0;
    for (Call& call : calls_) {
      call.done.wait();
      answered += call.answered ? 1 : 0;
    }
    return answered;
  }

 private:
  struct Call {
    Context context;
    v1::EvaluateRequest request;
    v1::EvaluateResponse response;
    bool answered = false;
    std::latch done{1};
  };

  const TlsWorld& world_;
  const std::unique_ptr<ServiceClient> client_;
  const std::unique_ptr<v1::EvaluationService::Stub> stub_;
  std::deque<Call> calls_;
};

TEST_F(CancelTest, WhatIsCancelledIsChargedOnceOrNotAtAll) {
  uint64_t answered = 0;
  {
    const Neighbour neighbour(world_);
    neighbour.Compare("thousands of cancelled calls", [&] {
      Asker asker(world_);
      for (uint64_t number = 1; number <= kCalls; ++number) {
        asker.Begin(number);
        if (number % 2 == 0) asker.Cancel(0);
        asker.Cancel(20);
      }
      for (size_t later = 0; later < 20; ++later) asker.Cancel(later);
      answered = asker.Answered();
      neighbour.WaitFor(50);
    });
  }
  EXPECT_LT(answered, kCalls) << "nothing was cancelled";
  const uint64_t charged = world_.Charged("consumer/met-portal");
  EXPECT_GE(charged, answered * kElements);
  EXPECT_LE(charged, kCalls * kElements);
  EXPECT_EQ(charged % kElements, 0U);

  // Asked again with the same tokens, every question is answered, and on the account exactly once.
  Asker again(world_);
  for (uint64_t number = 1; number <= kCalls; ++number) again.Begin(number);
  EXPECT_EQ(again.Answered(), kCalls);
  EXPECT_EQ(world_.Charged("consumer/met-portal"), kCalls * kElements);
  world_.server().Shutdown();
}

TEST_F(CancelTest, DownloadsThatNobodyReadsOnEnd) {
  const auto custodian = world_.Client(world_.files().ca().IssueTo("custodian/met-response"));
  const SealedFile sealed = custodian->PublishSample(20'000);  // more than flow control sends ahead
  const auto client = world_.Client(world_.portal());
  const auto records = v1::RecordService::NewStub(client->channel());
  v1::DownloadDatasetRequest request;
  request.set_dataset_id(sealed.id());
  for (int i = 0; i < 500; ++i) {
    Context context;
    const auto reader = records->DownloadDataset(&context, request);
    v1::DownloadDatasetResponse piece;
    if (i % 2 == 0) {
      ASSERT_TRUE(reader->Read(&piece));
    }
    context.TryCancel();
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  v1::GetCatalogueResponse response;
  EXPECT_THAT(client->Catalogue(&response), IsGrpcOk());
  world_.server().Shutdown();
}

}  // namespace
}  // namespace exposure::server
