#include "client/lookup.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "tests/client/core/world.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

using testing::Call;
using testing::HasReason;
using testing::IsOk;
using testing::KindsOf;
using testing::kMet;
using testing::kPsni;
using testing::MakeRecord;
using testing::Numbers;
using testing::StatusIs;
using testing::TempDir;
using testing::VerdictOf;
using testing::World;

crypto::State StateOf(const Verdict& verdict, v1::Category category) {
  return verdict.categories.Get(static_cast<int>(category) - 1);
}

// Rpc names and sizes: what the service can see of a question besides the bucket.
std::vector<std::string> Shape(const std::vector<Call>& calls) {
  std::vector<std::string> shape;
  for (const Call& call : calls) shape.push_back(absl::StrFormat("%s %s %d", call.rpc, call.address, call.size));
  return shape;
}

class LookupTest : public ::testing::Test {
 protected:
  World world_;
};

TEST_F(LookupTest, EveryVerdict) {
  ASSERT_OK_AND_ASSIGN(const Answer hit, world_.Check({{"met/pay", "a-000004"}}));
  EXPECT_EQ(KindsOf(hit),
            "met-2023-supplier=EXPOSED psni-2023-foi=NEEDS_ANOTHER_NUMBER norfolk-suffolk-2023-foi=CANNOT_BE_CHECKED "
            "south-yorkshire-2023-footage=CANNOT_BE_CHECKED");
  const Verdict& verdict = VerdictOf(hit, kMet);
  EXPECT_EQ(StateOf(verdict, v1::CATEGORY_PHOTO), crypto::State::kExposed);
  EXPECT_EQ(StateOf(verdict, v1::CATEGORY_PAY), crypto::State::kUnknown);
  EXPECT_EQ(verdict.source_rows, 1u);
  EXPECT_TRUE(hit.complete());
  EXPECT_EQ(hit.proof.catalogue_version, 1u);
  EXPECT_EQ(hit.proof.revealed_bits, 3);
  EXPECT_FALSE(hit.proof.whole_set);
  EXPECT_EQ(VerdictOf(hit, kPsni).needs, std::vector<std::string>{"psni/service"});

  ASSERT_OK_AND_ASSIGN(const Answer miss, world_.Check({{"psni/service", "123456"}}));
  const Verdict& no = VerdictOf(miss, kPsni);
  EXPECT_EQ(no.kind, VerdictKind::kNotInThisDataset);
  ASSERT_EQ(no.coverage.size(), 1u);
  EXPECT_EQ(no.coverage[0].rows_indexed, 100u);
  EXPECT_EQ(no.coverage[0].rows_quarantined, 3u);
  EXPECT_EQ(no.coverage[0].people_declared, 103u);
  EXPECT_EQ(no.coverage[0].as_at, "2023-09-02");
  EXPECT_EQ(miss.proof.revealed_bits, 6);
}

TEST_F(LookupTest, AnAnnouncedListCannotBeCheckedYet) {
  world_.service.RemoveDataset(world_.met_dataset);
  world_.service.Issue();
  ASSERT_OK_AND_ASSIGN(const Answer answer, world_.Check({{"met/pay", "A000004"}}));
  EXPECT_EQ(VerdictOf(answer, kMet).kind, VerdictKind::kCannotBeCheckedYet);
  EXPECT_EQ(world_.service.Count("Evaluate"), 0u);
}

TEST_F(LookupTest, EverybodyIsFoundAndNobodyElse) {
  const auto lookup = world_.MakeLookup();
  for (int i = 0; i < 300; i += 7) {
    ASSERT_OK_AND_ASSIGN(const Answer answer, lookup->Check(Numbers({{"met/pay", absl::StrFormat("A%06d", i)}})));
    const Verdict& verdict = VerdictOf(answer, kMet);
    ASSERT_EQ(verdict.kind, VerdictKind::kExposed) << i;
    EXPECT_EQ(StateOf(verdict, v1::CATEGORY_PHOTO), i % 2 == 0 ? crypto::State::kExposed : crypto::State::kUnknown);
  }
  for (int i = 300; i < 340; ++i) {
    ASSERT_OK_AND_ASSIGN(const Answer answer, lookup->Check(Numbers({{"met/pay", absl::StrFormat("A%06d", i)}})));
    ASSERT_EQ(VerdictOf(answer, kMet).kind, VerdictKind::kNotInThisDataset) << i;
  }
}

