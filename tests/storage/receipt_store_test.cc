#include "storage/receipt_store.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

crypto::Receipt ReceiptOf(uint8_t id, crypto::RemovalCause cause = crypto::RemovalCause::kRetracted) {
  crypto::Receipt receipt;
  receipt.dataset_id = {id};
  receipt.root = {id, id};
  receipt.records = 200;
  receipt.cause = cause;
  return receipt;
}

class ReceiptStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    store_.reset();
    ASSERT_OK_AND_ASSIGN(store_, ReceiptStore::Open(dir_.path()));
  }
  std::vector<crypto::Receipt> Announced() { return store_->Announced().value(); }

  TempDir dir_;
  std::unique_ptr<ReceiptStore> store_;
};

TEST_F(ReceiptStoreTest, AnAnnouncementLastsUntilItsReceiptIsKept) {
  ASSERT_THAT(store_->Announce({ReceiptOf(1), ReceiptOf(2)}), IsOk());
  Reopen();
  EXPECT_THAT(Announced(), ElementsAre(ReceiptOf(1), ReceiptOf(2)));
  ASSERT_OK_AND_ASSIGN(const auto none, store_->Find({1}));
  EXPECT_FALSE(none.has_value()) << "what is announced is not removed";

  SignedReceipt kept{.receipt = ReceiptOf(1), .signature = {7}};
  kept.receipt.catalogue_version = 5;
  kept.receipt.removed_at = 1'790'000'000;
  ASSERT_THAT(store_->Keep(kept), IsOk());
  Reopen();
  EXPECT_THAT(Announced(), ElementsAre(ReceiptOf(2)));
  ASSERT_OK_AND_ASSIGN(const auto found, store_->Find({1}));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->receipt, kept.receipt);
  EXPECT_EQ(found->signature, kept.signature);
}

TEST_F(ReceiptStoreTest, TheLastCauseCounts) {
  ASSERT_THAT(store_->Announce({ReceiptOf(1, crypto::RemovalCause::kReplaced)}), IsOk());
  ASSERT_THAT(store_->Announce({ReceiptOf(1, crypto::RemovalCause::kEnded)}), IsOk());
  EXPECT_THAT(Announced(), ElementsAre(ReceiptOf(1, crypto::RemovalCause::kEnded)));
}

TEST_F(ReceiptStoreTest, AnEmptyOneKnowsNothing) {
  EXPECT_THAT(store_->Announce({}), IsOk());
  EXPECT_THAT(Announced(), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const auto none, store_->Find({1}));
  EXPECT_FALSE(none.has_value());
}

}  // namespace
}  // namespace exposure::storage
