// A race on purpose: where ThreadSanitizer does not report it, its silence about the rest means nothing. Planted many
// times: two accesses at one instant are not seen.
#include <cstdio>
#include <latch>

#include "server/work_pool.h"

int main() {
  int unguarded = 0;
  for (int round = 0; round < 50; ++round) {
    std::latch both_run(2);  // nothing orders what the two do after it
    exposure::server::WorkPool pool(2, 2);
    for (int i = 0; i < 2; ++i) {
      const auto task = [&] {
        both_run.arrive_and_wait();
        ++unguarded;
      };
      if (!pool.Submit(1, task).ok()) return 2;
    }
  }
  std::printf("%d\n", unguarded);
}
