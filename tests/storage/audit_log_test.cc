#include "storage/audit_log.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/file.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure::storage {
namespace {

using crypto::AuditEvent;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::TempDir;

constexpr uint64_t kNoon = 1'790'000'000;
constexpr size_t kAll = size_t{1} << 20;

class AuditLogTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<AuditLog>> Open() {
    return AuditLog::Open(directory_, [this] { return now_.load(); });
  }
  // A log of so many entries, closed.
  void Fill(int entries) {
    ASSERT_OK_AND_ASSIGN(const auto log, Open());
    for (int i = 0; i < entries; ++i) ASSERT_THAT(log->Append({Event(i)}), IsOk());
  }
  static AuditEvent Event(int i) { return {"operator/jones", "published", "dataset=" + std::to_string(i)}; }

  std::string Bytes() const { return *ReadFile(file_); }
  void Write(const std::string& bytes) const { std::ofstream(file_, std::ios::binary | std::ios::trunc) << bytes; }
  // Entries of the log, one by one.
  std::vector<std::string> Entries() const {
    std::vector<std::string> entries;
    const std::string bytes = Bytes();
    for (size_t at = 0; at < bytes.size(); at += entries.back().size()) {
      entries.push_back(bytes.substr(at, *crypto::AuditEntrySize(AsBytes(bytes).subspan(at))));
    }
    return entries;
  }

  TempDir dir_;
  const std::string directory_ = dir_ / "data/audit/catalogue";
  const std::string file_ = directory_ + "/audit.log";
  const std::string head_ = directory_ + "/head";
  std::atomic<uint64_t> now_ = kNoon;
};

TEST_F(AuditLogTest, WhatWasAppendedIsThereAfterwardsAndVerifies) {
  ASSERT_OK_AND_ASSIGN(auto log, Open());
  ASSERT_THAT(log->Append({Event(1)}), IsOk());
  now_ = kNoon + 5;
  ASSERT_THAT(log->Append({Event(2), Event(3)}), IsOk());
  const crypto::AuditPoint last = log->last();
  EXPECT_EQ(last.sequence, 3u);
  log.reset();

  crypto::AuditVerifier verifier;
  std::vector<crypto::AuditEntry> entries;
  ASSERT_THAT(verifier.Add(AsBytes(Bytes()), [&](const crypto::AuditEntry& entry) { entries.push_back(entry); }),
              IsOk());
  ASSERT_THAT(verifier.Finish(), IsOk());
  EXPECT_EQ(verifier.last(), last);
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[2].event, Event(3));
  EXPECT_EQ(entries[0].time, kNoon);
  EXPECT_EQ(entries[2].time, kNoon + 5);

  ASSERT_OK_AND_ASSIGN(log, Open());
  EXPECT_EQ(log->last(), last);
  ASSERT_THAT(log->Append({Event(4)}), IsOk());
  EXPECT_EQ(log->last().sequence, 4u);
}

