#include "client/seal/number_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "base/file.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

using testing::HasReason;
using testing::IsOk;
using testing::TempDir;

TEST(NumberFileTest, IsForItsOwnerOnly) {
  const TempDir dir;
  const std::string path = dir / "q.csv";
  ASSERT_THAT(WriteFileAtomically(path, "text", 0600), IsOk());
  EXPECT_EQ(*ReadNumberFile(path), "text");
  for (const mode_t mode : {0640, 0604, 0660}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    EXPECT_THAT(ReadNumberFile(path), HasReason(Reason::kKeyFile));
  }
  EXPECT_THAT(ReadNumberFile(dir / "missing"), HasReason(Reason::kKeyFile));
}

}  // namespace
}  // namespace exposure
