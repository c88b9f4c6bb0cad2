// What operators' commands ask of the evaluators: against two services that note it.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "exposure/v1/catalogue_service.grpc.pb.h"
#include "exposure/v1/operations_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/client/cli/run.h"
#include "tests/support/fake_service.h"

namespace exposure::cli {
namespace {

using ::exposure::testing::Exposure;
using ::exposure::testing::FakeService;
using ::exposure::testing::Ran;
using ::exposure::testing::TempDir;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint64_t kUntil = 1796000000;  // 2026-11-30 00:53:20 UTC

grpc::Status Refusal(grpc::StatusCode code, const std::string& reason, const std::string& message) {
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain("exposure.v1");
  google::rpc::Status status;
  status.add_details()->PackFrom(info);
  return {code, message, status.SerializeAsString()};
}

// One evaluator's service; the first has the catalogue, too.
class Evaluator final : public v1::CatalogueService::Service, public v1::OperationsService::Service {
 public:
  explicit Evaluator(const FakeService* fake) : fake_(fake) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(static_cast<v1::CatalogueService::Service*>(this));
    builder.RegisterService(static_cast<v1::OperationsService::Service*>(this));
    server_ = builder.BuildAndStart();
    address_ = "127.0.0.1:" + std::to_string(port);
  }
  ~Evaluator() override { server_->Shutdown(); }

  const std::string& address() const { return address_; }

  grpc::Status GetCatalogue(grpc::ServerContext*, const v1::GetCatalogueRequest*,
                            v1::GetCatalogueResponse* response) override {
    const crypto::SignedCatalogue& newest = fake_->issued.back();
    response->set_header(newest.header);
    response->set_signature(newest.signature);
    response->set_content(newest.content);
    response->set_delegation(newest.delegation);
    response->set_delegation_signature(newest.delegation_signature);
    return grpc::Status::OK;
  }
  grpc::Status GrantSealing(grpc::ServerContext*, const v1::GrantSealingRequest* request,
                            v1::GrantSealingResponse* response) override {
    granted.push_back(*request);
    if (!refusal.ok()) return refusal;
    response->set_elements_left(request->rows() * request->runs());
    response->set_expires_at(kUntil);
    return grpc::Status::OK;
  }
  grpc::Status GetQuotas(grpc::ServerContext*, const v1::GetQuotasRequest*, v1::GetQuotasResponse* response) override {
    response->set_day("2026-11-24\x1b[2J");
    const std::string& epoch_id = fake_->content.epochs(0).epoch_id();
    v1::EpochUsage& epoch = *response->add_epochs();
    epoch.set_epoch_id(epoch_id);
    epoch.set_elements(1234);
    epoch.set_budget(94000);
    epoch.set_surge_until(kUntil);
    v1::CallerUsage& caller = *response->add_callers();
    caller.set_caller("consumer/met-portal");
    caller.set_epoch_id(epoch_id);
    caller.set_elements(1000);
    caller.set_reserved(47000);
    caller.set_subjects(31);
    v1::QuotaAlarm& alarm = *response->add_alarms();
    alarm.set_caller("consumer/met-portal");
    alarm.set_epoch_id(epoch_id);
    alarm.set_raised_at(kUntil);
    alarm.set_shape("one subject, 900 elements");
    return grpc::Status::OK;
  }
  grpc::Status ProposeSurge(grpc::ServerContext*, const v1::ProposeSurgeRequest* request,
                            v1::ProposeSurgeResponse* response) override {
    proposed.push_back(*request);
    response->set_surge_id(surge_id);
    return grpc::Status::OK;
  }
  grpc::Status ApproveSurge(grpc::ServerContext*, const v1::ApproveSurgeRequest* request,
                            v1::ApproveSurgeResponse* response) override {
    if (request->surge_id() != surge_id) return Refusal(grpc::StatusCode::NOT_FOUND, "UNKNOWN_SURGE", "None waits.");
    if (!refusal.ok()) return refusal;
    response->set_until(kUntil);
    return grpc::Status::OK;
  }

