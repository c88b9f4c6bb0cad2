#include "crypto/audit.h"

#include <gtest/gtest.h>

#include <numeric>

#include "crypto/signature.h"
#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;
using ::testing::HasSubstr;

constexpr uint64_t kNoon = 1'790'000'000;

// A chain that a test writes.
class Chain {
 public:
  std::string Next(uint64_t time, AuditEvent event = {"operator/jones", "published", "dataset=00"}) {
    const AuditEntry entry{last_.sequence + 1, time, last_.hash, std::move(event)};
    const std::string bytes = Encode(entry);
    last_ = {entry.sequence, AuditEntryHash(AsBytes(bytes))};
    return bytes;
  }
  const AuditPoint& last() const { return last_; }

 private:
  AuditPoint last_;
};

struct Log {
  std::vector<std::string> entries;
  AuditPoint last;
  std::string bytes() const { return std::accumulate(entries.begin(), entries.end(), std::string()); }
};

Log MakeLog(uint64_t entries) {
  Chain chain;
  Log log;
  for (uint64_t i = 0; i < entries; ++i) log.entries.push_back(chain.Next(kNoon + i));
  log.last = chain.last();
  return log;
}

absl::Status Verify(const std::string& log, const std::optional<AuditPoint>& head = std::nullopt, uint64_t first = 1) {
  AuditVerifier verifier(first);
  if (head) verifier.Require(*head);
  RETURN_IF_ERROR(verifier.Add(AsBytes(log)));
  return verifier.Finish();
}

std::string Message(const absl::Status& status) { return std::string(status.message()); }

TEST(AuditTest, EntriesAgreeWithAnIndependentImplementation) {
  AuditPoint last;
  std::string log;
  for (const Json& c : Cases("audit_entries")) {
    SCOPED_TRACE(c["name"]);
    const AuditEntry entry{Number(c["sequence"]),
                           Number(c["time"]),
                           Array<32>(c["previous"]),
                           {Bytes(c["who"]), Bytes(c["what"]), Bytes(c["object"])}};
    EXPECT_EQ(entry.previous, last.hash);
    EXPECT_EQ(ToHex(AsBytes(Encode(entry))), c["entry"]);
    ASSERT_OK_AND_ASSIGN(const AuditEntry decoded, DecodeAuditEntry(AsBytes(Bytes(c["entry"]))));
    EXPECT_EQ(decoded, entry);
    last = {entry.sequence, AuditEntryHash(AsBytes(Encode(entry)))};
    EXPECT_EQ(ToHex(last.hash), c["hash"]);
    log += Encode(entry);
  }
  EXPECT_THAT(Verify(log, last), IsOk());
}

TEST(AuditTest, HeadsAgreeWithAnIndependentImplementation) {
  for (const Json& c : Cases("audit_heads")) {
    SCOPED_TRACE(c["name"]);
    const AuditHead head{{Number(c["sequence"]), Array<32>(c["hash"])}, Number(c["time"])};
    EXPECT_EQ(ToHex(Encode(head)), c["head"]);
    ASSERT_OK_AND_ASSIGN(const AuditHead decoded, DecodeAuditHead(AsBytes(Bytes(c["head"]))));
    EXPECT_EQ(decoded, head);
    const SigningKey key = *SigningKey::Decode(AsBytes(Bytes(c["operator_seed"])));
    EXPECT_EQ(ToHex(key.Sign(kAuditHeadLabel, Encode(head))), c["signature"]);
  }
}

TEST(AuditTest, BadLogsAreRefusedAsTheIndependentImplementationDoes) {
  for (const Json& c : Cases("audit_logs")) {
    SCOPED_TRACE(c["name"]);
    std::optional<AuditPoint> head;
    if (c.contains("head_sequence")) head = AuditPoint{Number(c["head_sequence"]), Array<32>(c["head_hash"])};
    const absl::Status status = Verify(Bytes(c["log"]), head);
    EXPECT_EQ(ReasonIn(status), c["reason"]);
    const std::string named = c["reason"] == "" ? "" : "Entry " + std::to_string(Number(c["at"])) + " ";
    EXPECT_THAT(Message(status), HasSubstr(named));
  }
}

