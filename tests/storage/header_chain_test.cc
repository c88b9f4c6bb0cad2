// The chain file: what was signed, outside of the data directory.
#include "storage/header_chain.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/file.h"
#include "crypto/bodies.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;

Headers MakeChain(uint64_t versions) {
  Headers headers;
  for (uint64_t version = 1; version <= versions; ++version) {
    crypto::CatalogueHeader header;
    header.version = version;
    if (version > 1) header.previous = crypto::HeaderHash(AsBytes(headers.at(version - 1)));
    headers.emplace(version, ToString(crypto::Encode(header)));
  }
  return headers;
}

class HeaderChainTest : public ::testing::Test {
 protected:
  absl::StatusOr<HeaderChain> Read() const { return HeaderChain::Read(path_); }

  TempDir dir_;
  const std::string path_ = dir_ / "chain";
};

TEST_F(HeaderChainTest, WhatWasAddedIsReadAgain) {
  ASSERT_OK_AND_ASSIGN(HeaderChain chain, Read());
  EXPECT_EQ(chain.newest(), 0u);
  ASSERT_THAT(chain.Add(MakeChain(2)), IsOk());
  ASSERT_THAT(chain.Add(MakeChain(5)), IsOk());
  ASSERT_OK_AND_ASSIGN(chain, Read());
  EXPECT_EQ(chain.headers(), MakeChain(5));
  EXPECT_EQ(chain.newest(), 5u);
  struct stat st {};
  ASSERT_EQ(stat(path_.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0600u);
}

TEST_F(HeaderChainTest, WhatItHasIsNotWrittenAgain) {
  ASSERT_OK_AND_ASSIGN(HeaderChain chain, Read());
  ASSERT_THAT(chain.Add(MakeChain(2)), IsOk());
  std::filesystem::remove(path_);
  ASSERT_THAT(chain.Add(MakeChain(1)), IsOk());
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(HeaderChainTest, WhatCouldNotBeWrittenIsWrittenTheNextTime) {
  ASSERT_OK_AND_ASSIGN(HeaderChain chain, HeaderChain::Read(dir_ / "missing/chain"));
  EXPECT_THAT(chain.Add(MakeChain(2)), HasReason(Reason::kFileError));
  std::filesystem::create_directory(dir_ / "missing");
  ASSERT_THAT(chain.Add(MakeChain(2)), IsOk());
  ASSERT_OK_AND_ASSIGN(chain, HeaderChain::Read(dir_ / "missing/chain"));
  EXPECT_EQ(chain.newest(), 2u);
}

TEST_F(HeaderChainTest, AGapIsKept) {
  Headers headers = MakeChain(5);
  headers.erase(3);
  EXPECT_TRUE(IsChain(headers));
  ASSERT_OK_AND_ASSIGN(HeaderChain chain, Read());
  ASSERT_THAT(chain.Add(headers), IsOk());
  ASSERT_OK_AND_ASSIGN(chain, Read());
  EXPECT_EQ(chain.headers(), headers);
}

TEST_F(HeaderChainTest, WhatIsNoChainIsRefused) {
  const Headers good = MakeChain(3);
  Headers broken = good;
  broken.at(2)[20] ^= 1;
  EXPECT_FALSE(IsChain(broken));
  Headers misplaced;
  misplaced.emplace(7, good.at(2));
  EXPECT_FALSE(IsChain(misplaced));
  for (const std::string& bytes : {good.at(1) + good.at(2).substr(1), good.at(2) + good.at(1), good.at(1) + good.at(1),
                                   broken.at(2) + broken.at(3), std::string(crypto::kHeaderSize, 'x')}) {
    ASSERT_THAT(WriteFileAtomically(path_, bytes, 0600), IsOk());
    EXPECT_THAT(Read(), HasReason(Reason::kCorruptRecords));
  }
}

}  // namespace
}  // namespace exposure::storage
