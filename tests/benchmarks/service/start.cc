#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "tests/benchmarks/service/common.h"
#include "tests/benchmarks/service/questions.h"
#include "tests/benchmarks/service/scenario.h"

namespace exposure::bench {

absl::StatusOr<Section> RunStart(const Sizes& sizes) {
  Section section;
  section.title = absl::StrCat("Start with ", Count(sizes.rows), " rows, ", sizes.starts, " times");
  section.rows = RowsText(Rows::kRandom);
  Service service({.population = sizes.rows});
  RETURN_IF_ERROR(service.Start());
  RETURN_IF_ERROR(service.Publish(sizes.rows, Rows::kRandom));
  std::vector<double> seconds;
  std::vector<double> idle;
  for (int i = 0; i < sizes.starts; ++i) {
    RETURN_IF_ERROR(service.Stop());
    RETURN_IF_ERROR(service.Start());
    seconds.push_back(service.start_seconds());
    idle.push_back(MemoryOf(service.pid()).resident);
    Questions questions(service);
    RETURN_IF_ERROR(questions.Prepare());
    RETURN_IF_ERROR(questions.Fetch(0));
  }
  section.figures.push_back({.name = "start to serving, the median",
                             .value = MedianOf(seconds) * 1e3,
                             .unit = "ms",
                             .aim = {Aim::Kind::kMost, 300}});
  section.figures.push_back({.name = "idle memory, the most",
                             .value = *std::max_element(idle.begin(), idle.end()),
                             .unit = "MiB",
                             .aim = {Aim::Kind::kMost, 60}});
  RETURN_IF_ERROR(service.Stop());
  return section;
}

}  // namespace exposure::bench
