#include "client/sealer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "client/seal/mapping.h"
#include "client/seal/resume.h"
#include "tests/client/seal/sealing.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::Desk;
using testing::FakeService;
using testing::HasReason;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::kMet;
using testing::kPsni;
using ::testing::Not;
using testing::OpenedFile;
using testing::OpenFile;
using testing::SmallSource;
using testing::TempDir;

unsigned ModeOf(const std::string& path) {
  struct stat st;
  return stat(path.c_str(), &st) == 0 ? st.st_mode & 07777 : 0;
}

std::string Bytes(const std::string& path) { return ReadFile(path).value(); }

std::set<std::string> FilesIn(const std::string& dir) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) names.insert(entry.path().filename());
  return names;
}

const std::vector<std::string> kPeople = {"A100001,Shah,a.jpg,1", "A100002,O'Neill,,2", "A100003,Llŷr,c.jpg,3",
                                          "A100001,Shah,,4", "N/A,Singh,d.jpg,5"};

class SampleTest : public ::testing::TestWithParam<const char*> {
 protected:
  SealOptions Options() {
    const testing::Sample& sample = testing::GetSample(GetParam());
    SealOptions options;
    options.sources = {sample.source};
    options.mapping = sample.mapping;
    options.incident_id = GetParam() == std::string("met") ? kMet : kPsni;
    options.output = desk_.dir / "out.dataset";
    return options;
  }

  Desk desk_;
};

TEST_P(SampleTest, EveryPersonIsFoundWithTheRightCategoriesAndNobodyElse) {
  const testing::Sample& sample = testing::GetSample(GetParam());
  ASSERT_THAT(desk_.MakeSealer(GetParam())->Seal(Options()), IsOk());
  const OpenedFile file = OpenFile(desk_.dir / "out.dataset");
  ASSERT_GT(sample.truth.size(), 180u);
  for (const auto& [number, content] : sample.truth) {
    const std::optional<crypto::RecordContent> found = desk_.Find(file, number);
    ASSERT_TRUE(found.has_value()) << number;
    EXPECT_EQ(found->categories, content.categories) << number;
    EXPECT_EQ(found->source_rows, content.source_rows) << number;
  }
  for (int i = 0; i < 1000; ++i) {
    const std::string number = absl::StrCat(GetParam() == std::string("met") ? "Z" : "", 100000 + 881 * i % 900000);
    if (sample.truth.contains(number)) continue;
    EXPECT_EQ(desk_.Find(file, number), std::nullopt) << number;
  }
}

TEST_P(SampleTest, TheSumsAreThoseOfTheGenerator) {
  const testing::Sample& sample = testing::GetSample(GetParam());
  ASSERT_OK_AND_ASSIGN(const SealResult result, desk_.MakeSealer(GetParam())->Seal(Options()));
  const Reconciliation& sums = result.reconciliation;
  uint64_t usable = 0;
  for (const auto& [number, content] : sample.truth) usable += content.source_rows;
  EXPECT_EQ(sums.indexed, sample.truth.size());
  EXPECT_EQ(sums.indexed + sums.merged, usable);
  EXPECT_EQ(sums.quarantined, GetParam() == std::string("met") ? 4u : 3u);
  EXPECT_EQ(sums.read, sums.indexed + sums.merged + sums.quarantined);
  EXPECT_EQ(sums.quarantine.size(), sums.quarantined);
  EXPECT_GT(sums.merged, 0u);
  for (const v1::CategoryCount& count : sums.counts) {
    uint64_t exposed = 0;
    for (const auto& [number, content] : sample.truth) {
      exposed += content.categories.Get(CategoryIndex(count.category())) == crypto::State::kExposed;
    }
    EXPECT_EQ(count.exposed(), exposed) << v1::Category_Name(count.category());
    EXPECT_EQ(count.exposed() + count.possibly_exposed() + count.not_held() + count.unknown(), sums.indexed);
  }
}

TEST_P(SampleTest, NoNumberAndNoNameIsInWhatIsWritten) {
  const testing::Sample& sample = testing::GetSample(GetParam());
  ASSERT_THAT(desk_.MakeSealer(GetParam())->Seal(Options()), IsOk());
  std::string written;
  for (const std::string& name : FilesIn(desk_.dir.path())) written += Bytes(desk_.dir / name);
  ASSERT_THAT(FilesIn(desk_.dir.path()), ::testing::SizeIs(3));
  // Six digits alone occur by chance in so many hexadecimal digits: with a letter, or as the whole input.
  for (const auto& [number, content] : sample.truth) {
    EXPECT_THAT(written, Not(HasSubstr(number[0] >= 'A' ? number : "/" + number)));
  }
  for (const char* name : {"O'Neill", "Okonkwo", "Kowalska", "Singh", "Llŷr"})
    EXPECT_THAT(written, Not(HasSubstr(name)));
}

