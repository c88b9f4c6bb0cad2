// A service that lies is caught, each lie with its own reason. A lie in what was signed takes the answer from the
// incidents that depend on it; a lie on the wire fails the whole question.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>

#include "tests/client/core/world.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

using testing::FakeService;
using testing::HasReason;
using testing::IsOk;
using testing::kMet;
using testing::kPsni;
using testing::kYorkshire;
using testing::MakeRecord;
using testing::Numbers;
using testing::TempDir;
using testing::VerdictOf;
using testing::World;

class LyingTest : public ::testing::Test {
 protected:
  explicit LyingTest(int evaluators = 1) : world_(evaluators) {}

  absl::StatusOr<Answer> Check() { return world_.Check({{"met/pay", "A000004"}}); }
  void ExpectCaught(Reason reason) {
    EXPECT_THAT(Check(), HasReason(reason));
    // Nothing tells the service that it was caught: no call follows the one that was wrong.
    const std::vector<testing::Call> calls = world_.service.TakeCalls();
    EXPECT_LE(calls.size(), 4u);
  }
  // The lie takes the answer from the Metropolitan Police's incident, and from that one only.
  void ExpectNoAnswer(Reason reason) {
    ASSERT_OK_AND_ASSIGN(const Answer answer, world_.Check({{"met/pay", "A000004"}, {"psni/service", "900002"}}));
    EXPECT_EQ(VerdictOf(answer, kMet).kind, VerdictKind::kNoAnswer);
    EXPECT_THAT(VerdictOf(answer, kMet).problem, HasReason(reason));
    EXPECT_EQ(VerdictOf(answer, kPsni).kind, VerdictKind::kExposed);
    EXPECT_FALSE(answer.complete());
  }
  void OnEvaluate(std::function<void(v1::EvaluateResponse&)> lie) {
    world_.lies.evaluate = [lie = std::move(lie)](const std::string&, const v1::EvaluateRequest&,
                                                  v1::EvaluateResponse& response) { lie(response); };
  }
  void OnFetch(std::function<void(v1::FetchBucketResponse&)> lie) {
    world_.lies.fetch = [lie = std::move(lie)](const v1::FetchBucketRequest&, v1::FetchBucketResponse& response) {
      lie(response);
    };
  }
  void OnRow(std::function<void(std::string&)> lie) {
    OnFetch(
        [lie = std::move(lie)](v1::FetchBucketResponse& response) { lie(*response.mutable_rows(0)->mutable_row()); });
  }
  v1::CatalogueContent& content() { return world_.service.content; }

  World world_;
};

TEST_F(LyingTest, TheTruthIsBelieved) {
  ASSERT_OK_AND_ASSIGN(const Answer answer, Check());
  EXPECT_EQ(VerdictOf(answer, kMet).kind, VerdictKind::kExposed);
}

// --- The evaluator -------------------------------------------------------------------------------------------------

TEST_F(LyingTest, Proof) {
  OnEvaluate([](v1::EvaluateResponse& response) { response.mutable_proof()->at(40) ^= 1; });
  ExpectCaught(Reason::kBadProof);
}

TEST_F(LyingTest, EvaluatedElement) {
  OnEvaluate([](v1::EvaluateResponse& response) {
    response.set_evaluated(ToString(crypto::Element::HashFrom(AsBytes("another"))->bytes()));
  });
  ExpectCaught(Reason::kBadProof);
}

TEST_F(LyingTest, EvaluationKey) {
  const crypto::EvaluatorKey other = crypto::EvaluatorKey::Generate().value();
  world_.lies.evaluate = [&](const std::string&, const v1::EvaluateRequest& request, v1::EvaluateResponse& response) {
    const auto blinded = crypto::DecodeElements(AsBytes(request.blinded()), 1024).value();
    const crypto::Evaluation evaluation = crypto::Evaluate(other, blinded).value();  // and it proves it
    response.set_evaluated(crypto::EncodeElements(evaluation.evaluated));
    response.set_proof(ToString(evaluation.proof));
  };
  ExpectCaught(Reason::kBadProof);
}

TEST_F(LyingTest, ProofScalarNotReduced) {
  // s + the group order: the same value to libsodium.
  const std::string order = *FromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  OnEvaluate([&](v1::EvaluateResponse& response) {
    int carry = 0;
    for (size_t i = 0; i < 32; ++i) {
      char& byte = response.mutable_proof()->at(32 + i);
      carry += static_cast<uint8_t>(byte) + static_cast<uint8_t>(order[i]);
      byte = static_cast<char>(carry & 0xff);
      carry >>= 8;
    }
  });
  ExpectCaught(Reason::kBadScalar);
}

