// Scenarios of many people at once: seal and roster.
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/seal/mapping.h"
#include "client/sealer.h"
#include "tests/benchmarks/service/common.h"
#include "tests/benchmarks/service/scenario.h"

namespace exposure::bench {
namespace {

constexpr char kMapping[] = R"(
force: "met" scheme: "pay" key_column: "Pay No" key_category: CATEGORY_PAY_NUMBER
columns { column: "Surname" category: CATEGORY_NAME }
columns { column: "Rank" category: CATEGORY_RANK_OR_GRADE }
columns { column: "Photo ref" category: CATEGORY_PHOTO }
)";
constexpr Arithmetic kOnTwoCores = {.m = kNumberArithmetic.m / 2, .h = kNumberArithmetic.h / 2};
constexpr Arithmetic kLimitOnTwoCores = {
    .m = kNumberLimit.m / 2, .h = kNumberLimit.h / 2, .a = kNumberLimit.a / 2, .d = kNumberLimit.d / 2};

void WriteSource(const std::string& path, uint64_t rows) {
  std::ofstream source(path);
  source << "Pay No,Surname,Rank,Photo ref\n";
  for (uint64_t i = 0; i < rows; ++i) source << PersonNumber(i) << ",Surname" << i << ",Constable,ref-" << i << "\n";
}

// Adds what a number took: time, and CPU of both sides.
void AddNumberCosts(const std::string& what, uint64_t count, double seconds, const Cost& cost, Section& section) {
  const double n = static_cast<double>(count);
  section.figures.push_back({.name = absl::StrCat("time of one ", what),
                             .value = Micro(seconds) / n,
                             .unit = "µs",
                             .arithmetic = kOnTwoCores,
                             .aim = {Aim::Kind::kRatio, 1.3},
                             .limit = {.arithmetic = kLimitOnTwoCores},
                             .floor = cost.floor});
  section.figures.push_back({.name = absl::StrCat("CPU of one ", what, ", client and server"),
                             .value = Micro(cost.server + cost.client) / n,
                             .unit = "µs",
                             .arithmetic = kNumberArithmetic,
                             .aim = {Aim::Kind::kRatio, 1.3},
                             .limit = {.arithmetic = kNumberLimit},
                             .floor = cost.floor});
  section.figures.push_back(
      {.name = absl::StrCat("server CPU of one ", what), .value = Micro(cost.server) / n, .unit = "µs"});
}

// Asks about the people from `first` to before `end`, as `exposure check --each` does; adds those who are listed.
absl::Status CheckSome(Lookup& lookup, uint64_t first, uint64_t end, uint64_t& exposed) {
  std::vector<std::vector<Number>> people;
  for (uint64_t i = first; i < end; ++i) people.push_back(Person(i));
  ASSIGN_OR_RETURN(const std::vector<PersonAnswer> answers, lookup.CheckEach(people, nullptr));
  for (const PersonAnswer& answer : answers) {
    RETURN_IF_ERROR(answer.status());
    exposed += answer->verdicts[0].kind == VerdictKind::kExposed ? 1 : 0;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Section> RunSeal(const Sizes& sizes) {
  Section section;
  section.title = absl::StrCat("Sealing ", Count(sizes.seal_rows), " rows, from the file to the sealed dataset");
  section.rows = "sealed by the client library, over the wire";
  Service service({.population = sizes.seal_rows});
  RETURN_IF_ERROR(service.Start());
  RETURN_IF_ERROR(service.Publish(1'000, Rows::kRandom));  // for the notice
  RETURN_IF_ERROR(service.Grant(sizes.seal_rows));
  SealOptions options;
  options.sources = {service.files().Path("people.csv")};
  options.output = service.files().Path("people.dataset");
  options.incident_id = testing::kTestIncident;
  WriteSource(options.sources[0], sizes.seal_rows);
  ASSIGN_OR_RETURN(options.mapping, ParseMapping("people", kMapping));
  ASSIGN_OR_RETURN(const std::unique_ptr<Transport> transport, MakeGrpcTransport(service.CustodianOptions()));
  CatalogueKeeperOptions keeping;
  keeping.root = service.files().root().public_key();
  keeping.clock = SystemClock();
  ASSIGN_OR_RETURN(const std::unique_ptr<CatalogueKeeper> keeper, CatalogueKeeper::Create(transport.get(), keeping));
  ASSIGN_OR_RETURN(crypto::SigningKey custodian, crypto::SigningKey::Decode(service.files().custodian().Reveal()));
  ASSIGN_OR_RETURN(const std::unique_ptr<Sealer> sealer,
                   Sealer::Create(transport.get(), keeper.get(), std::move(custodian), SystemClock()));

  absl::StatusOr<SealResult> sealed;
  const double begin = WallSeconds();
  const Cost cost = service.Measure([&] { sealed = sealer->Seal(options); });
  const double seconds = WallSeconds() - begin;
  RETURN_IF_ERROR(sealed.status());
  AddNumberCosts("row", sizes.seal_rows, seconds, cost, section);
  section.figures.push_back({.name = "rows sealed",
                             .value = static_cast<double>(sizes.seal_rows) / seconds,
                             .unit = "/s",
                             .aim = {Aim::Kind::kLeast, 2800}});
  RETURN_IF_ERROR(service.Stop());
  return section;
}

absl::StatusOr<Section> RunRoster(const Sizes& sizes) {
  Section section;
  const Rows kind = sizes.KindOf(sizes.seal_rows);
  section.title =
      absl::StrCat("A roster of ", Count(sizes.roster), " numbers against ", Count(sizes.seal_rows), " rows");
  section.rows = RowsText(kind);
  Service service({.population = sizes.seal_rows});
  RETURN_IF_ERROR(service.Start());
  RETURN_IF_ERROR(service.Publish(sizes.seal_rows, kind));
  ASSIGN_OR_RETURN(const std::unique_ptr<Lookup> lookup, ConnectLookup(service, service.files().Path("state")));

  uint64_t exposed = 0;
  absl::Status status;
  const double begin = WallSeconds();
  const Cost cost = service.Measure([&] {
    for (uint64_t first = 0; first < sizes.roster && status.ok(); first += kMostPeopleAtOnce) {
      status = CheckSome(*lookup, first, std::min(sizes.roster, first + kMostPeopleAtOnce), exposed);
    }
  });
  const double seconds = WallSeconds() - begin;
  RETURN_IF_ERROR(status);
  const uint64_t listed = kind == Rows::kHonest ? std::min(sizes.roster, sizes.seal_rows) : 0;
  if (exposed != listed) return absl::InternalError(absl::StrCat(exposed, " people were found instead of ", listed));
  AddNumberCosts("number", sizes.roster, seconds, cost, section);
  section.figures.push_back({.name = "the whole roster", .value = seconds, .unit = "s", .aim = {Aim::Kind::kMost, 60}});
  RETURN_IF_ERROR(service.Stop());
  return section;
}

}  // namespace exposure::bench