INSTANTIATE_TEST_SUITE_P(Both, SampleTest, ::testing::Values("met", "psni"),
                         [](const auto& test) { return test.param; });

class SealerTest : public ::testing::Test {
 protected:
  Desk desk_;
};

TEST_F(SealerTest, AsksForAGrantBeforeItSendsANumberAndSealsUnderIt) {
  std::set<std::string> grants;
  desk_.lies.evaluate = [&](const std::string&, const v1::EvaluateRequest& request, v1::EvaluateResponse&) {
    grants.insert(request.upload());
    EXPECT_EQ(request.subject(), std::string(16, '\0'));
  };
  ASSERT_THAT(desk_.MakeSealer()->Seal(desk_.Write(SmallSource(kPeople))), IsOk());
  EXPECT_EQ(grants, std::set<std::string>{std::string(16, '1')});
  for (const testing::Call& call : desk_.service.TakeCalls()) {
    if (call.rpc == "RequestGrant") {
      EXPECT_EQ(call.size, 3u);  // the people, not the rows
    }
  }
}

TEST_F(SealerTest, WithoutAGrantNoNumberIsSentAndTheCommandIsTold) {
  desk_.service.grants = false;
  const absl::Status status = desk_.MakeSealer()->Seal(desk_.Write(SmallSource(kPeople))).status();
  EXPECT_THAT(status, HasReason(Reason::kNoGrant));
  EXPECT_THAT(std::string(status.message()), HasSubstr("exposure grant met-2023-supplier --rows 3"));
  EXPECT_EQ(desk_.service.Count("Evaluate"), 0u);
}

TEST_F(SealerTest, AGrantMayBeEmptyButNotOfAnotherLength) {
  desk_.lies.grant = [](v1::RequestGrantResponse& grant) { grant.clear_upload(); };
  EXPECT_THAT(desk_.MakeSealer()->Seal(desk_.Write(SmallSource(kPeople))), IsOk());
  desk_.lies.grant = [](v1::RequestGrantResponse& grant) { grant.set_upload("short"); };
  EXPECT_THAT(desk_.MakeSealer()->Seal(desk_.Write(SmallSource(kPeople))), HasReason(Reason::kBadResponse));
}

TEST_F(SealerTest, WritesThreeFilesForItsOwnerOnly) {
  const SealOptions options = desk_.Write(SmallSource(kPeople));
  ASSERT_OK_AND_ASSIGN(const SealResult result, desk_.MakeSealer()->Seal(options));
  EXPECT_THAT(FilesIn(desk_.dir.path()),
              ::testing::ElementsAre("out.dataset", "out.dataset.resume", "people.csv", "people.quarantine.csv"));
  for (const char* name : {"out.dataset", "out.dataset.resume", "people.quarantine.csv"}) {
    EXPECT_EQ(ModeOf(desk_.dir / name), 0600u) << name;
  }
  EXPECT_EQ(result.file_size, Bytes(options.output).size());
  EXPECT_THAT(Bytes(desk_.dir / "people.quarantine.csv"),
              ::testing::StartsWith("table,row,column,reason,number\n\"people.csv\",6,\"Pay No\",\""));
  EXPECT_THAT(Bytes(desk_.dir / "people.quarantine.csv"), Not(HasSubstr("N/A")));
}

TEST_F(SealerTest, TheManifestIsSignedByTheCustodianAndAddsUp) {
  SealOptions options = desk_.Write(SmallSource(kPeople));
  options.mapping.set_declared_people(7);
  options.difference_explained = "two rows twice";
  options.as_at = "2023-09-02";
  ASSERT_OK_AND_ASSIGN(const SealResult result, desk_.MakeSealer()->Seal(options));
  const OpenedFile file = OpenFile(options.output);
  EXPECT_EQ(file.head.manifest, result.manifest);
  EXPECT_THAT(crypto::VerifySignature(desk_.service.custodians.at("met").public_key(), crypto::kManifestLabel,
                                      file.head.manifest_bytes, file.head.signature),
              IsOk());
  EXPECT_EQ(file.head.manifest.rows_read, 5u);
  EXPECT_EQ(file.head.manifest.rows_indexed, 3u);
  EXPECT_EQ(file.head.manifest.rows_merged, 1u);
  EXPECT_EQ(file.head.manifest.rows_quarantined, 1u);
  EXPECT_EQ(file.head.manifest.sealed_at, desk_.service.now);
  EXPECT_EQ(file.details.incident_id(), kMet);
  EXPECT_EQ(file.details.mapping().declared_people(), 7u);
  EXPECT_EQ(file.details.difference_explained(), "two rows twice");
  EXPECT_EQ(file.details.as_at(), "2023-09-02");
  EXPECT_EQ(file.details.number_forms_size(), 1);
  EXPECT_EQ(file.details.counts_size(), 3);
  EXPECT_EQ(result.reconciliation.declared_people, 7u);
}

