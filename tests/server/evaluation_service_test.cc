#include "server/evaluation_service.h"

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/hosted_service.h"
#include "tests/support/rich_error.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure::server {
namespace {

using testing::Context;
using testing::IsError;
using testing::IsFieldError;
using testing::IsGrpcOk;
using testing::IsOk;

constexpr crypto::EpochId kRetired = {1};

std::vector<crypto::Element> Points(size_t n) {
  std::vector<crypto::Element> points;
  for (size_t i = 0; i < n; ++i) points.push_back(*crypto::Element::HashFrom(AsBytes("point " + std::to_string(i))));
  return points;
}

class EvaluationServiceTest : public ::testing::Test {
 protected:
  explicit EvaluationServiceTest(const config::v1::ServerConfig& settings = {})
      : public_key_(key_.public_key()), epoch_(crypto::DeriveEpochId(public_key_)) {
    std::vector<EpochKey> keys;
    keys.push_back({epoch_, std::move(key_)});
    evaluator_ = std::make_unique<Evaluator>(std::move(keys), std::set<crypto::EpochId>{kRetired}, 1, 2048);
    AddEpoch(epoch_, v1::EPOCH_STATE_LIVE);
    AddEpoch(kRetired, v1::EPOCH_STATE_RETIRED);
    auditor_ = std::make_unique<Auditor>(storage::AuditLog::Open(dir_ / "audit", storage::SystemClock()).value(),
                                         storage::SystemClock());
    quotas_ = QuotaGate::Create(QuotaPolicy(settings, content_),
                                storage::QuotaLedger::Open({dir_ / "evaluator", storage::SystemClock()}).value(),
                                [](const v1::QuotaAlarm&) {})
                  .value();
    service_ = std::make_unique<EvaluationServiceImpl>(
        EvaluationParts{*evaluator_, content_, *quotas_, *auditor_, readers_}, door_);
    hosted_ = std::make_unique<testing::Hosted>(*service_);
    stub_ = v1::EvaluationService::NewStub(hosted_->channel());
  }

  v1::EvaluateRequest Request(const std::string& blinded) const {
    v1::EvaluateRequest request;
    request.set_epoch_id(ToString(epoch_));
    request.set_blinded(blinded);
    request.set_subject(std::string(16, 's'));
    request.set_idempotency(ToString(crypto::Secret::Random(16).Reveal()));
    return request;
  }

  void AddEpoch(const crypto::EpochId& id, v1::EpochState state) {
    v1::Epoch& epoch = *content_.add_epochs();
    epoch.set_epoch_id(ToString(id));
    epoch.set_state(state);
    v1::Scheme& scheme = *epoch.add_schemes();
    scheme.set_force("met");
    scheme.set_population(1500);
  }

  grpc::Status Evaluate(const v1::EvaluateRequest& request, v1::EvaluateResponse* response = nullptr) {
    Context context;
    v1::EvaluateResponse unused;
    return stub_->Evaluate(&context, request, response == nullptr ? &unused : response);
  }

  grpc::Status RequestGrant(v1::RequestGrantResponse* response) {
    Context context;
    v1::RequestGrantRequest request;
    request.set_epoch_id(ToString(epoch_));
    request.set_incident_id("met-2023-supplier");
    request.set_rows(1000);
    return stub_->RequestGrant(&context, request, response);
  }

