// The four incidents of the samples with two small datasets, and lookups against them.
#ifndef EXPOSURE_TESTS_CLIENT_CORE_WORLD_H_
#define EXPOSURE_TESTS_CLIENT_CORE_WORLD_H_

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/lookup.h"
#include "tests/support/fake_service.h"

namespace exposure::testing {

inline constexpr char kMet[] = "met-2023-supplier";
inline constexpr char kPsni[] = "psni-2023-foi";
inline constexpr char kNorfolk[] = "norfolk-suffolk-2023-foi";
inline constexpr char kYorkshire[] = "south-yorkshire-2023-footage";

crypto::RecordContent MakeRecord(std::initializer_list<v1::Category> exposed, uint16_t source_rows = 1);

// {"met/pay", "A123456"} as a person's question.
std::vector<Number> Numbers(std::initializer_list<std::pair<std::string_view, std::string_view>> numbers);

// met/pay: 1,500 people, B = 4, fetch_bits = 3, 300 sealed: A000000 … A000299. psni/service: 9,483 people, B = 6,
// fetch_bits = 6, 100 sealed: 900000 … 900099. Everybody's name is exposed; of even ones the photo too.
struct World {
  explicit World(int evaluators = 1);

  // A lookup that has no memory unless a directory is given, through the liar.
  std::unique_ptr<Lookup> MakeLookup(const std::string& state_directory = "");
  absl::StatusOr<Answer> Check(std::initializer_list<std::pair<std::string_view, std::string_view>> numbers);

  FakeService service;
  Lies lies;
  crypto::EpochId met{}, psni{};
  crypto::DatasetId met_dataset{}, psni_dataset{};
};

const Verdict& VerdictOf(const Answer& answer, std::string_view incident_id);

// {kMet: "EXPOSED", …} as one line: "met-2023-supplier=EXPOSED …".
std::string KindsOf(const Answer& answer);

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_CLIENT_CORE_WORLD_H_
