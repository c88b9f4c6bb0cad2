// A signer whose directory was restored: it signs nothing until it is given what clients have seen, and goes on from
// there without a fork.
#include "storage/restored.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/storage/publisher_helpers.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;
namespace fs = std::filesystem;

class RestoredTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<LocalSigner>> Open() {
    return OpenSigner(dir_.path(), [] { return kTestNow; });
  }
  // Signs, each time something else.
  crypto::SignedCatalogue Sign(int times) {
    const auto signer = Open().value();
    crypto::SignedCatalogue last;
    for (int i = 0; i < times; ++i) last = signer->Sign("content " + std::to_string(++signed_)).value();
    return last;
  }
  void Backup() { fs::copy(dir_ / "catalogue", dir_ / "backup", fs::copy_options::recursive); }
  void Restore() {
    fs::remove_all(dir_ / "catalogue");
    fs::copy(dir_ / "backup", dir_ / "catalogue", fs::copy_options::recursive);
  }
  absl::Status Accept(const crypto::SignedCatalogue& newest, const crypto::SigningKey& own = TestKeys::Online()) {
    ASSIGN_OR_RETURN(const auto store, CatalogueStore::Open(dir_ / "catalogue"));
    ASSIGN_OR_RETURN(HeaderChain chain, HeaderChain::Read(dir_ / "chain"));
    return AcceptNewest(newest, own.public_key(), *store, chain);
  }
  // Three versions, a backup, three more, the backup again. Returns the newest that was seen.
  crypto::SignedCatalogue RestoreAnOldCopy() {
    Sign(3);
    Backup();
    const crypto::SignedCatalogue newest = Sign(3);
    Restore();
    return newest;
  }
  static crypto::TrustState Known(const std::string& header) {
    return {crypto::DecodeHeader(AsBytes(header))->version, crypto::HeaderHash(AsBytes(header)), 1};
  }
  // As a client that saw `known` last takes what is signed next.
  absl::Status NextIsTakenAfter(const std::string& known) {
    ASSIGN_OR_RETURN(const auto signer, Open());
    ASSIGN_OR_RETURN(const crypto::SignedCatalogue next, signer->Sign("next"));
    const crypto::TrustState trust = Known(known);
    ASSIGN_OR_RETURN(const std::vector<std::string> headers, signer->HeadersAfter(trust.version, 100));
    ASSIGN_OR_RETURN(const auto delegation, crypto::DecodeDelegation(AsBytes(next.delegation)));
    return crypto::CheckChain(trust, headers, AsBytes(next.header), delegation).status();
  }

  TempDir dir_;
  int signed_ = 0;
};

TEST_F(RestoredTest, AnOldCopySignsNothingAndStillShowsWhatItHas) {
  RestoreAnOldCopy();
  ASSERT_OK_AND_ASSIGN(const auto signer, Open());
  EXPECT_THAT(signer->CanSign(), HasReason(Reason::kSignerBehind));
  EXPECT_THAT(signer->Sign("other"), HasReason(Reason::kSignerBehind));
  EXPECT_THAT(signer->Sign("content 3"), HasReason(Reason::kSignerBehind)) << "not even what it has, issued again";
  ASSERT_OK_AND_ASSIGN(const auto newest, signer->Newest());
  EXPECT_EQ(newest->content, "content 3");
}

TEST_F(RestoredTest, GivenTheNewestItGoesOnWithoutAFork) {
  ASSERT_OK_AND_ASSIGN(auto signer, Open());
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue first, signer->Sign("first"));
  signer.reset();
  const crypto::SignedCatalogue newest = RestoreAnOldCopy();
  ASSERT_THAT(Accept(newest), IsOk());
  ASSERT_OK_AND_ASSIGN(signer, Open());
  EXPECT_THAT(signer->CanSign(), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto held, signer->Newest());
  EXPECT_EQ(held->content, newest.content);
  EXPECT_EQ(held->header, newest.header);
  signer.reset();
  EXPECT_THAT(NextIsTakenAfter(newest.header), IsOk());
  EXPECT_THAT(NextIsTakenAfter(first.header), IsOk()) << "the headers in between come from the chain file";
}

TEST_F(RestoredTest, AnEmptyDirectoryIsFilledFromTheChain) {
  ASSERT_OK_AND_ASSIGN(auto signer, Open());
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue first, signer->Sign("first"));
  signer.reset();
  const crypto::SignedCatalogue newest = Sign(2);
  fs::remove_all(dir_ / "catalogue");
  ASSERT_OK_AND_ASSIGN(signer, Open());
  EXPECT_THAT(signer->Sign("first"), HasReason(Reason::kSignerBehind));
  signer.reset();
  ASSERT_THAT(Accept(newest), IsOk());
  EXPECT_THAT(NextIsTakenAfter(first.header), IsOk());
}

TEST_F(RestoredTest, WithoutItsChainFileItAsks) {
  const crypto::SignedCatalogue newest = Sign(2);
  fs::remove(dir_ / "chain");
  ASSERT_OK_AND_ASSIGN(auto signer, Open());
  EXPECT_THAT(signer->Sign("other"), HasReason(Reason::kSignerBehind));
  EXPECT_FALSE(fs::exists(dir_ / "chain")) << "it would say the next time that nothing is missing";
  signer.reset();
  ASSERT_THAT(Accept(newest), IsOk());
  EXPECT_THAT(NextIsTakenAfter(newest.header), IsOk());
}