TEST_F(LyingTest, EvaluationOfAnotherShape) {
  OnEvaluate([](v1::EvaluateResponse& response) { response.mutable_evaluated()->append(32, '\0'); });
  ExpectCaught(Reason::kBadResponse);
  OnEvaluate([](v1::EvaluateResponse& response) { response.set_evaluated(std::string(32, '\0')); });  // the identity
  ExpectCaught(Reason::kBadResponse);
  OnEvaluate([](v1::EvaluateResponse& response) { response.set_evaluated(std::string(32, '\xff')); });
  ExpectCaught(Reason::kBadResponse);
  OnEvaluate([](v1::EvaluateResponse& response) { response.mutable_proof()->pop_back(); });
  ExpectCaught(Reason::kBadResponse);
}

class TwoEvaluatorsTest : public LyingTest {
 protected:
  TwoEvaluatorsTest() : LyingTest(2) {}
};

TEST_F(TwoEvaluatorsTest, TheTruthIsBelieved) {
  ASSERT_OK_AND_ASSIGN(const Answer answer, Check());
  EXPECT_EQ(VerdictOf(answer, kMet).kind, VerdictKind::kExposed);
}

TEST_F(TwoEvaluatorsTest, RogueShare) {
  const crypto::EvaluatorKey rogue = crypto::EvaluatorKey::Generate().value();
  world_.lies.evaluate = [&](const std::string& address, const v1::EvaluateRequest& request,
                             v1::EvaluateResponse& response) {
    if (address != "evaluator-2") return;
    const auto blinded = crypto::DecodeElements(AsBytes(request.blinded()), 1024).value();
    const crypto::Evaluation evaluation = crypto::Evaluate(rogue, blinded).value();
    response.set_evaluated(crypto::EncodeElements(evaluation.evaluated));
    response.set_proof(ToString(evaluation.proof));
  };
  ExpectCaught(Reason::kBadProof);
}

TEST_F(TwoEvaluatorsTest, SharesThatDoNotAddUp) {
  v1::Epoch& epoch = *content().mutable_epochs(0);
  const crypto::EvaluatorEntry rogue = crypto::MakeEvaluatorEntry(crypto::EvaluatorKey::Generate().value(), 2).value();
  epoch.mutable_evaluators(1)->set_public_key(ToString(rogue.public_key));
  epoch.mutable_evaluators(1)->set_possession_element(ToString(rogue.possession_element));
  epoch.mutable_evaluators(1)->set_possession_proof(ToString(rogue.possession_proof));
  world_.service.Issue();
  ExpectNoAnswer(Reason::kBadKeySum);
}

TEST_F(TwoEvaluatorsTest, AKeyListedTwice) {
  v1::Epoch& epoch = *content().mutable_epochs(0);
  epoch.mutable_evaluators(1)->set_public_key(epoch.evaluators(0).public_key());
  world_.service.Issue();
  ExpectNoAnswer(Reason::kDuplicateEvaluator);
}

TEST_F(TwoEvaluatorsTest, ProofOfPossession) {
  content().mutable_epochs(0)->mutable_evaluators(1)->mutable_possession_proof()->at(5) ^= 1;
  world_.service.Issue();
  ExpectNoAnswer(Reason::kBadPossession);
}

TEST_F(TwoEvaluatorsTest, AnUnknownRule) {
  content().mutable_epochs(0)->set_rule(static_cast<v1::EvaluatorRule>(2));
  world_.service.Issue();
  ExpectNoAnswer(Reason::kUnknownRule);
}

// --- The records ---------------------------------------------------------------------------------------------------

TEST_F(LyingTest, RowChanged) {
  OnRow([](std::string& row) { row[30] ^= 1; });
  ExpectCaught(Reason::kBadPath);
}

TEST_F(LyingTest, RowWithheldAndDummyInItsPlace) {
  OnRow(
      [](std::string& row) { row.replace(crypto::kRowSize, crypto::kRowSize, std::string(crypto::kRowSize, '\x7f')); });
  ExpectCaught(Reason::kBadPath);
}

TEST_F(LyingTest, RowWithheld) {
  OnRow([](std::string& row) { row.erase(0, crypto::kRowSize); });
  ExpectCaught(Reason::kBadRowLength);
}

TEST_F(LyingTest, RowTakenFromAnotherBucket) {
  world_.lies.fetch = [&](const v1::FetchBucketRequest& request, v1::FetchBucketResponse& response) {
    v1::FetchBucketRequest other = request;
    other.mutable_prefix()->at(4) ^= 1;  // whole buckets with their own path
    response = world_.service.FetchBucket(other).value();
  };
  ExpectCaught(Reason::kBadPath);
}

