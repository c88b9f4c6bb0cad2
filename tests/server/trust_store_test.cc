#include "server/trust_store.h"

#include <string>

#include "base/file.h"
#include "tests/support/eventually.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_pki.h"

namespace exposure::server {
namespace {

using testing::Eventually;
using testing::HasReason;
using testing::IsOk;
using testing::Issued;
using testing::TestCa;

class TrustStoreTest : public ::testing::Test {
 protected:
  void Write(const std::string& path, const std::string& contents) {
    ASSERT_THAT(WriteFileAtomically(path, contents, 0644), IsOk());
  }
  absl::StatusOr<std::unique_ptr<TrustStore>> Open(const std::string& ca, const std::string& revocation) {
    Write(ca_file_, ca);
    Write(crl_file_, revocation);
    return TrustStore::Open(ca_file_, crl_file_);
  }
  bool EventuallyRefuses(TrustStore& store, const Issued& issued, Reason reason) {
    return Eventually([&] { return ReasonOf(store.Verify(issued.certificate, "").status()) == reason; });
  }

  const testing::TempDir directory_;
  const std::string ca_file_ = directory_ / "ca.pem";
  const std::string crl_file_ = directory_ / "ca.crl";
  const TestCa ca_;
  const Issued caller_ = ca_.IssueTo("consumer/met-portal");
};

TEST_F(TrustStoreTest, TellsTheNamesOfAGoodCertificate) {
  ASSERT_OK_AND_ASSIGN(const auto store, Open(ca_.certificate(), ca_.Revoke({})));
  for (int i = 0; i < 2; ++i) {  // the second time from memory
    ASSERT_OK_AND_ASSIGN(const std::vector<std::string> uris, store->Verify(caller_.certificate, ""));
    EXPECT_EQ(uris, std::vector<std::string>{"spiffe://police.example/consumer/met-portal"});
  }
}

TEST_F(TrustStoreTest, EachRefusalSaysWhy) {
  const Issued revoked = ca_.IssueTo("consumer/met-portal");
  ASSERT_OK_AND_ASSIGN(const auto store, Open(ca_.certificate(), ca_.Revoke({revoked.serial})));
  const auto verify = [&](const Issued& issued) { return store->Verify(issued.certificate, ""); };
  EXPECT_THAT(verify(revoked), HasReason(Reason::kCertificateRevoked));
  EXPECT_THAT(verify(ca_.Issue({.not_after = -1})), HasReason(Reason::kCertificateExpired));
  EXPECT_THAT(verify(ca_.Issue({.not_before = 600})), HasReason(Reason::kCertificateExpired));
  EXPECT_THAT(verify(testing::SelfSigned({})), HasReason(Reason::kCertificateUntrusted));
  EXPECT_THAT(verify(ca_.IssueServer()), HasReason(Reason::kCertificateUntrusted)) << "not made for clients";
  const TestCa other;
  EXPECT_THAT(verify(other.IssueTo("consumer/met-portal")), HasReason(Reason::kCertificateUntrusted));
  EXPECT_THAT(store->Verify(other.IssueTo("consumer/a").certificate, other.certificate()),
              HasReason(Reason::kCertificateUntrusted));
  for (const std::string& text : {std::string(), std::string("text"), caller_.certificate + caller_.certificate}) {
    EXPECT_THAT(store->Verify(text, ""), HasReason(Reason::kCertificateUntrusted));
  }
}

TEST_F(TrustStoreTest, RevocationActsAtOnce) {
  ASSERT_OK_AND_ASSIGN(const auto store, Open(ca_.certificate(), ca_.Revoke({})));
  EXPECT_THAT(store->Verify(caller_.certificate, ""), IsOk());
  Write(crl_file_, ca_.Revoke({caller_.serial}));
  EXPECT_TRUE(EventuallyRefuses(*store, caller_, Reason::kCertificateRevoked));
}

TEST_F(TrustStoreTest, TwoCasWhileOneIsReplaced) {
  const TestCa next("Next CA");
  const Issued of_next = next.IssueTo("consumer/met-portal");
  ASSERT_OK_AND_ASSIGN(const auto store,
                       Open(ca_.certificate() + next.certificate(), ca_.Revoke({}) + next.Revoke({})));
  EXPECT_THAT(store->Verify(caller_.certificate, ""), IsOk());
  EXPECT_THAT(store->Verify(of_next.certificate, ""), IsOk());
  Write(ca_file_, next.certificate());
  EXPECT_TRUE(EventuallyRefuses(*store, caller_, Reason::kCertificateUntrusted));
  EXPECT_THAT(store->Verify(of_next.certificate, ""), IsOk());
}

TEST_F(TrustStoreTest, BrokenFilesChangeNothing) {
  ASSERT_OK_AND_ASSIGN(const auto store, Open(ca_.certificate(), ca_.Revoke({})));
  Write(ca_file_, "broken");
  Write(crl_file_, "broken");
  const Issued late = ca_.IssueTo("consumer/late");
  FileWatch same({directory_ / "ca.pem"});  // asks as often as the store does: when it would notice, so did the store
  Write(ca_file_, "still broken");
  EXPECT_TRUE(Eventually([&] {
    EXPECT_THAT(store->Verify(caller_.certificate, ""), IsOk());
    return same.Changed();
  }));
  EXPECT_THAT(store->Verify(late.certificate, ""), IsOk());
  Write(ca_file_, ca_.certificate());
  Write(crl_file_, ca_.Revoke({caller_.serial}));
  EXPECT_TRUE(EventuallyRefuses(*store, caller_, Reason::kCertificateRevoked)) << "good again";
}

TEST_F(TrustStoreTest, WithoutAListOfItsCaNobodyKnows) {
  const TestCa other("Other CA");
  ASSERT_OK_AND_ASSIGN(const auto store, Open(ca_.certificate() + other.certificate(), other.Revoke({})));
  EXPECT_THAT(store->Verify(caller_.certificate, ""), HasReason(Reason::kCertificateRevoked));
  EXPECT_THAT(store->Verify(other.IssueTo("consumer/a").certificate, ""), IsOk());
}

TEST_F(TrustStoreTest, WithoutListsNothingIsRevoked) {
  Write(ca_file_, ca_.certificate());
  ASSERT_OK_AND_ASSIGN(const auto store, TrustStore::Open(ca_file_, ""));
  EXPECT_THAT(store->Verify(caller_.certificate, ""), IsOk());
}

TEST_F(TrustStoreTest, UnusableFilesAreRefused) {
  EXPECT_THAT(Open("", ca_.Revoke({})), HasReason(Reason::kBadConfig));
  EXPECT_THAT(Open(ca_.certificate(), ""), HasReason(Reason::kBadConfig));
  EXPECT_THAT(Open(ca_.certificate(), ca_.Revoke({}, -1)), HasReason(Reason::kBadConfig)) << "out of date";
  EXPECT_THAT(Open(ca_.certificate().substr(0, 300), ca_.Revoke({})), HasReason(Reason::kBadConfig));
  EXPECT_THAT(Open(ca_.certificate() + ca_.certificate().substr(0, 300), ca_.Revoke({})), HasReason(Reason::kBadConfig))
      << "cut off";
  EXPECT_THAT(TrustStore::Open(directory_ / "none", ""), HasReason(Reason::kFileError));
}

}  // namespace
}  // namespace exposure::server
