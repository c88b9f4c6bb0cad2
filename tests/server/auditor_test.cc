#include "server/auditor.h"

#include <gtest/gtest.h>

#include <atomic>

#include "base/file.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure::server {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::TempDir;

constexpr uint64_t kSixOClock = 1'790'056'800;  // 2026-09-22T06:00:00Z

class AuditorTest : public ::testing::Test {
 protected:
  void SetUp() override { Start(); }
  void Start() {
    auditor_.reset();
    ASSERT_OK_AND_ASSIGN(auto log, storage::AuditLog::Open(dir_ / "audit", [this] { return now_.load(); }));
    auditor_ = std::make_unique<Auditor>(std::move(log), [this] { return now_.load(); });
  }
  // "who what object" of the entries since the last call.
  std::vector<std::string> Entries() {
    std::vector<std::string> lines;
    const absl::StatusOr<storage::AuditPiece> piece = auditor_->log().Read(next_, size_t{1} << 20);
    EXPECT_THAT(piece, IsOk());
    for (BytesView rest = AsBytes(piece->bytes); !rest.empty();) {
      const size_t size = *crypto::AuditEntrySize(rest);
      const crypto::AuditEvent event = crypto::DecodeAuditEntry(rest.first(size))->event;
      lines.push_back(event.who + " " + event.what + " " + event.object);
      rest = rest.subspan(size);
    }
    next_ = piece->next;
    return lines;
  }

  TempDir dir_;
  std::atomic<uint64_t> now_ = kSixOClock;
  uint64_t next_ = 1;
  std::unique_ptr<Auditor> auditor_;
};

TEST_F(AuditorTest, AStartRecordsTheConfigurationOnlyWhereItChanged) {
  const std::string a(64, 'a');
  const std::string b(64, 'b');
  ASSERT_THAT(auditor_->Started(Roles::All(), "0.1.0", *ArrayFromHex<32>(a)), IsOk());
  EXPECT_THAT(Entries(), ElementsAre("service start version=0.1.0 roles=evaluator, records, catalogue",
                                     "service configuration hash=" + a));
  Start();
  ASSERT_THAT(auditor_->Started({.evaluator = true}, "0.1.0", *ArrayFromHex<32>(a)), IsOk());
  EXPECT_THAT(Entries(), ElementsAre("service start version=0.1.0 roles=evaluator"));
  Start();
  ASSERT_THAT(auditor_->Started({.evaluator = true}, "0.1.0", *ArrayFromHex<32>(b)), IsOk());
  EXPECT_THAT(Entries(), ElementsAre("service start version=0.1.0 roles=evaluator", "service configuration hash=" + b));
}

