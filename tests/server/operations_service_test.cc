// OperationsService over the wire: grants, surges by two people, counts, and the audit log that tells of them.
#include <string>
#include <vector>

#include "crypto/audit.h"
#include "tests/server/tls_world.h"

namespace exposure::server {
namespace {

using ::testing::Contains;
using testing::Context;
using testing::Decode;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsGrpcOk;
using testing::IsOk;
using testing::ServiceClient;
using testing::TlsWorld;
using Stub = v1::OperationsService::Stub;

constexpr char kCustodian[] = "custodian/met-response";

class OperationsTest : public ::testing::Test {
 protected:
  void SetUp() override { world_.Start(); }

  std::unique_ptr<Stub> As(const std::string& caller) const {
    return v1::OperationsService::NewStub(world_.Client(world_.files().ca().IssueTo(caller))->channel());
  }
  v1::GrantSealingRequest GrantRequest() const {
    v1::GrantSealingRequest request;
    request.set_epoch_id(ToString(world_.files().epoch_id()));
    request.set_incident_id("met-2023-supplier");
    request.set_caller(kCustodian);
    request.set_rows(1000);
    request.set_runs(3);
    return request;
  }
  static grpc::Status Grant(Stub& stub, const v1::GrantSealingRequest& request, v1::GrantSealingResponse* response) {
    Context context;
    return stub.GrantSealing(&context, request, response);
  }
  grpc::Status Propose(Stub& stub, uint32_t factor, uint32_t hours, v1::ProposeSurgeResponse* response) const {
    Context context;
    v1::ProposeSurgeRequest request;
    request.set_epoch_id(ToString(world_.files().epoch_id()));
    request.set_factor(factor);
    request.set_hours(hours);
    return stub.ProposeSurge(&context, request, response);
  }
  static grpc::Status Approve(Stub& stub, const std::string& id, v1::ApproveSurgeResponse* response) {
    Context context;
    v1::ApproveSurgeRequest request;
    request.set_surge_id(id);
    return stub.ApproveSurge(&context, request, response);
  }
  static v1::EpochUsage Usage(Stub& stub) {
    Context context;
    v1::GetQuotasResponse usage;
    EXPECT_THAT(stub.GetQuotas(&context, {}, &usage), IsGrpcOk());
    EXPECT_EQ(usage.epochs_size(), 1);
    return usage.epochs(0);
  }
  // "who what object" of each entry from `from` on, in a chain that holds.
  static grpc::Status Export(Stub& stub, uint64_t from, std::vector<std::string>* entries) {
    Context context;
    v1::ExportAuditRequest request;
    request.set_from(from);
    const auto reader = stub.ExportAudit(&context, request);
    crypto::AuditVerifier verifier(from);
    v1::ExportAuditResponse piece;
    while (reader->Read(&piece)) {
      EXPECT_THAT(
          verifier.Add(AsBytes(piece.entries()),
                       [&](const crypto::AuditEntry& entry) {
                         entries->push_back(entry.event.who + " " + entry.event.what + " " + entry.event.object);
                       }),
          IsOk());
    }
    EXPECT_THAT(verifier.Finish(), IsOk());
    return reader->Finish();
  }

  TlsWorld world_{TlsWorld::Changes{{"access {", "access {\n  callers { name: 'operator/second' }\n"}}};
};

TEST_F(OperationsTest, AGrantIsTheRowsAndRunsAndFivePercent) {
  const auto operators = As("operator/first");
  v1::GrantSealingResponse given;
  ASSERT_THAT(Grant(*operators, GrantRequest(), &given), IsGrpcOk());
  EXPECT_EQ(given.elements_left(), 3150u);
  EXPECT_GT(given.expires_at(), static_cast<uint64_t>(time(nullptr)) + 47 * 3600);
}

TEST_F(OperationsTest, AGrantNamesAKnownEpochAndACustodianOfItsForce) {
  const auto operators = As("operator/first");
  v1::GrantSealingResponse given;
  v1::GrantSealingRequest request = GrantRequest();
  request.set_epoch_id(std::string(16, 'x'));
  EXPECT_THAT(Grant(*operators, request, &given), IsError(Reason::kUnknownEpoch));
  request = GrantRequest();
  request.set_caller("custodian/elsewhere");
  EXPECT_THAT(Grant(*operators, request, &given), IsError(Reason::kBadGrant));
  request.set_caller("nobody at all");
  const grpc::Status status = Grant(*operators, request, &given);
  EXPECT_THAT(status, IsError(Reason::kBadGrant));
  EXPECT_EQ(Decode(status).field, "caller");
  request = GrantRequest();
  request.set_rows(0);
  EXPECT_EQ(Decode(Grant(*operators, request, &given)).field, "rows");
}

TEST_F(OperationsTest, ASurgeNeedsASecondPerson) {
  const auto first = As("operator/first");
  const auto second = As("operator/second");
  const uint64_t budget = Usage(*first).budget();
  v1::ProposeSurgeResponse proposed;
  ASSERT_THAT(Propose(*first, 3, 24, &proposed), IsGrpcOk());
  EXPECT_EQ(Usage(*first).budget(), budget) << "one person changes nothing";
  v1::ApproveSurgeResponse approved;
  EXPECT_THAT(Approve(*first, proposed.surge_id(), &approved), IsError(Reason::kSamePerson));
  EXPECT_THAT(Approve(*second, std::string(16, 'x'), &approved), IsError(Reason::kUnknownSurge));
  ASSERT_THAT(Approve(*second, proposed.surge_id(), &approved), IsGrpcOk());
  EXPECT_EQ(Usage(*second).budget(), 3 * budget);
  EXPECT_EQ(Usage(*second).surge_until(), approved.until());
}

TEST_F(OperationsTest, ASurgeThatIsNoneIsRefusedByItsField) {
  const auto operators = As("operator/first");
  v1::ProposeSurgeResponse proposed;
  EXPECT_EQ(Decode(Propose(*operators, 1, 24, &proposed)).field, "factor");
  EXPECT_EQ(Decode(Propose(*operators, 3, 0, &proposed)).field, "hours");
}

TEST_F(OperationsTest, WhatOperatorsDoIsInTheLogThatTheyExport) {
  const auto first = As("operator/first");
  v1::GrantSealingResponse given;
  v1::ProposeSurgeResponse proposed;
  v1::ApproveSurgeResponse approved;
  ASSERT_THAT(Grant(*first, GrantRequest(), &given), IsGrpcOk());
  ASSERT_THAT(Propose(*first, 3, 24, &proposed), IsGrpcOk());
  ASSERT_THAT(Approve(*first, proposed.surge_id(), &approved), IsError(Reason::kSamePerson));
  std::vector<std::string> entries;
  ASSERT_THAT(Export(*first, 1, &entries), IsGrpcOk());
  EXPECT_THAT(entries, Contains(HasSubstr("operator/first grant caller=custodian/met-response")));
  EXPECT_THAT(entries, Contains("operator/first failed what=approve-surge reason=SAME_PERSON"));
  EXPECT_EQ(entries.back(), "operator/first export from=1") << "on record before its first byte leaves";

  std::vector<std::string> rest;
  ASSERT_THAT(Export(*first, entries.size() + 1, &rest), IsGrpcOk());
  EXPECT_EQ(rest, std::vector<std::string>{"operator/first export from=" + std::to_string(entries.size() + 1)});
  EXPECT_THAT(Export(*first, entries.size() + 10, &rest), IsError(Reason::kBadOffset));
}

}  // namespace
}  // namespace exposure::server
