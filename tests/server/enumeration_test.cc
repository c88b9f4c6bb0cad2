// A day of enumeration through each consumer, with restarts, against a first night and a helpdesk's day.
#include <filesystem>
#include <map>
#include <random>

#include "base/file.h"
#include "server/enumeration_alarm.h"
#include "tests/server/quota_world.h"

namespace exposure::server {
namespace {

using testing::IsOk;
using testing::kMidnight;
using testing::QuotaWorld;

constexpr uint64_t kPeople = 47'000;
constexpr uint64_t kDayBudget = 2 * kPeople;

// Asks many questions at once, as an application does; counts what is answered.
class Crowd {
 public:
  explicit Crowd(QuotaWorld& world) : world_(world) {}
  ~Crowd() { Wait(); }

  void Ask(const std::string& kind, uint64_t person, size_t elements) {
    asked_.push_back(world_.Question(kind, person, elements));
    answers_.push_back(world_.Begin(asked_.back().first, asked_.back().second));
    if (answers_.size() == 256) Wait();
  }
  void Wait() {
    for (size_t i = 0; i < answers_.size(); ++i) {
      if (answers_[i].get().ok()) learned_ += asked_[i].second.size() / 32;
    }
    answers_.clear();
    asked_.clear();
  }
  uint64_t learned() const { return learned_; }