  grpc::Status refusal;
  std::string surge_id;
  std::vector<v1::GrantSealingRequest> granted;
  std::vector<v1::ProposeSurgeRequest> proposed;

 private:
  const FakeService* const fake_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

class OperationsTest : public ::testing::Test {
 protected:
  OperationsTest() {
    fake_.now = static_cast<uint64_t>(time(nullptr));
    fake_.Delegate(1, fake_.now - 3600, fake_.now + 30 * 24 * 3600);
    fake_.AddEpoch({FakeService::MakeScheme("met", "pay", 47000, 1, 6)}, 8, 8, 2);
    fake_.AddEpoch({FakeService::MakeScheme("psni", "service", 9483, 0, 6)}, 6, 6);
    fake_.content.mutable_epochs(0)->mutable_evaluators(1)->set_address(second_.address());
    v1::Notice& notice = *fake_.content.add_incidents();
    notice.set_incident_id("met-2023-supplier");
    notice.set_force("met");
    notice.set_version(1);
    notice.add_schemes("met/pay");
    fake_.Issue();
    first_.surge_id = std::string(16, '\x11');
    second_.surge_id = std::string(16, '\x22');
  }

  Ran Ask(std::vector<std::string> words) {
    for (const std::string& word : {std::string("--server"), first_.address(), std::string("--root"),
                                    ToHex(fake_.root.public_key()), std::string("--state-dir"), dir_ / "state"}) {
      words.push_back(word);
    }
    return Exposure(words);
  }
  Ran Grant(const std::string& force, const std::string& incident, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"grant",   incident, "--caller", "custodian/met-response",
                                      "--force", force,    "--rows",   "47000"};
    words.insert(words.end(), more.begin(), more.end());
    return Ask(words);
  }

  TempDir dir_;
  FakeService fake_;
  Evaluator first_{&fake_}, second_{&fake_};
};

TEST_F(OperationsTest, AGrantIsGivenAtEachEvaluatorOfTheForce) {
  const Ran ran = Grant("met", "met-2023-supplier");
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Evaluator 1: custodian/met-response may evaluate 141,000 numbers for "
                                 "met-2023-supplier, until 2026-11-30 00:53 UTC."));
  for (const Evaluator* evaluator : {&first_, &second_}) {
    ASSERT_EQ(evaluator->granted.size(), 1u);
    const v1::GrantSealingRequest& request = evaluator->granted[0];
    EXPECT_EQ(request.epoch_id(), fake_.content.epochs(0).epoch_id());
    EXPECT_EQ(request.incident_id(), "met-2023-supplier");
    EXPECT_EQ(request.caller(), "custodian/met-response");
    EXPECT_EQ(request.rows(), 47000u);
    EXPECT_EQ(request.runs(), 3u);
  }
}

