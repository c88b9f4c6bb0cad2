// A race on purpose: where ThreadSanitizer does not report it, its silence about the rest means nothing.
#include <cstdio>
#include <latch>

#include "server/work_pool.h"

int main() {
  volatile int unguarded = 0;
  std::latch both_run(2);  // nothing orders what the two do after it
  {
    exposure::server::WorkPool pool(2, 2);
    for (int i = 0; i < 2; ++i) {
      const auto task = [&] {
        both_run.arrive_and_wait();
        // Many times: two accesses at the same instant are not seen.
        for (int k = 0; k < 10000; ++k) unguarded = unguarded + 1;
      };
      if (!pool.Submit(1, task).ok()) return 2;
    }
  }
  std::printf("%d\n", unguarded);
}
