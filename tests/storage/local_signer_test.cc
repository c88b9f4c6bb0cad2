// The signer: one chain, the same header for the same content, re-issued in
// time, never outside its delegation.
#include <gtest/gtest.h>

#include <filesystem>

#include "storage/catalogue_signer.h"
#include "tests/storage/publisher_helpers.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;

class LocalSignerTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<LocalSigner>> Open(const TestKeys& keys = {}) {
    return OpenSigner(
        dir_.path(), [this] { return now_; }, keys);
  }

  static crypto::CatalogueHeader HeaderOf(const crypto::SignedCatalogue& made) {
    return crypto::DecodeHeader(AsBytes(made.header)).value();
  }
  // As a client checks it, now.
  absl::Status Check(const crypto::SignedCatalogue& made) const {
    ASSIGN_OR_RETURN(const auto header, crypto::CheckSignatures(made, TestKeys::Root().public_key()));
    ASSIGN_OR_RETURN(const auto delegation, crypto::DecodeDelegation(AsBytes(made.delegation)));
    return crypto::CheckTime(header, delegation, now_);
  }

  TempDir dir_;
  uint64_t now_ = kTestNow;
};

TEST_F(LocalSignerTest, WhatItSignsIsWhatAClientBelieves) {
  ASSERT_OK_AND_ASSIGN(auto signer, Open());
  ASSERT_OK_AND_ASSIGN(const auto none, signer->Newest());
  EXPECT_FALSE(none.has_value());
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue first, signer->Sign("one"));
  EXPECT_THAT(Check(first), IsOk());
  EXPECT_EQ(HeaderOf(first).version, 1u);
  EXPECT_EQ(HeaderOf(first).issued, now_);
  EXPECT_EQ(HeaderOf(first).expires, now_ + 24 * 3600);
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue second, signer->Sign("two"));
  EXPECT_THAT(Check(second), IsOk());
  EXPECT_EQ(HeaderOf(second).version, 2u);
  EXPECT_EQ(HeaderOf(second).previous, crypto::HeaderHash(AsBytes(first.header)));
}

TEST_F(LocalSignerTest, TheSameContentHasTheSameHeaderForSixHours) {
  ASSERT_OK_AND_ASSIGN(auto signer, Open());
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue first, signer->Sign("one"));
  now_ += 6 * 3600 - 1;
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue same, signer->Sign("one"));
  EXPECT_EQ(same.header, first.header);
  EXPECT_EQ(same.signature, first.signature);
  now_ += 1;
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue next, signer->Sign("one"));
  EXPECT_EQ(HeaderOf(next).version, 2u);
  EXPECT_EQ(HeaderOf(next).content_hash, HeaderOf(first).content_hash);
  EXPECT_EQ(HeaderOf(next).issued, now_);
}

TEST_F(LocalSignerTest, AfterAReopenItGoesOnWithTheChain) {
  ASSERT_OK_AND_ASSIGN(auto signer, Open());
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue first, signer->Sign("one"));
  signer.reset();
  ASSERT_OK_AND_ASSIGN(signer, Open());
  ASSERT_OK_AND_ASSIGN(const auto newest, signer->Newest());
  ASSERT_TRUE(newest.has_value());
  EXPECT_EQ(newest->header, first.header);
  EXPECT_EQ(newest->signature, first.signature);
  EXPECT_EQ(newest->content, "one");
  EXPECT_THAT(Check(*newest), IsOk());
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue same, signer->Sign("one"));
  EXPECT_EQ(same.header, first.header);
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue second, signer->Sign("two"));
  EXPECT_EQ(HeaderOf(second).previous, crypto::HeaderHash(AsBytes(first.header)));
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> headers, signer->HeadersAfter(0, 10));
  EXPECT_EQ(headers, (std::vector<std::string>{first.header, second.header}));
}

TEST_F(LocalSignerTest, WhatTheChainFileHasNoRoomForWasNotSigned) {
  ASSERT_OK_AND_ASSIGN(auto signer, Open());
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue first, signer->Sign("one"));
  const std::string in_the_way = dir_ / "chain.next";
  std::filesystem::create_directory(in_the_way);
  EXPECT_THAT(signer->Sign("refused"), HasReason(Reason::kFileError));
  ASSERT_OK_AND_ASSIGN(auto newest, signer->Newest());
  EXPECT_EQ(newest->header, first.header);
  signer.reset();
  std::filesystem::remove(in_the_way);
  ASSERT_OK_AND_ASSIGN(signer, Open());
  ASSERT_OK_AND_ASSIGN(newest, signer->Newest());
  EXPECT_EQ(newest->header, first.header) << "nor after a restart";
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue second, signer->Sign("two"));
  EXPECT_EQ(HeaderOf(second).version, 2u);
}