TEST_F(LyingTest, MerkleSibling) {
  OnRow([](std::string& row) { row.back() ^= 1; });
  ExpectCaught(Reason::kBadPath);
}

TEST_F(LyingTest, PathLength) {
  OnRow([](std::string& row) { row.append(32, '\0'); });
  ExpectCaught(Reason::kBadRowLength);
  OnRow([](std::string& row) { row.resize(row.size() - 32); });
  ExpectCaught(Reason::kBadRowLength);
}

TEST_F(LyingTest, MissingDataset) {
  OnFetch([](v1::FetchBucketResponse& response) { response.clear_rows(); });
  ExpectCaught(Reason::kMissingDataset);
}

TEST_F(LyingTest, SwappedDatasetId) {
  const crypto::DatasetId second =
      world_.service.AddDataset(world_.met, kMet, "met", "pay", {{"A000004", MakeRecord({v1::CATEGORY_PAY})}});
  world_.service.Issue();
  OnFetch([&](v1::FetchBucketResponse& response) {
    ASSERT_EQ(response.rows_size(), 2);
    response.mutable_rows(0)->set_dataset_id(ToString(second));
    response.mutable_rows(1)->set_dataset_id(ToString(world_.met_dataset));
  });
  ExpectCaught(Reason::kBadRowLength);  // their R differs
}

TEST_F(LyingTest, SwappedDatasetIdOfTheSameSize) {
  std::vector<crypto::DatasetId> ids = {world_.met_dataset};
  const auto size_of = [&](int i) { return content().datasets(i).manifest().substr(76, 4); };
  // Chance, of who the people are, may give another R: then other people are sealed.
  int person = 100000;
  do {
    if (ids.size() > 1) {
      world_.service.RemoveDataset(ids.back());
      ids.pop_back();
    }
    testing::People people;
    for (int i = 0; i < 300; ++i) people["B" + std::to_string(person++)] = MakeRecord({v1::CATEGORY_PAY});
    ids.push_back(world_.service.AddDataset(world_.met, kMet, "met", "pay", people));
  } while (size_of(0) != size_of(content().datasets_size() - 1));
  world_.service.Issue();
  OnFetch([&](v1::FetchBucketResponse& response) {
    ASSERT_EQ(response.rows_size(), 2);
    response.mutable_rows()->SwapElements(0, 1);
    response.mutable_rows(0)->set_dataset_id(ToString(ids[0]));
    response.mutable_rows(1)->set_dataset_id(ToString(ids[1]));
  });
  ExpectCaught(Reason::kBadPath);
}

TEST_F(LyingTest, DatasetsInAnotherOrderAreNoLie) {
  world_.service.AddDataset(world_.met, kMet, "met", "pay", {{"A000004", MakeRecord({v1::CATEGORY_PAY})}});
  world_.service.Issue();
  OnFetch([](v1::FetchBucketResponse& response) { response.mutable_rows()->SwapElements(0, 1); });
  EXPECT_THAT(Check(), IsOk());
}

TEST_F(LyingTest, UnexpectedDataset) {
  OnFetch([](v1::FetchBucketResponse& response) {
    v1::DatasetRow row = response.rows(0);
    row.mutable_dataset_id()->at(0) ^= 1;
    *response.add_rows() = row;
  });
  ExpectCaught(Reason::kUnexpectedDataset);
}

TEST_F(LyingTest, DatasetTwice) {
  OnFetch([](v1::FetchBucketResponse& response) { *response.add_rows() = v1::DatasetRow(response.rows(0)); });
  ExpectCaught(Reason::kUnexpectedDataset);
}

TEST_F(LyingTest, DatasetIdOfAnotherLength) {
  OnFetch([](v1::FetchBucketResponse& response) { response.mutable_rows(0)->mutable_dataset_id()->push_back('x'); });
  ExpectCaught(Reason::kBadResponse);
}

TEST_F(LyingTest, ADownloadOfSomethingElse) {
  world_.lies.download = [](std::string& piece) { piece.back() ^= 1; };
  // Four numbers take the whole set.
  EXPECT_THAT(
      world_.Check({{"met/pay", "A000001"}, {"met/pay", "A000002"}, {"met/pay", "A000003"}, {"met/pay", "A000004"}}),
      HasReason(Reason::kBadDataset));
}

// --- What is signed ------------------------------------------------------------------------------------------------

TEST_F(LyingTest, TooLargeFetchBits) {
  content().mutable_epochs(0)->set_fetch_bits(4);  // 1,500 people allow 3
  world_.service.Issue();
  ExpectNoAnswer(Reason::kFetchBitsTooLarge);
  EXPECT_EQ(world_.service.Count("FetchBucket"), 1u);  // only psni's: the epoch is not asked
}