TEST(AuditTest, PiecesOfAnySizeGiveTheSame) {
  const Log log = MakeLog(3);
  for (size_t size = 1; size < 200; ++size) {
    AuditVerifier verifier;
    std::vector<uint64_t> seen;
    for (size_t at = 0; at < log.bytes().size(); at += size) {
      ASSERT_THAT(verifier.Add(AsBytes(log.bytes().substr(at, size)),
                               [&seen](const AuditEntry& entry) { seen.push_back(entry.sequence); }),
                  IsOk());
    }
    EXPECT_THAT(verifier.Finish(), IsOk());
    EXPECT_EQ(verifier.last(), log.last);
    EXPECT_EQ(verifier.time(), kNoon + 2);
    EXPECT_EQ(seen, (std::vector<uint64_t>{1, 2, 3}));
  }
}

TEST(AuditTest, EveryChangedByteIsFoundAgainstTheHead) {
  const Log log = MakeLog(3);
  const std::string bytes = log.bytes();
  ASSERT_THAT(Verify(bytes, log.last), IsOk());
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (const int change : {1, 0x20, 0x80, 0xff}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ change);
      EXPECT_THAT(Verify(changed, log.last), HasReason(Reason::kBadAudit)) << at;
    }
  }
}

TEST(AuditTest, WithoutAHeadEveryChangeBeforeTheLastEntryIsFound) {
  const Log log = MakeLog(4);
  const std::string bytes = log.bytes();
  for (size_t at = 0; at < bytes.size() - log.entries.back().size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_THAT(Verify(changed), HasReason(Reason::kBadAudit)) << at;
  }
}

TEST(AuditTest, EveryPairOfSwappedEntriesIsFoundWithItsNumber) {
  const Log log = MakeLog(6);
  for (size_t i = 0; i < log.entries.size(); ++i) {
    for (size_t j = i + 1; j < log.entries.size(); ++j) {
      Log swapped = log;
      std::swap(swapped.entries[i], swapped.entries[j]);
      const absl::Status status = Verify(swapped.bytes());
      EXPECT_THAT(status, HasReason(Reason::kBadAudit));
      EXPECT_THAT(Message(status), HasSubstr("Entry " + std::to_string(i + 1) + " "));
    }
  }
}

