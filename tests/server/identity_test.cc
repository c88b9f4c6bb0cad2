#include "server/identity.h"

#include <string>

#include "base/error.h"
#include "tests/support/status_matchers.h"
#include "tests/support/tls_files.h"

namespace exposure::server {
namespace {

using config::v1::CallerRole;
using testing::HasReason;
using testing::Issued;

absl::StatusOr<Caller> TestToken(std::string_view token) {
  if (token != "good") return Error(Reason::kBadToken, "Not the good one.");
  Caller caller = *CallerFromName("consumer/mobile-app");
  caller.subject = ByteArray<16>{1};
  return caller;
}

class IdentityTest : public ::testing::Test {
 protected:
  Identity Make(VerifyToken verify_token) const {
    return {TrustStore::Open(files_.Path("tls/client-ca.pem"), "").value(), "police.example", std::move(verify_token)};
  }

  const testing::TlsFiles files_;
  const Issued caller_ = files_.ca().IssueTo("custodian/met-response");
};

TEST_F(IdentityTest, CertificateSaysWho) {
  ASSERT_OK_AND_ASSIGN(const Caller caller, Make(nullptr).Of({.certificate = caller_.certificate}));
  EXPECT_EQ(caller.role, CallerRole::CALLER_ROLE_CUSTODIAN);
  EXPECT_EQ(caller.name, "custodian/met-response");
  EXPECT_TRUE(caller.forces.empty());
}

TEST_F(IdentityTest, TokenWhereThereIsNoCertificate) {
  const Identity identity = Make(TestToken);
  for (const char* text : {"Bearer good", "bearer good", "BEARER good"}) {
    ASSERT_OK_AND_ASSIGN(const Caller caller, identity.Of({.authorization = text}));
    EXPECT_EQ(caller.name, "consumer/mobile-app");
    EXPECT_TRUE(caller.subject.has_value());
  }
  EXPECT_THAT(identity.Of({.authorization = "Bearer bad"}), HasReason(Reason::kBadToken));
  EXPECT_THAT(identity.Of({.authorization = "Bearer "}), HasReason(Reason::kBadToken));
}

TEST_F(IdentityTest, CertificateCountsInsteadOfToken) {
  const Identity identity = Make(TestToken);
  ASSERT_OK_AND_ASSIGN(const Caller caller,
                       identity.Of({.certificate = caller_.certificate, .authorization = "Bearer good"}));
  EXPECT_EQ(caller.name, "custodian/met-response");
  EXPECT_FALSE(caller.subject.has_value());
  const Issued expired = files_.ca().Issue({.not_after = -1});
  EXPECT_THAT(identity.Of({.certificate = expired.certificate, .authorization = "Bearer good"}),
              HasReason(Reason::kCertificateExpired));
}

TEST_F(IdentityTest, NeitherIsNobody) {
  EXPECT_THAT(Make(TestToken).Of({}), HasReason(Reason::kNoCaller));
  EXPECT_THAT(Make(TestToken).Of({.authorization = "Basic good"}), HasReason(Reason::kNoCaller));
  EXPECT_THAT(Make(TestToken).Of({.authorization = "Bearergood"}), HasReason(Reason::kNoCaller));
  EXPECT_THAT(Make(nullptr).Of({.authorization = "Bearer good"}), HasReason(Reason::kNoCaller));
}

TEST_F(IdentityTest, CertificateWithoutANameIsRefused) {
  EXPECT_THAT(Make(nullptr).Of({.certificate = files_.ca().Issue({}).certificate}),
              HasReason(Reason::kCertificateName));
}

}  // namespace
}  // namespace exposure::server