TEST_F(LyingTest, WrongBucketBits) {
  world_.service.RemoveDataset(world_.met_dataset);
  testing::People people;
  for (int i = 0; i < 300; ++i) people["A" + std::to_string(100000 + i)] = MakeRecord({v1::CATEGORY_PAY});
  world_.service.AddDataset(world_.met, kMet, "met", "pay", people, 5);
  world_.service.Issue();
  ExpectNoAnswer(Reason::kBadBucketBits);
}

TEST_F(LyingTest, DatasetUnderAnotherIncident) {
  content().mutable_datasets(0)->set_incident_id(kYorkshire);
  world_.service.Issue();
  ExpectNoAnswer(Reason::kWrongIncident);
}

TEST_F(LyingTest, ManifestChanged) {
  content().mutable_datasets(0)->mutable_manifest()->at(130) ^= 1;  // its root
  world_.service.Issue();
  ExpectNoAnswer(Reason::kBadSignature);
}

TEST_F(LyingTest, ManifestThatDoesNotAddUp) {
  content().mutable_datasets(0)->mutable_manifest()->at(95) ^= 1;  // rows read
  world_.service.Issue();
  ExpectNoAnswer(Reason::kBadManifest);
}

TEST_F(LyingTest, DetailsChanged) {
  content().mutable_datasets(0)->mutable_details()->append("\x0a\x01x");
  world_.service.Issue();
  ExpectNoAnswer(Reason::kBadManifest);
}

TEST_F(LyingTest, ManifestByNobodyKnown) {
  content().mutable_custodians()->DeleteSubrange(0, 1);
  world_.service.Issue();
  ExpectNoAnswer(Reason::kUnknownCustodian);
}

TEST_F(LyingTest, ManifestByTheCustodianOfAnotherForce) {
  content().mutable_custodians(0)->set_force("psni");
  world_.service.Issue();
  ExpectNoAnswer(Reason::kWrongForce);
}

TEST_F(LyingTest, ManifestByARevokedCustodian) {
  content().mutable_custodians(0)->set_revoked(true);
  world_.service.Issue();
  ExpectNoAnswer(Reason::kRevokedCustodian);
  content().mutable_custodians(0)->add_still_good(ToString(world_.met_dataset));
  world_.service.Issue();
  ASSERT_OK_AND_ASSIGN(const Answer answer, Check());
  EXPECT_EQ(VerdictOf(answer, kMet).kind, VerdictKind::kExposed);
}

TEST_F(LyingTest, AHitStaysShownWhereAnotherDatasetOfTheIncidentIsRefused) {
  world_.service.AddDataset(world_.met, kMet, "met", "pay", {{"A000004", MakeRecord({v1::CATEGORY_PAY})}});
  content().mutable_datasets(content().datasets_size() - 1)->mutable_signature()->at(0) ^= 1;
  world_.service.Issue();
  ASSERT_OK_AND_ASSIGN(const Answer answer, Check());
  const Verdict& verdict = VerdictOf(answer, kMet);
  EXPECT_EQ(verdict.kind, VerdictKind::kExposed);
  EXPECT_THAT(verdict.problem, HasReason(Reason::kBadSignature));
  EXPECT_FALSE(answer.complete());
  // A miss there is no answer.
  ASSERT_OK_AND_ASSIGN(const Answer miss, world_.Check({{"met/pay", "A999999"}}));
  EXPECT_EQ(VerdictOf(miss, kMet).kind, VerdictKind::kNoAnswer);
}

// --- The catalogue -------------------------------------------------------------------------------------------------

class LyingCatalogueTest : public LyingTest {
 protected:
  // Remembers the first catalogue, as a lookup of yesterday did.
  LyingCatalogueTest() { EXPECT_THAT(world_.MakeLookup(state_.path())->Catalogue(), IsOk()); }
  absl::StatusOr<Answer> CheckAgain() {
    return world_.MakeLookup(state_.path())->Check(Numbers({{"met/pay", "A000004"}}));
  }
  void ExpectCaughtBeforeAsking(Reason reason) {
    world_.service.TakeCalls();
    EXPECT_THAT(CheckAgain(), HasReason(reason));
    EXPECT_EQ(world_.service.Count("Evaluate"), 0u);
    EXPECT_EQ(world_.service.Count("FetchBucket"), 0u);
  }
  // Serves another catalogue under the version of the newest.
  crypto::SignedCatalogue Forged(const std::function<void(crypto::CatalogueHeader&)>& change) {
    const std::string bytes = content().SerializeAsString();
    crypto::CatalogueHeader header = world_.service.NextHeader(bytes);
    change(header);
    return world_.service.Sign(header, bytes);
  }