  crypto::EvaluatorKey key_ = crypto::EvaluatorKey::Generate().value();
  const crypto::Element public_key_;
  const crypto::EpochId epoch_;
  std::unique_ptr<Evaluator> evaluator_;
  v1::CatalogueContent content_;
  testing::TempDir dir_;
  std::unique_ptr<Auditor> auditor_;
  std::unique_ptr<QuotaGate> quotas_;
  WorkPool readers_{1, 64};
  CallGate gate_;
  Door door_{gate_};
  std::unique_ptr<EvaluationServiceImpl> service_;
  std::unique_ptr<testing::Hosted> hosted_;
  std::unique_ptr<v1::EvaluationService::Stub> stub_;
};

// Whoever is on this machine seals without a second person, unless the access table limits them.
TEST_F(EvaluationServiceTest, LocalCallersNeedNoGrant) {
  v1::RequestGrantResponse grant;
  EXPECT_THAT(RequestGrant(&grant), IsGrpcOk());
  EXPECT_EQ(grant.upload(), "");
}

config::v1::ServerConfig LocalWithLimits() {
  config::v1::ServerConfig settings;
  config::v1::CallerRule& local = *settings.mutable_access()->add_callers();
  local.set_name("local");
  local.add_forces("met");
  local.set_limits("portal");
  return settings;
}

class LimitedEvaluationServiceTest : public EvaluationServiceTest {
 protected:
  LimitedEvaluationServiceTest() : EvaluationServiceTest(LocalWithLimits()) {}
};

TEST_F(LimitedEvaluationServiceTest, LocalCallersWithLimitsNeedAGrant) {
  v1::RequestGrantResponse grant;
  EXPECT_THAT(RequestGrant(&grant), IsError(Reason::kNoGrant));
}

TEST_F(EvaluationServiceTest, AnswersAreProved) {
  for (const size_t n : {1, 2, 1024}) {
    const std::vector<crypto::Element> points = Points(n);
    v1::EvaluateResponse response;
    ASSERT_THAT(Evaluate(Request(crypto::EncodeElements(points)), &response), IsGrpcOk());
    ASSERT_OK_AND_ASSIGN(const auto evaluated, crypto::DecodeElements(AsBytes(response.evaluated()), n));
    ASSERT_EQ(response.proof().size(), 64U);
    EXPECT_THAT(crypto::VerifyEvaluation(public_key_, points, evaluated, *ToArray<64>(response.proof())), IsOk());
  }
}

TEST_F(EvaluationServiceTest, BatchesOfNoneAndOneTooMany) {
  EXPECT_THAT(Evaluate(Request("")), IsFieldError(Reason::kBatchSize, "blinded"));
  EXPECT_THAT(Evaluate(Request(crypto::EncodeElements(Points(1025)))), IsFieldError(Reason::kBatchSize, "blinded"));
  EXPECT_THAT(Evaluate(Request(std::string(33, 'x'))), IsFieldError(Reason::kBatchSize, "blinded"));
}

TEST_F(EvaluationServiceTest, ElementsThatAreNone) {
  EXPECT_THAT(Evaluate(Request(std::string(32, '\0'))), IsError(Reason::kBadElement));
  const grpc::Status status = Evaluate(Request(std::string(32, '\xff')));
  EXPECT_THAT(status, IsError(Reason::kBadElement));
  EXPECT_EQ(status.error_message().find("ffff"), std::string::npos);
  EXPECT_EQ(status.error_details().find(std::string(8, '\xff')), std::string::npos);
}

TEST_F(EvaluationServiceTest, Epochs) {
  v1::EvaluateRequest request = Request(crypto::EncodeElements(Points(1)));
  request.set_epoch_id(std::string(16, 'x'));
  EXPECT_THAT(Evaluate(request), IsError(Reason::kUnknownEpoch));
  request.set_epoch_id(ToString(kRetired));
  EXPECT_THAT(Evaluate(request), IsError(Reason::kRetiredEpoch));
}

TEST_F(EvaluationServiceTest, NobodyIsLetInWhenItStops) {
  gate_.Close({});
  EXPECT_THAT(Evaluate(Request(crypto::EncodeElements(Points(1)))), IsError(Reason::kShuttingDown));
}

TEST_F(EvaluationServiceTest, FieldLengths) {
  v1::EvaluateRequest request = Request(crypto::EncodeElements(Points(1)));
  request.set_subject("short");
  EXPECT_THAT(Evaluate(request), IsFieldError(Reason::kFieldLength, "subject"));
}

// Batches that take the one thread's time, so that what comes after them waits.
class BusyEvaluationServiceTest : public EvaluationServiceTest {
 protected:
  struct Call {
    Context context;
    v1::EvaluateRequest request;
    v1::EvaluateResponse response;
    grpc::Status status;
    std::promise<void> done;
  };

  std::unique_ptr<Call> Start(const v1::EvaluateRequest& request) {
    auto call = std::make_unique<Call>();
    call->request = request;
    call->request.set_idempotency(ToString(crypto::Secret::Random(16).Reveal()));
    stub_->async()->Evaluate(&call->context, &call->request, &call->response, [raw = call.get()](grpc::Status status) {
      raw->status = std::move(status);
      raw->done.set_value();
    });
    return call;
  }
};

TEST_F(BusyEvaluationServiceTest, WhatWouldWaitTooLongIsRefusedWithATime) {
  const v1::EvaluateRequest request = Request(crypto::EncodeElements(Points(1024)));
  std::vector<std::unique_ptr<Call>> calls;
  for (int i = 0; i < 12; ++i) calls.push_back(Start(request));  // one runs, two wait
  int refused = 0;
  for (const std::unique_ptr<Call>& call : calls) {
    call->done.get_future().wait();
    if (call->status.ok()) continue;
    EXPECT_THAT(call->status, IsError(Reason::kOverloaded));
    EXPECT_EQ(testing::Decode(call->status).retry_seconds, 1);
    ++refused;
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, 12);
  ASSERT_OK_AND_ASSIGN(const v1::GetQuotasResponse usage, quotas_->Usage());
  EXPECT_EQ(usage.callers(0).elements(), 1024U * static_cast<unsigned>(12 - refused)) << "a refused call was charged";
  EXPECT_THAT(Evaluate(request), IsGrpcOk()) << "the service did not recover";
}

TEST_F(BusyEvaluationServiceTest, QuestionsDoNotWaitForBatches) {
  const v1::EvaluateRequest batch = Request(crypto::EncodeElements(Points(1024)));
  std::vector<std::unique_ptr<Call>> calls;
  for (int i = 0; i < 12; ++i) calls.push_back(Start(batch));
  EXPECT_THAT(Evaluate(Request(crypto::EncodeElements(Points(1)))), IsGrpcOk());  // the lane of batches is full
  for (const std::unique_ptr<Call>& call : calls) call->done.get_future().wait();
}

TEST_F(BusyEvaluationServiceTest, CancelledAndLateCallsFreeTheThread) {
  // Four of them have places, however long those that are given up keep theirs.
  const v1::EvaluateRequest request = Request(crypto::EncodeElements(Points(512)));
  std::unique_ptr<Call> running = Start(request);
  std::unique_ptr<Call> waiting = Start(request);
  waiting->context.TryCancel();
  running->context.TryCancel();
  running->done.get_future().wait();
  waiting->done.get_future().wait();
  EXPECT_EQ(waiting->status.error_code(), grpc::StatusCode::CANCELLED);
  Context late(std::chrono::milliseconds(1));
  v1::EvaluateRequest other = request;
  other.set_idempotency(ToString(crypto::Secret::Random(16).Reveal()));
  v1::EvaluateResponse response;
  EXPECT_EQ(stub_->Evaluate(&late, other, &response).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_THAT(Evaluate(request), IsGrpcOk());
}

}  // namespace
}  // namespace exposure::server
