// A directory of a test's own, removed with it: tests run side by side.
#ifndef EXPOSURE_TESTS_SUPPORT_TEMP_DIR_H_
#define EXPOSURE_TESTS_SUPPORT_TEMP_DIR_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace exposure::testing {

class TempDir {
 public:
  TempDir() {
    std::string pattern = std::filesystem::path(::testing::TempDir()) / "exposure-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) {
      ADD_FAILURE() << "Cannot make a directory like " << pattern;
      std::abort();
    }
    path_ = pattern;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  // A path inside it.
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_TEMP_DIR_H_
