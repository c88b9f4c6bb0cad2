#include "tests/client/core/world.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/support/service_files.h"

namespace exposure::testing {

crypto::RecordContent MakeRecord(std::initializer_list<v1::Category> exposed, uint16_t source_rows) {
  crypto::RecordContent record;
  record.source_rows = source_rows;
  for (const v1::Category category : exposed) {
    record.categories.Set(static_cast<int>(category) - 1, crypto::State::kExposed);
  }
  return record;
}

std::vector<Number> Numbers(std::initializer_list<std::pair<std::string_view, std::string_view>> numbers) {
  std::vector<Number> out;
  for (const auto& [scheme, text] : numbers) {
    const size_t slash = scheme.find('/');
    out.push_back({std::string(scheme.substr(0, slash)), std::string(scheme.substr(slash + 1)), crypto::Secret(text)});
  }
  return out;
}

World::World(int evaluators) {
  for (const char* id : {kMet, kPsni, kNorfolk, kYorkshire}) *service.content.add_incidents() = SampleNotice(id);
  met = service.AddEpoch({FakeService::MakeScheme("met", "pay", 1500, 1, 6)}, 4, 3, evaluators);
  psni = service.AddEpoch({FakeService::MakeScheme("psni", "service", 9483, 0, 6)}, 6, 6, evaluators);
  const auto record = [](int i) {
    return i % 2 == 0 ? MakeRecord({v1::CATEGORY_NAME, v1::CATEGORY_PHOTO}) : MakeRecord({v1::CATEGORY_NAME});
  };
  People met_people, psni_people;
  for (int i = 0; i < 300; ++i) met_people[absl::StrFormat("A%06d", i)] = record(i);
  for (int i = 0; i < 100; ++i) psni_people[absl::StrCat(900000 + i)] = record(i);
  met_dataset = service.AddDataset(met, kMet, "met", "pay", met_people);
  psni_dataset = service.AddDataset(psni, kPsni, "psni", "service", psni_people);
  service.Issue();
}

std::unique_ptr<Lookup> World::MakeLookup(const std::string& state_directory) {
  LookupOptions options;
  options.root = service.root.public_key();
  options.state_directory = state_directory;
  options.clock = [this] { return service.now; };
  options.threads = 2;
  return Lookup::Create(std::make_unique<Liar>(&service, &lies), options).value();
}

absl::StatusOr<Answer> World::Check(std::initializer_list<std::pair<std::string_view, std::string_view>> numbers) {
  return MakeLookup()->Check(Numbers(numbers));
}

const Verdict& VerdictOf(const Answer& answer, std::string_view incident_id) {
  for (const Verdict& verdict : answer.verdicts) {
    if (verdict.notice->incident_id() == incident_id) return verdict;
  }
  static const Verdict none;
  ADD_FAILURE() << "No verdict of " << incident_id;
  return none;
}

std::string KindsOf(const Answer& answer) {
  std::string out;
  for (const Verdict& verdict : answer.verdicts) {
    absl::StrAppend(&out, out.empty() ? "" : " ", verdict.notice->incident_id(), "=",
                    std::string(VerdictWord(verdict.kind)));
  }
  return out;
}

}  // namespace exposure::testing