TEST_F(SealerTest, TheDetailsCountEachTable) {
  SealOptions options = desk_.Write(SmallSource(kPeople));
  ASSERT_THAT(WriteFileAtomically(desk_.dir / "more.csv", SmallSource({"A100003,Llŷr,,1", "A100007,Singh,,2"}), 0600),
              IsOk());
  options.sources.push_back(desk_.dir / "more.csv");
  options.mapping.add_tables()->set_table("people.csv");
  options.mapping.add_tables()->set_table("more.csv");
  ASSERT_OK_AND_ASSIGN(const SealResult result, desk_.MakeSealer()->Seal(options));
  const OpenedFile file = OpenFile(options.output);
  ASSERT_EQ(file.details.tables_size(), 2);
  EXPECT_EQ(file.details.tables(0).table(), "people.csv");
  EXPECT_EQ(file.details.tables(1).merged(), 1u);
  v1::TableCount sums;
  for (const v1::TableCount& table : file.details.tables()) {
    sums.set_read(sums.read() + table.read());
    sums.set_indexed(sums.indexed() + table.indexed());
    sums.set_merged(sums.merged() + table.merged());
    sums.set_quarantined(sums.quarantined() + table.quarantined());
  }
  EXPECT_EQ(file.head.manifest.rows_read, sums.read());
  EXPECT_EQ(file.head.manifest.rows_indexed, sums.indexed());
  EXPECT_EQ(file.head.manifest.rows_merged, sums.merged());
  EXPECT_EQ(file.head.manifest.rows_quarantined, sums.quarantined());
  EXPECT_TRUE(desk_.Find(file, "A100007").has_value());
  EXPECT_EQ(result.reconciliation.tables.size(), 2u);
}

TEST_F(SealerTest, ADryRunReconcilesAndListsButSendsAndSealsNothing) {
  SealOptions options = desk_.Write(SmallSource(kPeople));
  options.mapping.set_declared_rows(5);
  desk_.service.grants = false;
  ASSERT_OK_AND_ASSIGN(const Reconciliation sums, desk_.MakeSealer(crypto::SigningKey::Generate())->Reconcile(options));
  EXPECT_EQ(sums.read, 5u);
  EXPECT_EQ(sums.indexed, 3u);
  EXPECT_EQ(sums.declared_rows, 5u);
  EXPECT_THAT(FilesIn(desk_.dir.path()), ::testing::ElementsAre("people.csv", "people.quarantine.csv"));
  EXPECT_EQ(desk_.service.Count("RequestGrant") + desk_.service.Count("Evaluate"), 0u);
}

TEST_F(SealerTest, ARepairedRunGoesOnWithTheSameSeedToAnotherDataset) {
  SealOptions options = desk_.Write(SmallSource(kPeople));
  ASSERT_OK_AND_ASSIGN(const SealResult first, desk_.MakeSealer()->Seal(options));
  const std::string resume = Bytes(options.output + ".resume");
  // Filled in where it lies.
  options.repairs = desk_.dir / "people.quarantine.csv";
  std::string list = Bytes(options.repairs);
  ASSERT_EQ(list.substr(list.size() - 2), ",\n");
  list.insert(list.size() - 1, "a 100009");
  ASSERT_THAT(WriteFileAtomically(options.repairs, list, 0600), IsOk());

  ASSERT_OK_AND_ASSIGN(const SealResult repaired, desk_.MakeSealer()->Seal(options));
  EXPECT_EQ(repaired.reconciliation.indexed, 4u);
  EXPECT_EQ(repaired.reconciliation.quarantined, 0u);
  EXPECT_NE(repaired.manifest.salt, first.manifest.salt);
  EXPECT_EQ(Bytes(options.output + ".resume"), resume);
  EXPECT_EQ(Bytes(options.repairs), list);
  EXPECT_TRUE(desk_.Find(OpenFile(options.output), "A100009").has_value());
  // Forgotten: what was filled in is not lost.
  options.repairs.clear();
  EXPECT_THAT(desk_.MakeSealer()->Seal(options), HasReason(Reason::kBadUsage));
  EXPECT_EQ(Bytes(desk_.dir / "people.quarantine.csv"), list);
}