TEST_F(LookupTest, OldAndNewNumberGiveTheUnion) {
  const auto lookup = world_.MakeLookup();
  ASSERT_OK_AND_ASSIGN(const Answer answer, lookup->Check(Numbers({{"met/pay", "A000004"}, {"met/pay", "A000005"}})));
  const Verdict& verdict = VerdictOf(answer, kMet);
  EXPECT_EQ(verdict.kind, VerdictKind::kExposed);
  EXPECT_EQ(StateOf(verdict, v1::CATEGORY_NAME), crypto::State::kExposed);
  EXPECT_EQ(StateOf(verdict, v1::CATEGORY_PHOTO), crypto::State::kExposed);
  EXPECT_EQ(verdict.source_rows, 2u);
  EXPECT_EQ(answer.proof.numbers, 2u);
  EXPECT_EQ(answer.proof.fetches, 2u);
  EXPECT_EQ(answer.proof.revealed_bits, 2);  // two fetches of ⌊3 / 2⌋
  // One found is enough.
  ASSERT_OK_AND_ASSIGN(const Answer one, lookup->Check(Numbers({{"met/pay", "A999999"}, {"met/pay", "A000005"}})));
  EXPECT_EQ(VerdictOf(one, kMet).kind, VerdictKind::kExposed);
}

TEST_F(LookupTest, NumbersOfTwoForcesShareTheBits) {
  world_.service.TakeCalls();
  ASSERT_OK_AND_ASSIGN(const Answer answer, world_.Check({{"met/pay", "A000004"}, {"psni/service", "900002"}}));
  EXPECT_EQ(VerdictOf(answer, kMet).kind, VerdictKind::kExposed);
  EXPECT_EQ(VerdictOf(answer, kPsni).kind, VerdictKind::kExposed);
  EXPECT_EQ(answer.proof.revealed_bits, 2);  // the smallest fetch_bits is 3, two fetches
  for (const Call& call : world_.service.TakeCalls()) {
    if (call.rpc == "FetchBucket") {
      EXPECT_EQ(call.prefix.at(0), 1);
    }
  }
}

TEST_F(LookupTest, AHitCausesTheSameTrafficAsAMiss) {
  const auto lookup = world_.MakeLookup();
  ASSERT_THAT(lookup->Catalogue(), IsOk());
  world_.service.TakeCalls();
  ASSERT_OK_AND_ASSIGN(const Answer hit, lookup->Check(Numbers({{"met/pay", "A000004"}, {"psni/service", "900001"}})));
  const auto hit_shape = Shape(world_.service.TakeCalls());
  ASSERT_OK_AND_ASSIGN(const Answer miss,
                       lookup->Check(Numbers({{"met/pay", "A999999"}, {"psni/service", "1 1 1 1 1 1"}})));
  EXPECT_EQ(VerdictOf(hit, kMet).kind, VerdictKind::kExposed);
  EXPECT_EQ(VerdictOf(miss, kMet).kind, VerdictKind::kNotInThisDataset);
  EXPECT_EQ(Shape(world_.service.TakeCalls()), hit_shape);
  EXPECT_EQ(hit_shape.size(), 4u);
}

TEST_F(LookupTest, BadNumbersSendNothing) {
  const auto lookup = world_.MakeLookup();
  ASSERT_THAT(lookup->Catalogue(), IsOk());
  world_.service.TakeCalls();
  EXPECT_THAT(lookup->Check(Numbers({{"met/pay", "A000004"}, {"met/pay", "A00000O"}})), HasReason(Reason::kBadNumber));
  EXPECT_THAT(lookup->Check(Numbers({{"xyz/pay", "A000004"}})), HasReason(Reason::kUnknownForce));
  EXPECT_THAT(lookup->Check(Numbers({{"met/badge", "A000004"}})), HasReason(Reason::kUnknownScheme));
  EXPECT_THAT(lookup->Check({}), HasReason(Reason::kBadUsage));
  EXPECT_TRUE(world_.service.TakeCalls().empty());
}

// --- Stale catalogues ----------------------------------------------------------------------------------------------