TEST_F(LocalSignerTest, HeadersComeInOrderAndAtMostSoMany) {
  ASSERT_OK_AND_ASSIGN(auto signer, Open());
  EXPECT_THAT(signer->HeadersAfter(1, 10), HasReason(Reason::kUnknownVersion));
  for (int i = 0; i < 300; ++i) ASSERT_THAT(signer->Sign(std::to_string(i)), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> some, signer->HeadersAfter(254, 4));
  ASSERT_EQ(some.size(), 4u);
  for (size_t i = 0; i < some.size(); ++i) EXPECT_EQ(crypto::DecodeHeader(AsBytes(some[i]))->version, 255 + i);
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> none, signer->HeadersAfter(300, 4));
  EXPECT_TRUE(none.empty());
  EXPECT_THAT(signer->HeadersAfter(301, 4), HasReason(Reason::kUnknownVersion));
  EXPECT_THAT(signer->HeadersAfter(UINT64_MAX, 4), HasReason(Reason::kUnknownVersion));
}

TEST_F(LocalSignerTest, ItNeverSignsOutsideItsDelegation) {
  const TestKeys keys(kTestNow, kTestNow + 1000);
  ASSERT_OK_AND_ASSIGN(auto signer, Open(keys));
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue short_lived, signer->Sign("one"));
  EXPECT_EQ(HeaderOf(short_lived).expires, kTestNow + 1000);
  EXPECT_THAT(Check(short_lived), IsOk());
  now_ = kTestNow + 1000;
  EXPECT_THAT(signer->Sign("two"), HasReason(Reason::kDelegationExpired));
  now_ = kTestNow - 200;  // within what clocks may differ
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue early, signer->Sign("three"));
  EXPECT_THAT(Check(early), IsOk());
  now_ = kTestNow - 301;
  EXPECT_THAT(signer->Sign("four"), HasReason(Reason::kDelegationExpired));
}

TEST_F(LocalSignerTest, ANewDelegationMakesANewHeader) {
  ASSERT_OK_AND_ASSIGN(auto signer, Open());
  ASSERT_THAT(signer->Sign("one"), IsOk());
  signer.reset();
  now_ += 60;
  ASSERT_OK_AND_ASSIGN(signer, Open(TestKeys(now_ - 10, now_ + 1'000'000)));
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue next, signer->Sign("one"));
  EXPECT_EQ(HeaderOf(next).version, 2u) << "the old one was issued before the new delegation begins";
  EXPECT_THAT(Check(next), IsOk());
}

TEST_F(LocalSignerTest, AHeaderFromAClockThatRanAheadIsReplaced) {
  now_ = kTestNow + 100'000;
  ASSERT_OK_AND_ASSIGN(auto signer, Open());
  ASSERT_THAT(signer->Sign("one"), IsOk());
  now_ = kTestNow;
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue next, signer->Sign("one"));
  EXPECT_EQ(HeaderOf(next).issued, kTestNow);
  EXPECT_THAT(Check(next), IsOk());
}

TEST_F(LocalSignerTest, ADelegationForAnotherKeyIsRefused) {
  const TestKeys keys;
  ASSERT_OK_AND_ASSIGN(const HeaderChain chain, HeaderChain::Read(dir_ / "chain"));
  ASSERT_OK_AND_ASSIGN(auto store, CatalogueStore::Open(dir_ / "catalogue"));
  EXPECT_THAT(MakeLocalSigner(TestKeys::Root(), keys.delegation(), std::move(store), chain, SystemClock()),
              HasReason(Reason::kBadDelegation));
  ASSERT_OK_AND_ASSIGN(store, CatalogueStore::Open(dir_ / "catalogue"));
  EXPECT_THAT(MakeLocalSigner(TestKeys::Online(), {"short", "short"}, std::move(store), chain, SystemClock()),
              HasReason(Reason::kBadDelegation));
}

TEST_F(LocalSignerTest, AReceiptIsSignedUnderALabelOfItsOwn) {
  ASSERT_OK_AND_ASSIGN(auto signer, Open());
  ASSERT_OK_AND_ASSIGN(const crypto::Signature signature, signer->SignReceipt(AsBytes("receipt")));
  const crypto::PublicKey key = TestKeys::Online().public_key();
  EXPECT_THAT(crypto::VerifySignature(key, "receipt", AsBytes("receipt"), signature), IsOk());
  EXPECT_THAT(crypto::VerifySignature(key, crypto::kCatalogueLabel, AsBytes("receipt"), signature),
              HasReason(Reason::kBadSignature));
}

TEST_F(LocalSignerTest, TheStoreTakesOnlyTheNextVersion) {
  ASSERT_OK_AND_ASSIGN(auto signer, Open());
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue first, signer->Sign("one"));
  signer.reset();
  ASSERT_OK_AND_ASSIGN(auto store, CatalogueStore::Open(dir_ / "catalogue"));
  EXPECT_THAT(store->Append({1, first.header, first.signature, "one"}), HasReason(Reason::kStorageFailed));
  EXPECT_THAT(store->Append({2, first.header, first.signature, "one"}), HasReason(Reason::kStorageFailed));
  EXPECT_THAT(CatalogueStore::Open(dir_ / "catalogue"), HasReason(Reason::kDataDirectoryInUse));
}

}  // namespace
}  // namespace exposure::storage
