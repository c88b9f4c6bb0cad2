#include "server/file_watch.h"

#include <filesystem>
#include <fstream>

#include "tests/support/eventually.h"
#include "tests/support/temp_dir.h"

namespace exposure::server {
namespace {

using testing::Eventually;

TEST(FileWatchTest, NoticesEveryKindOfChange) {
  const testing::TempDir directory;
  const std::string path = directory / "file";
  std::ofstream(path) << "one";
  FileWatch watch({directory / "never", path});
  EXPECT_FALSE(watch.Changed());
  const auto changed = [&watch] { return watch.Changed(); };
  std::ofstream(directory / "new") << "two";
  std::filesystem::rename(directory / "new", path);
  EXPECT_TRUE(Eventually(changed)) << "replaced";
  EXPECT_FALSE(watch.Changed());
  std::ofstream(path) << "longer than before";
  EXPECT_TRUE(Eventually(changed)) << "written";
  std::filesystem::remove(path);
  EXPECT_TRUE(Eventually(changed)) << "removed";
  std::ofstream(path) << "back";
  EXPECT_TRUE(Eventually(changed)) << "made";
}

}  // namespace
}  // namespace exposure::server