TEST_F(LookupTest, AStaleCatalogueIsRefreshedOnceWithTheSamePrefix) {
  const auto lookup = world_.MakeLookup();
  ASSERT_THAT(lookup->Catalogue(), IsOk());
  world_.service.content.set_service_name("renamed");
  world_.service.Issue();
  world_.service.serve_previous = false;
  world_.service.TakeCalls();
  ASSERT_OK_AND_ASSIGN(const Answer answer, lookup->Check(Numbers({{"met/pay", "A000004"}})));
  EXPECT_EQ(VerdictOf(answer, kMet).kind, VerdictKind::kExposed);
  EXPECT_EQ(answer.proof.catalogue_version, 2u);
  EXPECT_EQ(answer.proof.revealed_bits, 3);
  const auto calls = world_.service.TakeCalls();
  ASSERT_EQ(calls.size(), 4u);
  EXPECT_EQ(calls[0].rpc, "Evaluate");
  EXPECT_EQ(calls[1].rpc, "FetchBucket");
  EXPECT_EQ(calls[2].rpc, "GetCatalogue");
  EXPECT_EQ(calls[3].rpc, "FetchBucket");
  EXPECT_EQ(calls[1].prefix, calls[3].prefix);
}

TEST_F(LookupTest, ThePreviousContentIsStillServed) {
  const auto lookup = world_.MakeLookup();
  ASSERT_THAT(lookup->Catalogue(), IsOk());
  world_.service.content.set_service_name("renamed");
  world_.service.Issue();
  ASSERT_OK_AND_ASSIGN(const Answer answer, lookup->Check(Numbers({{"met/pay", "A000004"}})));
  EXPECT_EQ(answer.proof.catalogue_version, 1u);
}

TEST_F(LookupTest, AlwaysStaleIsAskedTwiceAndNoMore) {
  world_.lies.refuse_fetch = [](const v1::FetchBucketRequest&) {
    return Error(Reason::kStaleCatalogue, "Fetch the catalogue and ask once more.");
  };
  EXPECT_THAT(world_.Check({{"met/pay", "A000004"}}), HasReason(Reason::kStaleCatalogue));
  EXPECT_EQ(world_.service.Count("GetCatalogue"), 2u);
  EXPECT_EQ(world_.service.Count("Evaluate"), 1u);
}

TEST_F(LookupTest, ANewEpochOnTheSecondAttemptTakesWholeSets) {
  const auto lookup = world_.MakeLookup();
  ASSERT_THAT(lookup->Catalogue(), IsOk());
  const crypto::EpochId next =
      world_.service.AddEpoch({testing::FakeService::MakeScheme("met", "pay", 1500, 1, 6)}, 4, 3);
  world_.service.AddDataset(next, kMet, "met", "pay", {{"A000005", MakeRecord({v1::CATEGORY_PAY})}});
  world_.service.Issue();
  world_.service.serve_previous = false;
  world_.service.TakeCalls();
  ASSERT_OK_AND_ASSIGN(const Answer answer, lookup->Check(Numbers({{"met/pay", "A000005"}})));
  EXPECT_EQ(StateOf(VerdictOf(answer, kMet), v1::CATEGORY_NAME), crypto::State::kExposed);
  EXPECT_EQ(StateOf(VerdictOf(answer, kMet), v1::CATEGORY_PAY), crypto::State::kExposed);
  EXPECT_EQ(answer.proof.revealed_bits, 3);  // by the first attempt
  EXPECT_EQ(world_.service.Count("FetchBucket"), 1u);
  EXPECT_EQ(world_.service.Count("DownloadDataset"), 2u);
}

TEST_F(LookupTest, ARetiredEpochIsGone) {
  const auto lookup = world_.MakeLookup();
  ASSERT_THAT(lookup->Catalogue(), IsOk());
  const crypto::EpochId next =
      world_.service.AddEpoch({testing::FakeService::MakeScheme("met", "pay", 1500, 1, 6)}, 4, 3);
  world_.service.RemoveDataset(world_.met_dataset);
  world_.service.AddDataset(next, kMet, "met", "pay", {{"A000005", MakeRecord({v1::CATEGORY_PAY})}});
  world_.service.content.mutable_epochs()->DeleteSubrange(0, 1);
  world_.service.keys.erase(world_.met);
  world_.service.Issue();
  ASSERT_OK_AND_ASSIGN(const Answer answer, lookup->Check(Numbers({{"met/pay", "A000005"}})));
  EXPECT_EQ(StateOf(VerdictOf(answer, kMet), v1::CATEGORY_PAY), crypto::State::kExposed);
  EXPECT_EQ(answer.proof.catalogue_version, 2u);
}

// --- Whole sets ----------------------------------------------------------------------------------------------------

