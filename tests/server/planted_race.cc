// A race on purpose: where ThreadSanitizer does not report it, its silence about the rest means nothing.
#include <cstdio>

#include "server/work_pool.h"

int main() {
  int unguarded = 0;
  {
    exposure::server::WorkPool pool(2, 1000);
    for (int i = 0; i < 1000; ++i) {
      if (!pool.Submit(1, [&unguarded] { ++unguarded; }).ok()) return 2;
    }
  }
  std::printf("%d\n", unguarded);
}