TEST(AuditTest, EveryEntryThatIsTakenOutOrDoubledIsFound) {
  const Log log = MakeLog(5);
  for (size_t i = 0; i < log.entries.size(); ++i) {
    Log cut = log;
    cut.entries.erase(cut.entries.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THAT(Verify(cut.bytes(), log.last), HasReason(Reason::kBadAudit)) << i;
    Log doubled = log;
    doubled.entries.insert(doubled.entries.begin() + static_cast<std::ptrdiff_t>(i), log.entries[i]);
    EXPECT_THAT(Verify(doubled.bytes()), HasReason(Reason::kBadAudit)) << i;
  }
}

TEST(AuditTest, ALogThatIsCutAnywhereIsFoundAgainstTheHead) {
  const Log log = MakeLog(3);
  for (size_t size = 0; size < log.bytes().size(); ++size) {
    EXPECT_THAT(Verify(log.bytes().substr(0, size), log.last), HasReason(Reason::kBadAudit)) << size;
  }
  const size_t two = log.entries[0].size() + log.entries[1].size();
  EXPECT_THAT(Verify(log.bytes().substr(0, two)), IsOk()) << "only the head can tell";
  EXPECT_THAT(Message(Verify(log.bytes().substr(0, two + 5))), HasSubstr("Entry 3 of the audit log is incomplete"));
}

TEST(AuditTest, ALogThatWasReplacedWholeIsFoundAgainstTheHead) {
  Chain other;
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += other.Next(kNoon + 1);
  ASSERT_THAT(Verify(bytes), IsOk());
  EXPECT_THAT(Message(Verify(bytes, MakeLog(3).last)), HasSubstr("Entry 3 "));
}

TEST(AuditTest, AHeadThatIsOlderThanTheLogIsFine) { EXPECT_THAT(Verify(MakeLog(3).bytes(), MakeLog(2).last), IsOk()); }

TEST(AuditTest, APartIsVerifiedFromItsFirstEntryOn) {
  const Log log = MakeLog(4);
  const std::string part = log.entries[2] + log.entries[3];
  EXPECT_THAT(Verify(part), HasReason(Reason::kBadAudit)) << "its beginning was cut off";
  EXPECT_THAT(Verify(part, log.last, 3), IsOk());
  EXPECT_THAT(Verify(part, MakeLog(2).last, 3), IsOk()) << "it goes on from there";
  EXPECT_THAT(Verify(part, AuditPoint{2, Hash{1}}, 3), HasReason(Reason::kBadAudit)) << "from somewhere else";
  EXPECT_THAT(Verify(part, AuditPoint{1, Hash{1}}, 3), HasReason(Reason::kBadAudit)) << "cannot be compared";
}

// A log of entries with these times.
std::string Times(const std::vector<std::pair<uint64_t, std::string>>& entries) {
  Chain chain;
  std::string bytes;
  for (const auto& [time, what] : entries) bytes += chain.Next(time, {"service", what, ""});
  return bytes;
}

TEST(AuditTest, TimesGoBackNoFurtherThanACorrectionOfTheClock) {
  EXPECT_THAT(Verify(Times({{kNoon, "x"}, {kNoon - 300, "x"}, {kNoon - 300, "x"}})), IsOk());
  EXPECT_THAT(Message(Verify(Times({{kNoon, "x"}, {kNoon - 301, "x"}}))), HasSubstr("Entry 2 "));
  EXPECT_THAT(Verify(Times({{kNoon, "x"}, {kNoon - 200, "x"}, {kNoon - 400, "x"}})), HasReason(Reason::kBadAudit))
      << "small steps do not add up";
  EXPECT_THAT(Verify(Times({{kNoon, "x"}, {kNoon - 5000, std::string(kAuditClock)}, {kNoon - 5000, "x"}})), IsOk());
}

TEST(AuditTest, AFaultStays) {
  AuditVerifier verifier;
  EXPECT_THAT(verifier.Add(AsBytes("nonsense")), HasReason(Reason::kBadAudit));
  EXPECT_THAT(verifier.Add(AsBytes(MakeLog(1).bytes())), HasReason(Reason::kBadAudit));
  EXPECT_THAT(verifier.Finish(), HasReason(Reason::kBadAudit));
}

TEST(AuditTest, TextsHaveLimitsAndHoldNoControls) {
  const auto check = [](const std::string& object) { return CheckAuditEvent({"who", "what", object}); };
  for (const char* good : {"", "caf\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x99\x82", "a b"}) {
    EXPECT_THAT(check(good), IsOk()) << good;
  }
  for (const char* bad : {"\n", "\x7f", "\xc2\x85", "\xe2\x80\xae", "\x80", "\xc0\x80", "\xc3", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xe0\x80\x80", "\xff"}) {
    EXPECT_THAT(check(bad), HasReason(Reason::kFieldLength)) << ToHex(AsBytes(bad));
    EXPECT_EQ(Message(check(bad)).find(bad), std::string::npos);
  }
  EXPECT_THAT(check(std::string(512, 'x')), IsOk());
  EXPECT_THAT(check(std::string(513, 'x')), HasReason(Reason::kFieldLength));
  EXPECT_THAT(check(std::string(1, '\0')), HasReason(Reason::kFieldLength));
  EXPECT_EQ(FieldOf(CheckAuditEvent({"", "what", ""})), "who");
  EXPECT_EQ(FieldOf(CheckAuditEvent({"who", "", ""})), "what");
  EXPECT_EQ(FieldOf(CheckAuditEvent({std::string(129, 'x'), "what", ""})), "who");
  EXPECT_EQ(FieldOf(CheckAuditEvent({"who", std::string(33, 'x'), ""})), "what");
}

TEST(AuditTest, WhatIsNotAnEntryOrAHeadIsRefused) {
  const std::string entry = MakeLog(1).bytes();
  EXPECT_THAT(DecodeAuditEntry(AsBytes(entry)), IsOk());
  for (const std::string& bad : {std::string(), entry.substr(1), entry + "x", entry.substr(0, entry.size() - 1)}) {
    EXPECT_THAT(DecodeAuditEntry(AsBytes(bad)), HasReason(Reason::kBadAudit));
  }
  const auto head = Encode(AuditHead{{1, Hash{7}}, kNoon});
  EXPECT_THAT(DecodeAuditHead(head), IsOk());
  EXPECT_THAT(DecodeAuditHead(BytesView(head).first(55)), HasReason(Reason::kBadAudit));
  EXPECT_THAT(DecodeAuditHead(Encode(AuditHead{})), HasReason(Reason::kBadAudit));
}

}  // namespace
}  // namespace exposure::crypto