 private:
  QuotaWorld& world_;
  std::vector<std::pair<QuotaCall, std::string>> asked_;
  std::vector<std::future<absl::Status>> answers_;
  uint64_t learned_ = 0;
};

struct Attack {
  const char* name;
  const char* consumer;
  size_t elements;      // of each call
  int calls;            // of each subject, an hour
  uint64_t subjects;    // in use at once; 0: the caller's own batches
  bool invents_others;  // each hour
};

class EnumerationTest : public ::testing::TestWithParam<Attack> {};

TEST_P(EnumerationTest, LearnsAtMostTheBudgetAndRaisesTheAlarmBeforeATenthOfIt) {
  const Attack attack = GetParam();
  QuotaWorld world(kPeople, kMidnight);
  uint64_t learned = 0;
  uint64_t at_alarm = UINT64_MAX;
  for (uint64_t hour = 0; hour < 24; ++hour) {
    Crowd crowd(world);
    for (uint64_t s = 0; s < std::max<uint64_t>(attack.subjects, 1); ++s) {
      const uint64_t person = attack.subjects == 0 ? 0 : 1 + s + (attack.invents_others ? hour * attack.subjects : 0);
      for (int call = 0; call < attack.calls; ++call) {
        crowd.Ask(attack.consumer, person, attack.elements);
        if (at_alarm != UINT64_MAX || (call % 16 != 0 && attack.subjects != 0)) continue;
        crowd.Wait();
        if (!world.alarms().empty()) at_alarm = learned + crowd.learned();
      }
    }
    crowd.Wait();
    learned += crowd.learned();
    world.now_ += 3600;
    if (hour % 6 == 2) world.Restart();
  }
  EXPECT_GT(learned, kDayBudget / 50) << "the attack was one";
  EXPECT_LE(learned, kDayBudget);
  EXPECT_LT(at_alarm, kDayBudget / 10);
  world.now_ -= 1;  // still this day
  world.Restart();
  std::map<std::string, int> raised;
  for (const v1::QuotaAlarm& alarm : world.alarms()) ++raised[alarm.shape().substr(alarm.shape().find(' '))];
  for (const auto& [shape, times] : raised) EXPECT_EQ(times, 1) << shape;
}

INSTANTIATE_TEST_SUITE_P(All, EnumerationTest,
                         ::testing::Values(Attack{"portal_each_subject_to_its_limit", "portal", 4, 12, 100, true},
                                           Attack{"portal_one_number_a_call", "portal", 1, 60, 50, true},
                                           Attack{"portal_invented_subjects", "portal", 4, 1, 1000, true},
                                           Attack{"portal_batches", "portal", 1024, 48, 0, false},
                                           Attack{"helpdesk_each_agent_to_its_limit", "helpdesk", 4, 60, 10, false},
                                           Attack{"helpdesk_one_number_a_call", "helpdesk", 1, 90, 5, false},
                                           Attack{"helpdesk_invented_agents", "helpdesk", 1, 1, 300, true},
                                           Attack{"mobile_each_subject_to_its_limit", "mobile", 4, 6, 200, true},
                                           Attack{"mobile_invented_subjects", "mobile", 4, 1, 1000, true}),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(FirstNightTest, EverybodyAsksTwiceAndNoAlarmIsRaised) {
  QuotaWorld world(kPeople, kMidnight + 3600);
  std::mt19937 random(7);
  Crowd crowd(world);
  for (int round = 0; round < 2; ++round) {
    for (uint64_t person = 1; person <= kPeople; ++person) {
      crowd.Ask(person % 3 == 0 ? "mobile" : "portal", person, 1 + random() % 2);
      if (person % 4 == 0) world.now_ += 1;
    }
  }
  crowd.Wait();
  EXPECT_GT(crowd.learned(), kDayBudget * 8 / 10) << "it was a first night";
  EXPECT_TRUE(world.alarms().empty()) << world.alarms()[0].shape();
}

TEST(HelpdeskDayTest, SixtyAnHourAnAgentRaiseNoAlarm) {
  QuotaWorld world(kPeople, kMidnight + 8 * 3600);
  std::mt19937 random(7);
  Crowd crowd(world);
  for (int minute = 0; minute < 8 * 60; ++minute, world.now_ += 60) {
    for (uint64_t agent = 1; agent <= 10; ++agent) crowd.Ask("helpdesk", agent, 1 + random() % 2);
    crowd.Wait();
  }
  EXPECT_GT(crowd.learned(), 6'500U);
  EXPECT_TRUE(world.alarms().empty()) << world.alarms()[0].shape();
}

TEST(EnumerationAlarmTest, AMimicIsSeenWhenThereAreMoreSubjectsThanPeople) {
  const DayNormal normal{.budget = kDayBudget, .numbers_per_question = 4, .most_subjects = kPeople};
  EXPECT_TRUE(Suspicions({.elements = kPeople, .calls = kPeople, .subjects = kPeople}, normal).empty());
  const auto found = Suspicions({.elements = kPeople + 1, .calls = kPeople + 1, .subjects = kPeople + 1}, normal);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, "subjects");
}

TEST(EnumerationAlarmTest, FewCallsRaiseNothing) {
  const DayNormal normal{.budget = 300, .numbers_per_question = 4, .most_subjects = 1};
  EXPECT_TRUE(Suspicions({.elements = 50, .batches = 50, .calls = 12, .subjects = 12, .beyond = 50}, normal).empty());
  EXPECT_EQ(Suspicions({.elements = 51, .batches = 51, .calls = 12, .subjects = 12, .beyond = 51}, normal).size(), 4U);
}

TEST(EnumerationAlarmTest, ACrowdDoesNotHideASubjectThatAsksTooMuch) {
  const DayNormal normal{.budget = kDayBudget, .numbers_per_question = 4, .most_subjects = kPeople};
  const DayShape shape{.elements = 60'000, .calls = 40'000, .subjects = 20'000, .beyond = kDayBudget / 25 + 1};
  const auto found = Suspicions(shape, normal);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, "beyond-usual");
}

TEST(QuotaStoreTest, HoldsNeitherSubjectsNorElementsNorTokens) {
  QuotaWorld world;
  auto [call, blinded] = world.Question("portal", 1, 2);
  const std::string subject = "a person's secret";
  call.subject = *ToArray<16>(subject.substr(0, 16));
  call.idempotency = *ToArray<16>(std::string_view("a token, used up"));
  blinded = "thirty-two bytes of one element.thirty-two bytes of two elements";
  blinded.resize(64, '.');
  ASSERT_THAT(world.Begin(call, blinded).get(), IsOk());
  bool searched = false;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(world.directory())) {
    if (!entry.is_regular_file()) continue;
    ASSERT_OK_AND_ASSIGN(const std::string bytes, ReadFile(entry.path()));
    searched |= bytes.find("consumer/portal") != std::string::npos;
    EXPECT_EQ(bytes.find(subject.substr(0, 8)), std::string::npos);
    EXPECT_EQ(bytes.find("a token,"), std::string::npos);
    EXPECT_EQ(bytes.find("thirty-t"), std::string::npos);
  }
  EXPECT_TRUE(searched);
}

}  // namespace
}  // namespace exposure::server