TEST_F(SealerTest, SealedTwiceTheBytesAreTheSame) {
  const SealOptions options = desk_.Write(SmallSource(kPeople));
  ASSERT_THAT(desk_.MakeSealer()->Seal(options), IsOk());
  const std::string first = Bytes(options.output);
  std::filesystem::remove(options.output);
  desk_.service.now += 3600;
  desk_.service.Issue();
  ASSERT_THAT(desk_.MakeSealer()->Seal(options), IsOk());
  EXPECT_EQ(Bytes(options.output), first);
}

TEST_F(SealerTest, InterruptedItLeavesNoOutputAndGoesOnToTheSameBytes) {
  const SealOptions options = desk_.Write(SmallSource(kPeople));
  desk_.lies.evaluate = [](auto&, auto&, v1::EvaluateResponse& response) { response.clear_proof(); };
  EXPECT_THAT(desk_.MakeSealer()->Seal(options), HasReason(Reason::kBadResponse));
  EXPECT_FALSE(std::filesystem::exists(options.output));
  const std::string resume = Bytes(options.output + ".resume");
  desk_.lies.evaluate = nullptr;
  ASSERT_THAT(desk_.MakeSealer()->Seal(options), IsOk());
  EXPECT_EQ(Bytes(options.output + ".resume"), resume);
  // The same resume file elsewhere, never interrupted: the same dataset.
  SealOptions other = options;
  other.output = desk_.dir / "other.dataset";
  std::filesystem::copy_file(options.output + ".resume", other.output + ".resume");
  ASSERT_THAT(desk_.MakeSealer()->Seal(other), IsOk());
  EXPECT_EQ(Bytes(other.output), Bytes(options.output));
}

TEST_F(SealerTest, AfterErasingTheSeedAnotherDatasetIsMade) {
  const SealOptions options = desk_.Write(SmallSource(kPeople));
  ASSERT_OK_AND_ASSIGN(const SealResult first, desk_.MakeSealer()->Seal(options));
  ASSERT_THAT(EraseResume(options.output), IsOk());
  ASSERT_OK_AND_ASSIGN(const SealResult second, desk_.MakeSealer()->Seal(options));
  EXPECT_NE(first.manifest.dataset_id, second.manifest.dataset_id);
}

TEST_F(SealerTest, AnotherSourceDoesNotTakeOverAResumeFile) {
  SealOptions options = desk_.Write(SmallSource(kPeople));
  ASSERT_THAT(desk_.MakeSealer()->Seal(options), IsOk());
  const std::string before = Bytes(options.output);
  options = desk_.Write(SmallSource({"A100009,Shah,a.jpg,1"}));
  const absl::StatusOr<SealResult> result = desk_.MakeSealer()->Seal(options);
  EXPECT_THAT(result, HasReason(Reason::kBadUsage));
  EXPECT_THAT(result.status().message(), HasSubstr("out.dataset.resume"));
  EXPECT_EQ(Bytes(options.output), before);
}

