// A gate over a ledger on disk, two live epochs of two forces, and a clock that is turned by hand.
#ifndef EXPOSURE_TESTS_SERVER_QUOTA_WORLD_H_
#define EXPOSURE_TESTS_SERVER_QUOTA_WORLD_H_

#include <google/protobuf/text_format.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/quota_gate.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure::testing {

inline constexpr crypto::EpochId kMetEpoch = {1};
inline constexpr crypto::EpochId kPsniEpoch = {2};
inline constexpr crypto::EpochId kOldEpoch = {3};  // retired
inline constexpr uint64_t kMidnight = 20'834 * storage::kSecondsOfDay;

class QuotaWorld {
 public:
  explicit QuotaWorld(uint64_t population = 47'000, uint64_t now = kMidnight + 9 * 3600) : now_(now) {
    settings_ = Parse(
        "access { callers { name: 'consumer/portal' forces: 'met' limits: 'portal' }"
        " callers { name: 'consumer/helpdesk' forces: 'met' limits: 'helpdesk' }"
        " callers { name: 'consumer/mobile' forces: 'met' limits: 'mobile' }"
        " callers { name: 'consumer/both' forces: 'met' forces: 'psni' limits: 'own' }"
        " callers { name: 'custodian/met' forces: 'met' } }"
        " quotas { limits { name: 'own' subject { per_hour: 10 burst: 2 per_day: 3 } caller { per_day: 5 } } }");
    AddEpoch(kMetEpoch, "met", population, v1::EPOCH_STATE_LIVE);
    AddEpoch(kPsniEpoch, "psni", 9'483, v1::EPOCH_STATE_LIVE);
    AddEpoch(kOldEpoch, "met", population, v1::EPOCH_STATE_RETIRED);
    Restart();
  }

  static config::v1::ServerConfig Parse(const std::string& text) {
    config::v1::ServerConfig settings;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &settings));
    return settings;
  }

  server::QuotaPolicy policy() const { return {settings_, content_}; }

  void Restart() {
    gate_.reset();
    auto ledger = storage::QuotaLedger::Open({dir_ / "evaluator", [this] { return now_.load(); }});
    ASSERT_THAT(ledger, IsOk());
    auto gate = server::QuotaGate::Create(policy(), *std::move(ledger),
                                          [this](const v1::QuotaAlarm& alarm) { alarms_.push_back(alarm); });
    ASSERT_THAT(gate, IsOk());
    gate_ = *std::move(gate);
  }

  static server::Caller CallerOf(const std::string& name) {
    server::Caller caller;
    caller.name = name;
    caller.role = name == "local"               ? config::v1::CALLER_ROLE_LOCAL
                  : name.substr(0, 4) == "cust" ? config::v1::CALLER_ROLE_CUSTODIAN
                                                : config::v1::CALLER_ROLE_CONSUMER;
    return caller;
  }
  // Of person number `person`; 0: the caller's own batch.
  static ByteArray<16> Subject(uint64_t person) {
    ByteArray<16> subject = {};
    StoreBigEndian(person, subject.data());
    return subject;
  }

  // A question with a token and elements of its own.
  std::pair<server::QuotaCall, std::string> Question(const std::string& kind, uint64_t person, size_t elements) {
    std::pair<server::QuotaCall, std::string> question;
    auto& [call, blinded] = question;
    blinded.assign(32 * elements, '\x01');
    call.caller = CallerOf("consumer/" + kind);
    call.epoch = kMetEpoch;
    call.subject = Subject(person);
    StoreBigEndian(++tokens_, call.idempotency.data());
    return question;
  }
  std::future<absl::Status> Begin(server::QuotaCall call, const std::string& blinded) {
    auto promise = std::make_shared<std::promise<absl::Status>>();
    call.blinded = AsBytes(blinded);
    gate_->Charge(call, [promise](const absl::Status& status) { promise->set_value(status); });
    return promise->get_future();
  }
  absl::Status Ask(const std::string& kind, uint64_t person, size_t elements) {
    const auto [call, blinded] = Question(kind, person, elements);
    return Begin(call, blinded).get();
  }
  uint64_t ElementsOf(const std::string& kind) {
    const auto usage = gate_->Usage();
    EXPECT_THAT(usage, IsOk());
    for (const v1::CallerUsage& caller : usage->callers()) {
      if (caller.caller() == "consumer/" + kind && caller.epoch_id() == ToString(kMetEpoch)) return caller.elements();
    }
    return 0;
  }

  server::QuotaGate& gate() { return *gate_; }
  const std::vector<v1::QuotaAlarm>& alarms() const { return alarms_; }  // look when nothing is being asked
  std::string directory() const { return dir_ / "evaluator"; }
  std::atomic<uint64_t> now_;

 private:
  void AddEpoch(const crypto::EpochId& id, const std::string& force, uint64_t population, v1::EpochState state) {
    v1::Epoch* epoch = content_.add_epochs();
    epoch->set_epoch_id(ToString(id));
    epoch->set_state(state);
    v1::Scheme* scheme = epoch->add_schemes();
    scheme->set_force(force);
    scheme->set_population(population);
  }

  TempDir dir_;
  config::v1::ServerConfig settings_;
  v1::CatalogueContent content_;
  uint64_t tokens_ = 0;
  std::vector<v1::QuotaAlarm> alarms_;
  std::unique_ptr<server::QuotaGate> gate_;  // last: it ends before what it uses
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SERVER_QUOTA_WORLD_H_