TEST_F(AuditLogTest, OnlyItsOwnerReadsIt) {
  Fill(1);
  struct stat st = {};
  ASSERT_EQ(stat(directory_.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0700u);
  for (const std::string& path : {file_, head_}) {
    ASSERT_EQ(stat(path.c_str(), &st), 0);
    EXPECT_EQ(st.st_mode & 07777, 0600u) << path;
  }
}

TEST_F(AuditLogTest, ASecondWriterIsRefused) {
  ASSERT_OK_AND_ASSIGN(auto log, Open());
  EXPECT_THAT(Open(), HasReason(Reason::kDataDirectoryInUse));
  log.reset();
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(AuditLogTest, EveryChangedByteIsFoundAtTheStartAndLeftAsItIs) {
  Fill(3);
  const std::string bytes = Bytes();
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    Write(changed);
    EXPECT_THAT(Open(), HasReason(Reason::kCorruptRecords)) << at;
    EXPECT_EQ(Bytes(), changed);
  }
  Write(bytes);
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(AuditLogTest, EveryChangedByteOfTheHeadIsFound) {
  Fill(2);
  const std::string head = *ReadFile(head_);
  for (size_t at = 0; at < head.size(); ++at) {
    std::string changed = head;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    ASSERT_THAT(WriteFileAtomically(head_, changed, 0600), IsOk());
    EXPECT_THAT(Open(), HasReason(Reason::kCorruptRecords)) << at;
  }
}

TEST_F(AuditLogTest, EveryPairOfSwappedEntriesIsFound) {
  Fill(4);
  const std::vector<std::string> entries = Entries();
  for (size_t i = 0; i < entries.size(); ++i) {
    for (size_t j = i + 1; j < entries.size(); ++j) {
      std::vector<std::string> swapped = entries;
      std::swap(swapped[i], swapped[j]);
      Write(swapped[0] + swapped[1] + swapped[2] + swapped[3]);
      EXPECT_THAT(Open(), HasReason(Reason::kCorruptRecords)) << i << " and " << j;
    }
  }
}

TEST_F(AuditLogTest, ALogThatWasCutAnywhereIsFound) {
  Fill(2);
  const std::string bytes = Bytes();
  for (size_t size = 0; size < bytes.size(); ++size) {
    Write(bytes.substr(0, size));
    EXPECT_THAT(Open(), HasReason(Reason::kCorruptRecords)) << size;
  }
  std::filesystem::remove(file_);
  EXPECT_THAT(Open(), HasReason(Reason::kCorruptRecords)) << "gone altogether";
}

TEST_F(AuditLogTest, ALogWithoutItsHeadIsRefused) {
  Fill(1);
  std::filesystem::remove(head_);
  EXPECT_THAT(Open(), HasReason(Reason::kCorruptRecords));
}

// What a crash leaves: the log was written, as far as it went, and the head was not.
TEST_F(AuditLogTest, AnEntryThatACrashToreIsCutOff) {
  Fill(2);
  const std::string head = *ReadFile(head_);
  const std::string before = Bytes();
  Fill(1);
  const std::string after = Bytes();
  for (size_t size = before.size(); size < after.size(); ++size) {
    Write(after.substr(0, size));
    ASSERT_THAT(WriteFileAtomically(head_, head, 0600), IsOk());
    ASSERT_OK_AND_ASSIGN(const auto log, Open());
    EXPECT_EQ(log->last().sequence, 2u);
    EXPECT_EQ(Bytes(), before) << size;
  }
  Write(after);
  ASSERT_OK_AND_ASSIGN(const auto log, Open());
  EXPECT_EQ(log->last().sequence, 3u) << "it was whole";
}

TEST_F(AuditLogTest, WhatIsNoBeginningOfAnEntryIsNotCutOff) {
  Fill(2);
  const std::string bytes = Bytes();
  for (const std::string& tail : {std::string("x"), std::string(10, '\0'), std::string("EXPAUD01x"),
                                  std::string("EXPAUD01\0\0\0\0\0\0\0\7", 16), bytes.substr(0, 30)}) {
    Write(bytes + tail);
    EXPECT_THAT(Open(), HasReason(Reason::kCorruptRecords));
    EXPECT_EQ(Bytes(), bytes + tail);
  }
}

TEST_F(AuditLogTest, WhatWasAcknowledgedSurvivesSigkill) {
  for (int round = 0; round < 5; ++round) {
    int said[2];
    ASSERT_EQ(pipe(said), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto log = Open();
      for (int i = 0; log.ok() && (*log)->Append({Event(i)}).ok(); ++i) {
        const uint64_t acknowledged = (*log)->last().sequence;
        if (write(said[1], &acknowledged, sizeof acknowledged) < 0) break;
      }
      _exit(1);
    }
    close(said[1]);
    uint64_t acknowledged = 0;
    for (int n = 0; n < 3 + round; ++n) {
      ASSERT_EQ(read(said[0], &acknowledged, sizeof acknowledged), ssize_t{sizeof acknowledged});
    }
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    while (read(said[0], &acknowledged, sizeof acknowledged) == ssize_t{sizeof acknowledged}) {
    }
    close(said[0]);
    ASSERT_OK_AND_ASSIGN(const auto log, Open());
    EXPECT_GE(log->last().sequence, acknowledged);
  }
}

TEST_F(AuditLogTest, ManyThreadsAppendAndEachEntryIsThereOnce) {
  constexpr int kThreads = 8;
  constexpr int kEach = 25;
  ASSERT_OK_AND_ASSIGN(auto log, Open());
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&log, t] {
      for (int i = 0; i < kEach; ++i) EXPECT_THAT(log->Append({Event(t * kEach + i)}), IsOk());
    });
  }
  for (std::thread& thread : threads) thread.join();
  log.reset();
  crypto::AuditVerifier verifier;
  std::set<std::string> objects;
  ASSERT_THAT(verifier.Add(AsBytes(Bytes()), [&](const auto& entry) { objects.insert(entry.event.object); }), IsOk());
  EXPECT_THAT(verifier.Finish(), IsOk());
  EXPECT_EQ(verifier.last().sequence, uint64_t{kThreads * kEach});
  EXPECT_EQ(objects.size(), size_t{kThreads * kEach});
}

// A limit on the size of files, for as long as it lives: a disk that is full for one process.
class FullDisk {
 public:
  explicit FullDisk(uint64_t size) : signal_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit full{.rlim_cur = size, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, signal_);
  }

 private:
  const sighandler_t signal_;
  rlimit before_ = {};
};