// The worst case: the same seed for every edit of a source. No record key may ever seal two contents.
TEST_F(SealerTest, UnderOneSeedEveryEditHasAnotherSaltAndNoKeySealsTwoContents) {
  SealOptions options = desk_.Write(SmallSource(kPeople));
  ASSERT_THAT(desk_.MakeSealer()->Seal(options), IsOk());
  const std::vector<std::string> resume = absl::StrSplit(Bytes(options.output + ".resume"), ' ');

  std::map<std::string, std::string> contents;  // what each record key sealed
  std::map<crypto::Salt, std::string> salts;    // the rows that each salt belongs to
  std::vector<std::string> rows = kPeople;
  uint32_t random = 12345;
  const auto below = [&random](uint32_t n) { return (random = random * 1664525 + 1013904223) / 65536 % n; };
  for (int edit = 0; edit < 150; ++edit) {
    rows[below(rows.size())] =
        absl::StrCat("A10000", below(6), below(2) ? ",Shah" : ",", below(2) ? ",p.jpg" : ",", ",9");
    options = desk_.Write(SmallSource(rows));
    const std::string hash = ToHex(crypto::Sha256({AsBytes(Bytes(options.sources[0]))}));
    ASSERT_THAT(WriteFileAtomically(options.output + ".resume",
                                    absl::StrCat(resume[0], " ", resume[1], " ", hash, " ", resume[3]), 0600),
                IsOk());
    ASSERT_THAT(desk_.MakeSealer()->Seal(options), IsOk());
    const OpenedFile file = OpenFile(options.output);
    std::string people;
    for (int i = 1; i < 6; ++i) {
      const std::string number = absl::StrCat("A10000", i);
      const std::optional<crypto::RecordContent> found = desk_.Find(file, number);
      if (!found) continue;
      const std::string content = ToString(crypto::EncodeContent(*found));
      const auto [sealed, fresh] = contents.emplace(ToString(desk_.KeysOf(file, number).key.Reveal()), content);
      EXPECT_EQ(sealed->second, content) << "a key sealed two contents";
      absl::StrAppend(&people, number, content);
    }
    const std::optional<crypto::RecordContent> zeroth = desk_.Find(file, "A100000");
    if (zeroth) absl::StrAppend(&people, "A100000", ToString(crypto::EncodeContent(*zeroth)));
    const auto [salted, fresh] = salts.emplace(file.head.manifest.salt, people);
    EXPECT_EQ(salted->second, people) << "one salt for two sets of rows";
  }
  EXPECT_GT(salts.size(), 100u);
  std::set<std::string> distinct;
  for (const auto& [salt, people] : salts) distinct.insert(people);
  EXPECT_EQ(distinct.size(), salts.size()) << "the same rows had two salts";
}

TEST_F(SealerTest, ReportsItsProgress) {
  SealOptions options = desk_.Write(SmallSource(kPeople));
  std::vector<std::string> seen;
  options.progress = [&seen](SealPhase phase, uint64_t done, uint64_t of) {
    seen.push_back(absl::StrCat(static_cast<int>(phase), ":", done, "/", of));
  };
  ASSERT_OK_AND_ASSIGN(const SealResult result, desk_.MakeSealer()->Seal(options));
  EXPECT_THAT(seen, ::testing::ElementsAre("0:5/0", "0:5/5", "1:3/3",
                                           absl::StrCat("2:", result.file_size, "/", result.file_size)));
}

// What is refused before anything is written.
TEST_F(SealerTest, RefusalsWriteNothing) {
  const auto refused = [&](Reason reason, const std::function<void(SealOptions&)>& spoil,
                           const std::string& force = "met") {
    SealOptions options = desk_.Write(SmallSource(kPeople));
    spoil(options);
    EXPECT_THAT(desk_.MakeSealer(force)->Seal(options), HasReason(reason));
    EXPECT_THAT(FilesIn(desk_.dir.path()), ::testing::ElementsAre("people.csv"));
  };
  const auto rewrite = [&](const std::string& text) {
    return
        [&, text](SealOptions& options) { ASSERT_THAT(WriteFileAtomically(options.sources[0], text, 0600), IsOk()); };
  };
  refused(Reason::kBadMapping, [](SealOptions& o) { o.mapping.clear_key_column(); });
  refused(Reason::kBadMapping, [](SealOptions& o) { o.difference_explained.assign(70000, 'x'); });
  refused(Reason::kUnknownIncident, [](SealOptions& o) { o.incident_id = "nobody-2020"; });
  refused(Reason::kWrongIncident, [](SealOptions& o) { o.incident_id = kPsni; });
  refused(Reason::kWrongIncident, [](SealOptions& o) { o.mapping.set_scheme("warrant"); });
  refused(
      Reason::kWrongForce, [](SealOptions&) {}, "psni");
  refused(Reason::kFileError, [](SealOptions& o) { o.sources[0] += ".missing"; });
  refused(Reason::kBadSource, rewrite("Pay No,Surname,Photo\n"));
  refused(Reason::kBadSource, rewrite(SmallSource({"A100001,\"Shah,a.jpg,1"})));
  refused(Reason::kBadSource, rewrite(SmallSource({})));
  refused(Reason::kBadSource, rewrite(SmallSource({"none,Shah,a.jpg,1"})));
}