TEST_F(LookupTest, ManyNumbersOfOnePersonTakeTheWholeSet) {
  ASSERT_OK_AND_ASSIGN(
      const Answer answer,
      world_.Check({{"met/pay", "A999991"}, {"met/pay", "A999992"}, {"met/pay", "A999993"}, {"met/pay", "A000004"}}));
  EXPECT_EQ(VerdictOf(answer, kMet).kind, VerdictKind::kExposed);
  EXPECT_TRUE(answer.proof.whole_set);
  EXPECT_EQ(answer.proof.revealed_bits, 0);
  EXPECT_EQ(world_.service.Count("FetchBucket"), 0u);
  EXPECT_EQ(world_.service.Count("DownloadDataset"), 1u);
}

TEST_F(LookupTest, OfflineAsksOnlyForTheEvaluation) {
  TempDir state;
  const auto lookup = world_.MakeLookup(state.path());
  uint64_t last = 0, of = 0;
  ASSERT_OK_AND_ASSIGN(const uint64_t bytes, lookup->Download({}, [&](uint64_t done, uint64_t total) {
    last = done;
    of = total;
  }));
  EXPECT_EQ(last, bytes);
  EXPECT_EQ(of, bytes);
  EXPECT_EQ(world_.service.Count("DownloadDataset"), 2u);
  world_.service.TakeCalls();
  // Another run of the program.
  const auto later = world_.MakeLookup(state.path());
  ASSERT_OK_AND_ASSIGN(const Answer hit, later->CheckOffline(Numbers({{"met/pay", "A000004"}})));
  EXPECT_EQ(VerdictOf(hit, kMet).kind, VerdictKind::kExposed);
  EXPECT_TRUE(hit.proof.whole_set);
  ASSERT_OK_AND_ASSIGN(const Answer miss, later->CheckOffline(Numbers({{"met/pay", "A999999"}})));
  EXPECT_EQ(VerdictOf(miss, kMet).kind, VerdictKind::kNotInThisDataset);
  const auto calls = world_.service.TakeCalls();
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].rpc, "Evaluate");
  EXPECT_EQ(calls[1].rpc, "Evaluate");
}

TEST_F(LookupTest, OfflineNeedsEverySetAndAnUnexpiredCatalogue) {
  TempDir state;
  const auto lookup = world_.MakeLookup(state.path());
  EXPECT_THAT(lookup->CheckOffline(Numbers({{"met/pay", "A000004"}})), HasReason(Reason::kMissingDataset));
  const std::vector<std::string> psni = {"psni/service"};
  ASSERT_THAT(lookup->Download(psni, nullptr), IsOk());
  EXPECT_THAT(lookup->CheckOffline(Numbers({{"met/pay", "A000004"}})), HasReason(Reason::kMissingDataset));
  EXPECT_EQ(world_.service.Count("Evaluate"), 0u);
  EXPECT_THAT(lookup->CheckOffline(Numbers({{"psni/service", "900002"}})), IsOk());
  world_.service.now += 2 * crypto::kCatalogueLife;
  EXPECT_THAT(lookup->CheckOffline(Numbers({{"psni/service", "900002"}})), HasReason(Reason::kCatalogueExpired));
}

TEST_F(LookupTest, OfflineIsIncompleteOnceTheSetWasReplaced) {
  TempDir state;
  const auto lookup = world_.MakeLookup(state.path());
  ASSERT_THAT(lookup->Download({}, nullptr), IsOk());
  world_.service.RemoveDataset(world_.met_dataset);
  world_.service.AddDataset(world_.met, kMet, "met", "pay", {{"A000004", MakeRecord({v1::CATEGORY_PAY})}});
  world_.service.Issue();
  ASSERT_THAT(lookup->Catalogue(), IsOk());
  EXPECT_THAT(lookup->CheckOffline(Numbers({{"met/pay", "A000004"}})), HasReason(Reason::kMissingDataset));
}

TEST_F(LookupTest, DownloadRefusesAnUnknownScheme) {
  const std::vector<std::string> schemes = {"met/pay", "met/badge"};
  EXPECT_THAT(world_.MakeLookup()->Download(schemes, nullptr), HasReason(Reason::kUnknownScheme));
}

TEST_F(LookupTest, SoManyPeopleAtOnceAreRefused) {
  const std::vector<std::vector<Number>> people(kMostPeopleAtOnce + 1);
  const absl::Status status = world_.MakeLookup()->CheckEach(people, nullptr).status();
  EXPECT_THAT(status, HasReason(Reason::kBatchSize));
  EXPECT_EQ(FieldOf(status), "people");
}