  TempDir state_;
};

TEST_F(LyingCatalogueTest, TheTruthIsBelieved) {
  world_.service.Issue();
  EXPECT_THAT(CheckAgain(), IsOk());
}

TEST_F(LyingCatalogueTest, RolledBack) {
  world_.service.Issue();
  ASSERT_THAT(CheckAgain(), IsOk());
  world_.service.issued.pop_back();
  ExpectCaughtBeforeAsking(Reason::kCatalogueRolledBack);
}

TEST_F(LyingCatalogueTest, ForkedAtTheSameVersion) {
  content().set_service_name("another");
  world_.service.issued.clear();
  world_.service.Issue();
  ExpectCaughtBeforeAsking(Reason::kCatalogueForked);
}

TEST_F(LyingCatalogueTest, ForkedBefore) {
  const crypto::SignedCatalogue fork = Forged([](crypto::CatalogueHeader& header) { header.previous[7] ^= 1; });
  world_.lies.catalogue = [&](crypto::SignedCatalogue& catalogue) { catalogue = fork; };
  ExpectCaughtBeforeAsking(Reason::kCatalogueForked);
}

TEST_F(LyingCatalogueTest, ForkedInBetween) {
  world_.service.Issue();
  world_.service.Issue();
  world_.service.Issue();
  world_.lies.headers = [](std::vector<std::string>& headers) { headers.at(1).at(30) ^= 1; };
  ExpectCaughtBeforeAsking(Reason::kCatalogueForked);
  world_.lies.headers = [](std::vector<std::string>& headers) { headers.clear(); };
  ExpectCaughtBeforeAsking(Reason::kCatalogueForked);
}

TEST_F(LyingCatalogueTest, Expired) {
  world_.service.now += crypto::kCatalogueLife + crypto::kClockSkew;
  ExpectCaughtBeforeAsking(Reason::kCatalogueExpired);
}

TEST_F(LyingCatalogueTest, OurClockIsBehind) {
  world_.service.Issue();
  world_.service.now -= crypto::kClockSkew + 1;
  ExpectCaughtBeforeAsking(Reason::kClockBehind);
}

TEST_F(LyingCatalogueTest, OurClockIsAheadSaysWhatItShows) {
  world_.service.now += 3 * 24 * 3600;
  EXPECT_THAT(std::string(CheckAgain().status().message()), ::testing::HasSubstr("it says 24 Sep 2026 at 14:13 UTC"));
}

TEST_F(LyingCatalogueTest, WronglySigned) {
  world_.lies.catalogue = [](crypto::SignedCatalogue& catalogue) { catalogue.signature[9] ^= 1; };
  ExpectCaughtBeforeAsking(Reason::kCatalogueWronglySigned);
}

TEST_F(LyingCatalogueTest, ContentChanged) {
  world_.lies.catalogue = [](crypto::SignedCatalogue& catalogue) { catalogue.content.back() ^= 1; };
  ExpectCaughtBeforeAsking(Reason::kCatalogueContent);
}

TEST_F(LyingCatalogueTest, HeaderMalformed) {
  world_.lies.catalogue = [](crypto::SignedCatalogue& catalogue) { catalogue.header.pop_back(); };
  ExpectCaughtBeforeAsking(Reason::kCatalogueMalformed);
}

TEST_F(LyingCatalogueTest, DelegationByAnotherRoot) {
  World other;
  world_.lies.catalogue = [&](crypto::SignedCatalogue& catalogue) { catalogue = other.service.issued.back(); };
  ExpectCaughtBeforeAsking(Reason::kBadDelegation);
}

TEST_F(LyingCatalogueTest, DelegationExpired) {
  world_.service.Delegate(2, world_.service.now - 90 * 24 * 3600, world_.service.now - 1);
  world_.service.Issue();
  ExpectCaughtBeforeAsking(Reason::kDelegationExpired);
}

TEST_F(LyingCatalogueTest, OlderDelegation) {
  world_.service.Delegate(5, world_.service.now - 3600, world_.service.now + 30 * 24 * 3600);
  world_.service.Issue();
  ASSERT_THAT(CheckAgain(), IsOk());
  world_.service.Delegate(4, world_.service.now - 3600, world_.service.now + 30 * 24 * 3600);
  world_.service.Issue();
  ExpectCaughtBeforeAsking(Reason::kDelegationOld);
}

}  // namespace
}  // namespace exposure