TEST_F(AuditorTest, EachChangeHasItsWordAndItsObject) {
  const crypto::EpochId epoch = {0xe1};
  const crypto::DatasetId dataset = {0xd1};
  const crypto::DatasetId before = {0xd0};
  const std::string zeros(30, '0');
  ASSERT_THAT(auditor_->GrantGiven("operator/jones", epoch, "met-2023", "custodian/met", 47'000, 3), IsOk());
  ASSERT_THAT(auditor_->SurgeProposed("operator/jones", epoch, 3, 24), IsOk());
  ASSERT_THAT(auditor_->SurgeApproved("operator/singh", dataset), IsOk());
  ASSERT_THAT(auditor_->Exported("operator/singh", 7), IsOk());
  ASSERT_THAT(auditor_->Alarmed("consumer/app", epoch, "9 of 10 calls are batches."), IsOk());
  ASSERT_THAT(auditor_->CatalogueSigned("local", 7), IsOk());
  ASSERT_THAT(auditor_->ReceiptSigned("local", dataset), IsOk());
  ASSERT_THAT(auditor_->Loaded("custodian/met", dataset), IsOk());
  ASSERT_THAT(auditor_->Published("custodian/met", dataset, std::nullopt), IsOk());
  ASSERT_THAT(auditor_->Published("custodian/met", dataset, before), IsOk());
  ASSERT_THAT(auditor_->Failed("custodian/met", "publish", "DISK_FULL"), IsOk());
  ASSERT_THAT(auditor_->Retracted("custodian/met", dataset), IsOk());
  ASSERT_THAT(auditor_->Removed(dataset, "ended"), IsOk());
  ASSERT_THAT(auditor_->NoticePublished("custodian/met", "met-2023"), IsOk());
  ASSERT_THAT(auditor_->NoticeEdited("custodian/met", "met-2023"), IsOk());
  ASSERT_THAT(auditor_->KeyLoaded("evaluator", epoch), IsOk());
  ASSERT_THAT(auditor_->Stopped(), IsOk());
  EXPECT_THAT(
      Entries(),
      ElementsAre("operator/jones grant caller=custodian/met incident=met-2023 epoch=e1" + zeros + " rows=47000 runs=3",
                  "operator/jones propose-surge epoch=e1" + zeros + " factor=3 hours=24",
                  "operator/singh approve-surge surge=d1" + zeros, "operator/singh export from=7",
                  "consumer/app alarm epoch=e1" + zeros + " shape=9 of 10 calls are batches.",
                  "local sign-catalogue version=7", "local sign-receipt dataset=d1" + zeros,
                  "custodian/met load dataset=d1" + zeros, "custodian/met publish dataset=d1" + zeros,
                  "custodian/met publish dataset=d1" + zeros + " replaces=d0" + zeros,
                  "custodian/met failed what=publish reason=DISK_FULL", "custodian/met retract dataset=d1" + zeros,
                  "service remove dataset=d1" + zeros + " cause=ended",
                  "custodian/met publish-notice incident=met-2023", "custodian/met edit-notice incident=met-2023",
                  "service load-key kind=evaluator id=e1" + zeros, "service stop "));
}

TEST_F(AuditorTest, AMillionRefusalsAreTwoEntriesAMinute) {
  for (int i = 0; i < 1'000'000; ++i) auditor_->Refused("consumer/portal", "Evaluate", "QUOTA_CALLER");
  ASSERT_THAT(auditor_->Tick(), IsOk());
  now_ += 60;
  ASSERT_THAT(auditor_->Tick(), IsOk());
  ASSERT_THAT(auditor_->Tick(), IsOk());
  EXPECT_THAT(Entries(), ElementsAre("consumer/portal refused method=Evaluate reason=QUOTA_CALLER count=1",
                                     "consumer/portal refused method=Evaluate reason=QUOTA_CALLER count=999999"));
}

TEST_F(AuditorTest, WhoHasNoNameOrAStrangeOneIsUnknown) {
  auditor_->Refused("", "Evaluate", "NO_CALLER");
  auditor_->Refused("a\nb", std::string(10'000, 'x'), "NOT_ALLOWED");
  EXPECT_THAT(Entries(), ElementsAre("unknown refused method=Evaluate reason=NO_CALLER count=1",
                                     "unknown refused method=unknown reason=NOT_ALLOWED count=1"));
}

TEST_F(AuditorTest, ChecksAppearAsConsumerHourAndCount) {
  ASSERT_THAT(auditor_->Checks("consumer/portal", 494'934 * 3600ull, 5), IsOk());
  EXPECT_THAT(Entries(), ElementsAre("consumer/portal checks hour=2026-06-18T06Z count=5"));
}

TEST(AuditDirectoryTest, BelongsToTheRoleThatChangesThings) {
  EXPECT_EQ(AuditDirectory("d", Roles::All()), "d/audit/catalogue");
  EXPECT_EQ(AuditDirectory("d", {.catalogue = true}), "d/audit/catalogue");
  EXPECT_EQ(AuditDirectory("d", {.evaluator = true}), "d/audit/evaluator");
  EXPECT_EQ(AuditDirectory("d", {}), "d/audit/signer");
}

TEST(ConfigurationHashTest, ChangesWithWhatTheFileSays) {
  LoadedConfig config;
  config.settings.set_listen("127.0.0.1:1");
  const crypto::Hash before = ConfigurationHash(config);
  EXPECT_EQ(ConfigurationHash(config), before);
  LoadedConfig content = config;
  content.content.set_service_name("Other");
  EXPECT_NE(ConfigurationHash(content), before);
  config.settings.set_listen("127.0.0.1:2");
  EXPECT_NE(ConfigurationHash(config), before);
}

}  // namespace
}  // namespace exposure::server