TEST_F(LookupTest, TwoThousandPeopleEachByThemselves) {
  std::vector<std::vector<Number>> people;
  for (int i = 0; i < 2000; ++i) people.push_back(Numbers({{"met/pay", absl::StrFormat("A%06d", i)}}));
  people[1500] = Numbers({{"met/pay", "A1500"}});
  people[1501] = Numbers({{"met/pay", "A999999"}, {"psni/service", "900002"}});
  people[1502] = Numbers({{"met/pay", "A000000"}});  // somebody else's number, too
  size_t last = 0;
  ASSERT_OK_AND_ASSIGN(const auto answers, world_.MakeLookup()->CheckEach(people, [&](size_t done) { last = done; }));
  ASSERT_EQ(answers.size(), 2000u);
  for (size_t i = 0; i < 1500; ++i) {
    ASSERT_THAT(answers[i], IsOk());
    ASSERT_EQ(VerdictOf(*answers[i], kMet).kind, i < 300 ? VerdictKind::kExposed : VerdictKind::kNotInThisDataset) << i;
    ASSERT_TRUE(answers[i]->proof.whole_set);
  }
  EXPECT_THAT(answers[1500], HasReason(Reason::kBadNumber));
  EXPECT_EQ(VerdictOf(*answers[1501], kMet).kind, VerdictKind::kNotInThisDataset);
  EXPECT_EQ(VerdictOf(*answers[1501], kPsni).kind, VerdictKind::kExposed);
  EXPECT_EQ(VerdictOf(*answers[1502], kMet).kind, VerdictKind::kExposed);
  EXPECT_EQ(last, 1999u);  // all that could be asked
  EXPECT_EQ(world_.service.Count("FetchBucket"), 0u);
  EXPECT_EQ(world_.service.Count("Evaluate"), 3u);  // 1,998 of met in two batches, one of psni
}

TEST_F(LookupTest, NobodyToAskAsksNothing) {
  std::vector<std::vector<Number>> people;
  people.push_back(Numbers({{"met/pay", "rubbish"}}));
  ASSERT_OK_AND_ASSIGN(const auto answers, world_.MakeLookup()->CheckEach(people, nullptr));
  EXPECT_THAT(answers[0], HasReason(Reason::kBadNumber));
  EXPECT_EQ(world_.service.Count("Evaluate"), 0u);
}

// --- Around it -----------------------------------------------------------------------------------------------------