TEST_F(AuditLogTest, AFullDiskRefusesWholeCallsAndGoesOnWhenThereIsRoom) {
  Fill(2);
  ASSERT_OK_AND_ASSIGN(auto log, Open());
  const std::string before = Bytes();
  for (const size_t room : {size_t{0}, size_t{1}, size_t{70}, size_t{150}}) {
    const FullDisk disk(before.size() + room);
    EXPECT_THAT(log->Append({Event(2), Event(3)}), HasReason(Reason::kDiskFull)) << room;
    EXPECT_EQ(Bytes(), before);
    EXPECT_EQ(log->last().sequence, 2u);
  }
  ASSERT_THAT(log->Append({Event(2), Event(3)}), IsOk());
  EXPECT_EQ(log->last().sequence, 4u);
  log.reset();
  ASSERT_OK_AND_ASSIGN(log, Open());
  EXPECT_EQ(log->last().sequence, 4u);
}

TEST_F(AuditLogTest, ReadGivesWholeEntriesFromAnyNumberOn) {
  constexpr int kEntries = 600;  // more than two offsets
  std::vector<AuditEvent> events;
  for (int i = 0; i < kEntries; ++i) events.push_back(Event(i));
  ASSERT_OK_AND_ASSIGN(auto log, Open());
  ASSERT_THAT(log->Append(events), IsOk());
  const std::vector<std::string> entries = Entries();
  for (int round = 0; round < 2; ++round) {  // as it was written, and as it was loaded
    for (const uint64_t from : {1, 2, 256, 257, 258, 512, 513, 600}) {
      ASSERT_OK_AND_ASSIGN(const AuditPiece piece, log->Read(from, 1000));
      ASSERT_GT(piece.next, from);
      EXPECT_LE(piece.bytes.size(), 1000u);
      std::string expected;
      for (uint64_t i = from; i < piece.next; ++i) expected += entries[i - 1];
      EXPECT_EQ(piece.bytes, expected) << from;
    }
    std::string whole;
    for (uint64_t next = 0; next <= kEntries;) {
      ASSERT_OK_AND_ASSIGN(const AuditPiece piece, log->Read(next, 10'000));
      whole += piece.bytes;
      next = piece.next;
    }
    EXPECT_EQ(whole, Bytes());
    log.reset();
    ASSERT_OK_AND_ASSIGN(log, Open());
  }
}

TEST_F(AuditLogTest, ReadSaysWhereTheEndIs) {
  Fill(2);
  ASSERT_OK_AND_ASSIGN(const auto log, Open());
  ASSERT_OK_AND_ASSIGN(const AuditPiece end, log->Read(3, kAll));
  EXPECT_EQ(end.bytes, "");
  EXPECT_EQ(end.next, 3u);
  EXPECT_THAT(log->Read(4, kAll), HasReason(Reason::kBadOffset));
  EXPECT_THAT(log->Read(UINT64_MAX, kAll), HasReason(Reason::kBadOffset));
  ASSERT_OK_AND_ASSIGN(const AuditPiece one, log->Read(1, 0));
  EXPECT_EQ(one.next, 2u) << "one entry at least";
}

TEST_F(AuditLogTest, AClockThatIsSetBackIsOnRecordAndTheLogGoesOn) {
  Fill(1);
  now_ = kNoon - 200;
  Fill(1);
  EXPECT_EQ(Entries().size(), 2u) << "a correction is not worth an entry";
  now_ = kNoon - 86'400;
  Fill(2);
  const std::vector<std::string> entries = Entries();
  ASSERT_EQ(entries.size(), 5u);
  ASSERT_OK_AND_ASSIGN(const crypto::AuditEntry clock, crypto::DecodeAuditEntry(AsBytes(entries[2])));
  EXPECT_EQ(clock.event, (AuditEvent{"service", "clock", "seconds_back=86400"}));
  EXPECT_EQ(clock.time, kNoon - 86'400);
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(AuditLogTest, AnEventThatCannotBeOneIsRefusedAndNothingIsWritten) {
  ASSERT_OK_AND_ASSIGN(const auto log, Open());
  const absl::Status status = log->Append({Event(1), {"who", "what", "two\nlines"}});
  EXPECT_THAT(status, HasReason(Reason::kFieldLength));
  EXPECT_THAT(std::string(status.message()), ::testing::Not(HasSubstr("lines")));
  EXPECT_EQ(Bytes(), "");
}

TEST_F(AuditLogTest, TheNewestObjectOfAWordIsKnownAfterAStart) {
  Fill(3);
  ASSERT_OK_AND_ASSIGN(const auto log, Open());
  EXPECT_EQ(log->NewestObject("published"), "dataset=2");
  EXPECT_EQ(log->NewestObject("retracted"), "");
  ASSERT_THAT(log->Append({Event(9)}), IsOk());
  EXPECT_EQ(log->NewestObject("published"), "dataset=9");
}

}  // namespace
}  // namespace exposure::storage