// As a refusal of a service prints the command.
TEST_F(OperationsTest, TheForceIsThatOfTheNoticeUnlessGiven) {
  const Ran ran =
      Ask({"grant", "met-2023-supplier", "--caller", "custodian/met-response", "--rows", "7", "--runs", "1"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  ASSERT_EQ(second_.granted.size(), 1u);
  EXPECT_EQ(second_.granted[0].epoch_id(), fake_.content.epochs(0).epoch_id());
}

TEST_F(OperationsTest, AGrantIsForARunAtLeast) {
  const Ran ran = Grant("met", "met-2023-supplier", {"--runs", "0"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--runs: at least 1"));
  EXPECT_TRUE(second_.granted.empty());
}

TEST_F(OperationsTest, AGrantAsJsonIsALineForEachEvaluator) {
  const Ran ran = Grant("met", "met-2023-supplier", {"--runs", "1", "--json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const json line = json::parse(ran.out.substr(0, ran.out.find('\n')));
  EXPECT_EQ(line["epoch_id"], ToHex(AsBytes(fake_.content.epochs(0).epoch_id())));
  EXPECT_EQ(line["evaluator"], 1);
  EXPECT_EQ(line["elements_left"], 47000);
  EXPECT_EQ(line["expires_at"], kUntil);
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 2);
}

TEST_F(OperationsTest, AGrantForWhatIsNotInTheCatalogueIsNotAskedFor) {
  EXPECT_THAT(Grant("kent", "met-2023-supplier").err, HasSubstr("(UNKNOWN_FORCE)"));
  EXPECT_THAT(Grant("met", "met-2024-other").err, HasSubstr("(UNKNOWN_INCIDENT)"));
  EXPECT_THAT(Grant("met", "Not An Id").err, HasSubstr("(BAD_USAGE)"));
  EXPECT_TRUE(first_.granted.empty());
}

TEST_F(OperationsTest, ARefusalIsToldAndNotRepeated) {
  second_.refusal = Refusal(grpc::StatusCode::PERMISSION_DENIED, "SAME_PERSON", "Nobody grants to themselves.");
  const Ran ran = Grant("met", "met-2023-supplier");
  EXPECT_EQ(ran.code, 4);
  EXPECT_THAT(ran.out, HasSubstr("Evaluator 1"));  // it has agreed
  EXPECT_THAT(ran.err, HasSubstr("Nobody grants to themselves. (SAME_PERSON)"));
  second_.refusal = Refusal(grpc::StatusCode::UNAVAILABLE, "SHUTTING_DOWN", "Stopping.");
  EXPECT_EQ(Grant("met", "met-2023-supplier").code, 5);
  EXPECT_EQ(second_.granted.size(), 2u);
}

TEST_F(OperationsTest, QuotasAreShownByEvaluator) {
  const Ran ran = Ask({"quota", "show", "--force", "met"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("met (epoch "), HasSubstr("1,234 of 94,000 numbers; larger until 2026-11-30"),
                             HasSubstr("consumer/met-portal: 1,000 numbers of 31 people; 47,000 kept for it"),
                             HasSubstr("ALARM 2026-11-30 00:53 UTC, consumer/met-portal, met"),
                             HasSubstr("one subject, 900 elements"), HasSubstr("evaluator at " + second_.address()),
                             Not(HasSubstr("\x1b"))));
}

TEST_F(OperationsTest, QuotasAsJson) {
  const Ran ran = Ask({"quota", "show", "--json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  ASSERT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 2);  // of three evaluators, two are the same service
  const json line = json::parse(ran.out.substr(0, ran.out.find('\n')));
  EXPECT_EQ(line["evaluator"], "");
  EXPECT_EQ(line["epochs"][0]["budget"], 94000);
  EXPECT_EQ(line["callers"][0]["subjects"], 31);
  EXPECT_EQ(line["alarms"][0]["shape"], "one subject, 900 elements");
}

TEST_F(OperationsTest, ASurgeIsProposedAtEachEvaluatorAndApprovedWhereItWaits) {
  const Ran ran = Ask({"quota", "surge", "--force", "met", "--factor", "3", "--hours", "12"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("exposure quota approve 22222222222222222222222222222222"));
  ASSERT_EQ(second_.proposed.size(), 1u);
  EXPECT_EQ(second_.proposed[0].factor(), 3u);
  EXPECT_EQ(second_.proposed[0].hours(), 12u);

  const Ran approved = Ask({"quota", "approve", std::string(32, '2')});
  EXPECT_EQ(approved.code, 0) << approved.err;
  EXPECT_EQ(approved.out, "In effect until 2026-11-30 00:53 UTC.\n");
  EXPECT_THAT(Ask({"quota", "approve", std::string(32, '3')}).err, HasSubstr("(UNKNOWN_SURGE)"));
  EXPECT_THAT(Ask({"quota", "approve", "33"}).err, HasSubstr("(BAD_USAGE)"));
}

TEST_F(OperationsTest, NobodyApprovesTheirOwnSurge) {
  first_.refusal = Refusal(grpc::StatusCode::PERMISSION_DENIED, "SAME_PERSON", "Let another operator approve it.");
  const Ran ran = Ask({"quota", "approve", std::string(32, '1'), "--json"});
  EXPECT_EQ(ran.code, 4);
  EXPECT_EQ(json::parse(ran.out)["error"]["reason"], "SAME_PERSON");
}

}  // namespace
}  // namespace exposure::cli