TEST_F(SealerTest, OnlyACustodianOfTheCatalogueSeals) {
  const SealOptions options = desk_.Write(SmallSource(kPeople));
  EXPECT_THAT(desk_.MakeSealer(crypto::SigningKey::Generate())->Seal(options), HasReason(Reason::kUnknownCustodian));
  v1::Custodian& met = *desk_.service.content.mutable_custodians(0);
  met.set_valid_until(desk_.service.now - 1);
  desk_.service.Issue();
  EXPECT_THAT(desk_.MakeSealer()->Seal(options), HasReason(Reason::kUnknownCustodian));
  met.set_valid_until(UINT64_MAX);
  met.set_revoked(true);
  desk_.service.Issue();
  EXPECT_THAT(desk_.MakeSealer()->Seal(options), HasReason(Reason::kRevokedCustodian));
  EXPECT_THAT(FilesIn(desk_.dir.path()), ::testing::ElementsAre("people.csv"));
}

TEST_F(SealerTest, ASchemeThatNoEpochHoldsIsRefused) {
  SealOptions options = desk_.Write(SmallSource(kPeople));
  options.mapping.set_scheme("warrant");
  desk_.service.content.mutable_incidents(0)->add_schemes("met/warrant");
  desk_.service.Issue();
  EXPECT_THAT(desk_.MakeSealer()->Seal(options), HasReason(Reason::kUnknownScheme));
  desk_.service.content.mutable_epochs(0)->set_state(v1::EPOCH_STATE_RETIRED);
  desk_.service.Issue();
  EXPECT_THAT(desk_.MakeSealer()->Seal(options), HasReason(Reason::kUnknownForce));
}

TEST_F(SealerTest, BesideTheEpochUntilNowTheNextOneIsSealedFor) {
  const SealOptions options = desk_.Write(SmallSource(kPeople));
  const crypto::EpochId next = desk_.service.AddEpoch({desk_.service.content.epochs(0).schemes(0)}, 8, 8);
  desk_.service.Issue();
  ASSERT_THAT(desk_.MakeSealer()->Seal(options), IsOk());
  EXPECT_EQ(OpenFile(options.output).head.manifest.epoch_id, next);
}

TEST_F(SealerTest, AnExpiredCatalogueIsRefused) {
  const SealOptions options = desk_.Write(SmallSource(kPeople));
  desk_.service.now += 2 * crypto::kCatalogueLife;
  EXPECT_THAT(desk_.MakeSealer()->Seal(options), HasReason(Reason::kCatalogueExpired));
}

TEST_F(SealerTest, AWrongEvaluationIsCaughtAndNothingIsSealed) {
  const SealOptions options = desk_.Write(SmallSource(kPeople));
  const crypto::EvaluatorKey rogue = crypto::EvaluatorKey::Generate().value();
  desk_.lies.evaluate = [&](auto&, const v1::EvaluateRequest& request, v1::EvaluateResponse& response) {
    const auto blinded = crypto::DecodeElements(AsBytes(request.blinded()), crypto::kMaxBatch).value();
    const crypto::Evaluation evaluation = crypto::Evaluate(rogue, blinded).value();
    response.set_evaluated(crypto::EncodeElements(evaluation.evaluated));
    response.set_proof(ToString(evaluation.proof));
  };
  EXPECT_THAT(desk_.MakeSealer()->Seal(options), HasReason(Reason::kBadProof));
  EXPECT_FALSE(std::filesystem::exists(options.output));
}

TEST_F(SealerTest, AFullDiskLeavesTheOldOutputAndIsGotOver) {
  const TempDir disk;
  if (mount("tmpfs", disk.path().c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "a small file system cannot be mounted here";
  }
  SealOptions options = desk_.Write(SmallSource(kPeople));  // 2^8 buckets of 8 rows: 112 KiB
  options.output = disk / "out.dataset";
  ASSERT_THAT(WriteFileAtomically(options.output, "old", 0600), IsOk());
  EXPECT_THAT(desk_.MakeSealer()->Seal(options), HasReason(Reason::kDiskFull));
  EXPECT_EQ(Bytes(options.output), "old");
  EXPECT_THAT(FilesIn(disk.path()),
              ::testing::ElementsAre("out.dataset", "out.dataset.resume", "people.quarantine.csv"));
  EXPECT_EQ(mount("tmpfs", disk.path().c_str(), "tmpfs", MS_REMOUNT, "size=1m"), 0);
  EXPECT_THAT(desk_.MakeSealer()->Seal(options), IsOk());
  EXPECT_EQ(OpenFile(options.output).head.manifest.records, 3u);
  EXPECT_EQ(umount(disk.path().c_str()), 0);
}

}  // namespace
}  // namespace exposure
