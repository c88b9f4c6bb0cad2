// A process of its own for tests that end one or need a second one. Prints a
// line for what it is about to do and for what was acknowledged.
//   storage_worker hold DIRECTORY          keeps the records in use until its
//   input ends storage_worker churn DIRECTORY NOW     publishes, replaces and
//   retracts until it is killed storage_worker live DIRECTORY STEP     one
//   whole life, on a disk that crashes at the step, torn where it is odd
//   storage_worker charge DIRECTORY STEP   likewise, days of a quota ledger
#include <unistd.h>

#include <cstdio>
#include <string>

#include "storage/quota_ledger.h"
#include "tests/storage/fault_env.h"
#include "tests/storage/publisher_helpers.h"

namespace exposure::storage {
namespace {

using testing::BuiltDataset;
using testing::TestForce;

void Say(const std::string& line) {
  const std::string out = line + "\n";
  if (write(STDOUT_FILENO, out.data(), out.size()) != static_cast<ssize_t>(out.size())) _exit(3);
}

int Hold(const std::string& directory) {
  const auto store = OpenStore(directory);
  Say(store.ok() ? "held" : "refused");
  char byte;
  return read(STDIN_FILENO, &byte, 1) < 0 ? 1 : 0;
}

// The variant of the one dataset that is listed; 0: none.
int Listed(const Service& service, const TestForce& force) {
  for (int variant = 1; variant <= 4; ++variant) {
    if (service.Lists(force.Build({.variant = static_cast<uint8_t>(variant)}).id())) return variant;
  }
  return 0;
}

absl::Status Upload(Publisher& publisher, const BuiltDataset& dataset, int variant) {
  const crypto::DatasetHead& head = dataset.head;
  ASSIGN_OR_RETURN(const BegunUpload begun, publisher.BeginUpload(head.manifest_bytes, head.signature, head.details));
  Say("uploading " + std::to_string(variant));
  for (uint64_t held = begun.state.held; held < begun.state.size;) {
    const std::string bytes = dataset.file.substr(held, 4000);
    ASSIGN_OR_RETURN(const UploadState state, publisher.Append(dataset.id(), held, AsBytes(bytes)));
    held = state.held;
    Say("held " + std::to_string(held));
  }
  return absl::OkStatus();
}

// One dataset after another, each replacing the one before; every third is
// retracted.
absl::Status Churn(const std::string& directory, uint64_t now) {
  const TestForce force;
  ASSIGN_OR_RETURN(Service service, Service::Open(directory, force.configured(), now));
  Publisher& publisher = *service.publisher;
  if (publisher.Current()->content.message().incidents_size() == 0) {
    RETURN_IF_ERROR(publisher.PublishNotice(TestForce::Notice()).status());
  }
  int listed = Listed(service, force);
  Say("listed " + std::to_string(listed));
  for (int cycle = 0; cycle < 10; ++cycle) {
    const int variant = listed % 4 + 1;
    const BuiltDataset dataset = force.Build({.variant = static_cast<uint8_t>(variant)});
    RETURN_IF_ERROR(Upload(publisher, dataset, variant));
    std::optional<crypto::DatasetId> replaces;
    if (listed != 0) replaces = force.Build({.variant = static_cast<uint8_t>(listed)}).id();
    Say("listing " + std::to_string(variant));
    RETURN_IF_ERROR(publisher.Publish(dataset.id(), replaces, {}).status());
    listed = variant;
    Say("listed " + std::to_string(listed));
    now += kPreviousServed;
    RETURN_IF_ERROR(publisher.Tick());
    if (cycle % 3 == 2) {
      Say("listing 0");
      RETURN_IF_ERROR(publisher.Retract(dataset.id()).status());
      listed = 0;
      Say("listed 0");
    }
  }
  return absl::OkStatus();
}

// Notice, upload, publication, replacement, removal, retraction. Says the hash
// of each content that was acknowledged.
absl::Status Live(const std::string& directory, uint64_t crash_at) {
  FaultEnv disk;
  disk.files().CrashAt(crash_at, crash_at % 2 == 1);
  const TestForce force;
  const BuiltDataset first = force.Build();
  const BuiltDataset second = force.Build({.variant = 2});
  uint64_t now = kTestNow;
  ASSIGN_OR_RETURN(Service service, Service::Open(directory, force.configured(), now, {}, disk.env()));
  Publisher& publisher = *service.publisher;
  const auto acknowledge = [&] { Say("content " + ToHex(publisher.Current()->header.content_hash)); };
  acknowledge();
  RETURN_IF_ERROR(publisher.PublishNotice(TestForce::Notice()).status());
  acknowledge();
  RETURN_IF_ERROR(Upload(publisher, first, 1));
  RETURN_IF_ERROR(publisher.Publish(first.id(), std::nullopt, {}).status());
  acknowledge();
  RETURN_IF_ERROR(Upload(publisher, second, 2));
  RETURN_IF_ERROR(publisher.Publish(second.id(), first.id(), {}).status());
  acknowledge();
  now += kPreviousServed;
  RETURN_IF_ERROR(publisher.Tick());
  RETURN_IF_ERROR(publisher.Retract(second.id()).status());
  acknowledge();
  Say("steps " + std::to_string(disk.files().steps()));
  return absl::OkStatus();
}

// Charges one account on three days. Says the day of each charge that was answered.
absl::Status ChargeDays(const std::string& directory, uint64_t crash_at) {
  FaultEnv disk;
  disk.files().CrashAt(crash_at, crash_at % 2 == 1);
  uint64_t now = kTestNow;
  ASSIGN_OR_RETURN(const auto ledger, QuotaLedger::Open({directory, [&now] { return now; }, disk.env()}));
  for (int i = 0; i < 9; ++i, now += kSecondsOfDay / 3) {
    const Charge charge = {DayDraw{.name = {"a"}, .amount = 1}, DayDraw{.name = {"a", "person"}, .amount = 1}};
    RETURN_IF_ERROR(ledger->Make({&charge, 1}).status());
    Say(std::to_string(now / kSecondsOfDay));
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace exposure::storage

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string what = argv[1];
  if (what == "hold") return exposure::storage::Hold(argv[2]);
  const uint64_t number = std::stoull(argv[3]);
  const absl::Status status = what == "live"     ? exposure::storage::Live(argv[2], number)
                              : what == "charge" ? exposure::storage::ChargeDays(argv[2], number)
                                                 : exposure::storage::Churn(argv[2], number);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