TEST_F(LookupTest, NoticesAreReadableWhileTheServiceIsDown) {
  TempDir state;
  ASSERT_THAT(world_.MakeLookup(state.path())->Catalogue(), IsOk());
  world_.service.down = true;
  ASSERT_OK_AND_ASSIGN(const auto catalogue, world_.MakeLookup(state.path())->Catalogue());
  EXPECT_EQ(catalogue->content.message().incidents_size(), 4);
  EXPECT_THAT(world_.MakeLookup()->Catalogue(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(LookupTest, AnOldClientIsToldSo) {
  world_.service.content.set_oldest_client("99.0.1");
  world_.service.Issue();
  EXPECT_THAT(world_.Check({{"met/pay", "A000004"}}), HasReason(Reason::kClientTooOld));
  world_.service.content.set_oldest_client("0.0.9");
  world_.service.Issue();
  EXPECT_THAT(world_.Check({{"met/pay", "A000004"}}), IsOk());
}

TEST_F(LookupTest, OneBucketForAllRevealsNothing) {
  const crypto::EpochId id =
      world_.service.AddEpoch({testing::FakeService::MakeScheme("met", "staff", 90, 0, 6)}, 0, 0);
  v1::Notice& notice = *world_.service.content.mutable_incidents(0);
  notice.add_schemes("met/staff");
  world_.service.AddDataset(id, kMet, "met", "staff", {{"000001", MakeRecord({v1::CATEGORY_PAY})}});
  world_.service.Issue();
  ASSERT_OK_AND_ASSIGN(const Answer answer, world_.Check({{"met/staff", "000001"}}));
  EXPECT_EQ(VerdictOf(answer, kMet).kind, VerdictKind::kExposed);
  EXPECT_EQ(answer.proof.revealed_bits, 0);
  EXPECT_EQ(world_.service.Count("FetchBucket"), 1u);
  // A no of one kind says that another kind can be asked.
  ASSERT_OK_AND_ASSIGN(const Answer no, world_.Check({{"met/staff", "000002"}}));
  EXPECT_EQ(VerdictOf(no, kMet).kind, VerdictKind::kNotInThisDataset);
  EXPECT_EQ(VerdictOf(no, kMet).needs, std::vector<std::string>{"met/pay"});
}

TEST_F(LookupTest, AnEpochOfTwoKindsOfNumber) {
  using testing::FakeService;
  const crypto::EpochId id = world_.service.AddEpoch(
      {FakeService::MakeScheme("met", "warrant", 1500, 0, 6), FakeService::MakeScheme("met", "staff", 1500, 0, 6)}, 3,
      3);
  v1::Notice& notice = *world_.service.content.mutable_incidents(0);
  notice.add_schemes("met/warrant");
  notice.add_schemes("met/staff");
  world_.service.AddDataset(id, kMet, "met", "warrant", {{"000001", MakeRecord({v1::CATEGORY_PAY})}});
  world_.service.AddDataset(id, kMet, "met", "staff", {{"000002", MakeRecord({v1::CATEGORY_ROLE})}});
  world_.service.Issue();
  for (const bool whole_set : {false, true}) {
    // Four numbers are too many for the prefix.
    std::vector<Number> numbers = Numbers({{"met/warrant", "000001"}});
    for (const char* other : {"111111", "222222", "333333"}) {
      if (whole_set) numbers.push_back(std::move(Numbers({{"met/warrant", other}})[0]));
    }
    ASSERT_OK_AND_ASSIGN(const Answer hit, world_.MakeLookup()->Check(numbers));
    EXPECT_EQ(hit.proof.whole_set, whole_set);
    const Verdict& verdict = VerdictOf(hit, kMet);
    EXPECT_EQ(verdict.kind, VerdictKind::kExposed);
    EXPECT_EQ(StateOf(verdict, v1::CATEGORY_PAY), crypto::State::kExposed);
    EXPECT_EQ(StateOf(verdict, v1::CATEGORY_ROLE), crypto::State::kUnknown);
    // Only the list of warrant numbers was looked in.
    ASSERT_EQ(verdict.coverage.size(), 1u);
    EXPECT_EQ(verdict.coverage[0].scheme, "met/warrant");
    EXPECT_EQ(verdict.needs, (std::vector<std::string>{"met/pay", "met/staff"}));
  }
  // The same digits of another kind are somebody else's number.
  ASSERT_OK_AND_ASSIGN(const Answer other, world_.Check({{"met/staff", "000001"}}));
  EXPECT_EQ(VerdictOf(other, kMet).kind, VerdictKind::kNotInThisDataset);
}

TEST_F(LookupTest, APersonsQuestionHasOneSubjectAndABatchHasNone) {
  std::vector<std::string> subjects;
  world_.lies.evaluate = [&](const std::string&, const v1::EvaluateRequest& request, v1::EvaluateResponse&) {
    subjects.push_back(request.subject());
  };
  const auto lookup = world_.MakeLookup();
  const std::vector<Number> numbers = Numbers({{"met/pay", "A000004"}, {"psni/service", "900002"}});
  for (int i = 0; i < 2; ++i) ASSERT_THAT(lookup->Check(numbers), IsOk());
  ASSERT_EQ(subjects.size(), 4u);  // of two epochs
  EXPECT_EQ(subjects[0], subjects[1]);
  EXPECT_EQ(subjects[2], subjects[3]);
  EXPECT_NE(subjects[0], subjects[2]);

  subjects.clear();
  const Subject mine{'m', 'i', 'n', 'e'};
  ASSERT_THAT(lookup->Check(numbers, mine), IsOk());
  EXPECT_EQ(subjects, std::vector<std::string>(2, ToString(mine)));

  subjects.clear();
  std::vector<std::vector<Number>> people;
  people.push_back(Numbers({{"met/pay", "A000004"}}));
  ASSERT_THAT(lookup->CheckEach(people, nullptr), IsOk());
  EXPECT_EQ(subjects, std::vector<std::string>{std::string(16, '\0')});
}

TEST(LookupConnectTest, RefusesAMalformedAddress) {
  for (const char* address : {"", "localhost", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999", "unix:", ":7443",
                              "::1:7443", "http://host:1", "host:12x"}) {
    LookupOptions options;
    options.server = address;
    EXPECT_THAT(Lookup::Connect(options), HasReason(Reason::kBadUsage)) << address;
  }
  for (const char* address : {"127.0.0.1:7443", "localhost:1", "[::1]:7443", "unix:/run/exposured.sock"}) {
    LookupOptions options;
    options.server = address;
    EXPECT_THAT(Lookup::Connect(options), IsOk()) << address;
  }
}

}  // namespace
}  // namespace exposure