TEST_F(RestoredTest, WhereHeadersAreLostWhoSawTheNewestIsServed) {
  const crypto::SignedCatalogue newest = RestoreAnOldCopy();
  ASSERT_OK_AND_ASSIGN(HeaderChain chain, HeaderChain::Read(dir_ / "chain"));
  const std::string lost = chain.headers().at(4);
  fs::remove(dir_ / "chain");
  ASSERT_THAT(Accept(newest), IsOk());
  EXPECT_THAT(NextIsTakenAfter(newest.header), IsOk());
  EXPECT_THAT(NextIsTakenAfter(lost), HasReason(Reason::kCatalogueForked));
}

TEST_F(RestoredTest, ACrashBetweenStoreAndChainIsNoRestore) {
  Sign(1);
  fs::copy(dir_ / "chain", dir_ / "chain of before");
  const crypto::SignedCatalogue newest = Sign(1);
  fs::rename(dir_ / "chain of before", dir_ / "chain");
  EXPECT_THAT(NextIsTakenAfter(newest.header), IsOk());
  ASSERT_OK_AND_ASSIGN(const HeaderChain chain, HeaderChain::Read(dir_ / "chain"));
  EXPECT_EQ(chain.newest(), 3u);
}

TEST_F(RestoredTest, ACrashInTheFirstVersionIsNoRestore) {
  Sign(0);
  fs::copy(dir_ / "chain", dir_ / "chain of before");
  const crypto::SignedCatalogue newest = Sign(1);
  fs::rename(dir_ / "chain of before", dir_ / "chain");
  EXPECT_THAT(NextIsTakenAfter(newest.header), IsOk());
}

TEST_F(RestoredTest, OneThatIsNotTheNewestIsRefused) {
  const crypto::SignedCatalogue older = Sign(1);
  RestoreAnOldCopy();
  EXPECT_THAT(Accept(older), HasReason(Reason::kSignerBehind));
}

TEST_F(RestoredTest, OneThatTheStoreHasAlreadyChangesNothing) {
  const crypto::SignedCatalogue older = Sign(1);
  const crypto::SignedCatalogue newest = Sign(1);
  ASSERT_THAT(Accept(older), IsOk());
  EXPECT_THAT(NextIsTakenAfter(newest.header), IsOk());
}

TEST_F(RestoredTest, WithoutTheChainFileOneThatIsOlderThanTheStoreTellsNothing) {
  const crypto::SignedCatalogue older = Sign(1);
  Sign(1);
  Backup();
  const crypto::SignedCatalogue newest = Sign(1);
  Restore();
  fs::remove(dir_ / "chain");
  EXPECT_THAT(Accept(older), HasReason(Reason::kSignerBehind));
  ASSERT_OK_AND_ASSIGN(auto signer, Open());
  EXPECT_THAT(signer->Sign("a fork"), HasReason(Reason::kSignerBehind));
  signer.reset();
  ASSERT_THAT(Accept(newest), IsOk());
  EXPECT_THAT(NextIsTakenAfter(newest.header), IsOk());
}

TEST_F(RestoredTest, AnotherChainIsRefused) {
  const crypto::SignedCatalogue first = Sign(1);
  Backup();
  const crypto::SignedCatalogue here = Sign(1);
  fs::rename(dir_ / "chain", dir_ / "chain here");
  Restore();
  ASSERT_THAT(Accept(first), IsOk()) << "which was not the newest";
  const crypto::SignedCatalogue there = Sign(1);
  EXPECT_THAT(Accept(here), HasReason(Reason::kCatalogueForked)) << "both are version 2";
  fs::rename(dir_ / "chain here", dir_ / "chain");
  ASSERT_OK_AND_ASSIGN(auto signer, Open());
  EXPECT_THAT(signer->Sign("more"), HasReason(Reason::kSignerBehind));
  signer.reset();
  EXPECT_THAT(Accept(there), HasReason(Reason::kCatalogueForked));
}

TEST_F(RestoredTest, OnlyWhatThisSignerSignedIsTaken) {
  const crypto::SignedCatalogue newest = RestoreAnOldCopy();
  crypto::SignedCatalogue bad = newest;
  bad.signature[0] ^= 1;
  EXPECT_THAT(Accept(bad), HasReason(Reason::kCatalogueWronglySigned));
  bad = newest;
  bad.content += "x";
  EXPECT_THAT(Accept(bad), HasReason(Reason::kCatalogueContent));
  bad = newest;
  bad.header.pop_back();
  EXPECT_THAT(Accept(bad), HasReason(Reason::kCatalogueMalformed));
  bad = newest;
  bad.delegation.pop_back();
  EXPECT_THAT(Accept(bad), HasReason(Reason::kBadDelegation));
  fs::remove_all(dir_ / "catalogue");
  EXPECT_THAT(Accept(newest, TestKeys::Root()), HasReason(Reason::kCatalogueWronglySigned));
  EXPECT_THAT(Accept(newest), IsOk());
}

TEST_F(RestoredTest, TheKeyOfBeforeIsKnownByWhatItSigned) {
  const crypto::SignedCatalogue newest = RestoreAnOldCopy();
  EXPECT_THAT(Accept(newest, TestKeys::Root()), IsOk()) << "the key was changed as well";
}

}  // namespace
}  // namespace exposure::storage
