#include "server/server_certificate.h"

#include <sys/stat.h>

#include <filesystem>

#include "base/file.h"
#include "tests/support/eventually.h"
#include "tests/support/status_matchers.h"
#include "tests/support/tls_files.h"

namespace exposure::server {
namespace {

using testing::Eventually;
using testing::HasReason;
using testing::IsOk;
using testing::Issued;
using testing::TlsFiles;

class ServerCertificateTest : public ::testing::Test {
 protected:
  absl::StatusOr<KeyPair> Read() const { return ReadKeyPair(certificate_, key_); }
  config::v1::Tls Config() const {
    config::v1::Tls tls;
    tls.set_certificate_file(certificate_);
    tls.set_private_key_file(key_);
    tls.set_client_ca_file(files_.Path("tls/client-ca.pem"));
    return tls;
  }

  const TlsFiles files_;
  const std::string certificate_ = files_.Path("tls/server.pem");
  const std::string key_ = files_.Path("tls/server.key");
};

TEST_F(ServerCertificateTest, ReadsAPair) {
  ASSERT_OK_AND_ASSIGN(const KeyPair pair, Read());
  EXPECT_EQ(pair.chain, *ReadFile(certificate_));
  EXPECT_EQ(std::string(AsChars(pair.private_key.Reveal()).data()), *ReadFile(key_));
}

TEST_F(ServerCertificateTest, RefusesWhatCannotBeServed) {
  ASSERT_EQ(chmod(key_.c_str(), 0440), 0);
  EXPECT_THAT(Read(), HasReason(Reason::kKeyFile)) << "others can read it";
  ASSERT_EQ(chmod(key_.c_str(), 0400), 0);
  EXPECT_THAT(Read(), IsOk());
  files_.WriteServerCertificate(files_.ca().Issue({.not_after = -1, .for_server = true}));
  EXPECT_THAT(Read(), HasReason(Reason::kBadConfig)) << "out of date";
  Issued mixed = files_.ca().IssueServer();
  mixed.certificate = files_.ca().IssueServer().certificate;
  files_.WriteServerCertificate(mixed);
  EXPECT_THAT(Read(), HasReason(Reason::kBadConfig)) << "of another key";
  mixed.certificate = "none";
  files_.WriteServerCertificate(mixed);
  EXPECT_THAT(Read(), HasReason(Reason::kBadConfig));
  files_.WriteServerCertificate({.certificate = files_.ca().IssueServer().certificate, .private_key = "none"});
  EXPECT_THAT(Read(), HasReason(Reason::kBadConfig));
  std::filesystem::remove(certificate_);
  EXPECT_FALSE(Read().ok());
}

TEST_F(ServerCertificateTest, TakesANewPairOnce) {
  ServerCertificate certificate(Config());
  EXPECT_TRUE(certificate.TakeChanged().has_value());
  EXPECT_FALSE(certificate.TakeChanged().has_value());
  const Issued next = files_.ca().IssueServer();
  files_.WriteServerCertificate(next);
  std::optional<Offer> offer;
  EXPECT_TRUE(Eventually([&] { return (offer = certificate.TakeChanged()).has_value(); }));
  EXPECT_EQ(offer->pair.chain, next.certificate);
  EXPECT_EQ(offer->client_cas, files_.ca().certificate());
}

TEST_F(ServerCertificateTest, HalfAPairIsNotTaken) {
  ServerCertificate certificate(Config());
  ASSERT_TRUE(certificate.TakeChanged().has_value());
  const Issued next = files_.ca().IssueServer();
  ASSERT_THAT(WriteFileAtomically(certificate_ + ".new", next.certificate, 0444), IsOk());
  std::filesystem::rename(certificate_ + ".new", certificate_);
  FileWatch same({files_.Path("tls/marker")});  // asks as often: when it notices, the other has looked, too
  ASSERT_THAT(WriteFileAtomically(files_.Path("tls/marker"), "here", 0444), IsOk());
  EXPECT_TRUE(Eventually([&] {
    EXPECT_FALSE(certificate.TakeChanged().has_value());
    return same.Changed();
  }));
  files_.WriteServerCertificate(next);
  EXPECT_TRUE(Eventually([&] { return certificate.TakeChanged().has_value(); })) << "the other half";
}

TEST_F(ServerCertificateTest, NothingAtFirstWhereThereIsNone) {
  std::filesystem::remove(certificate_);
  ServerCertificate certificate(Config());
  EXPECT_FALSE(certificate.TakeChanged().has_value());
}

}  // namespace
}  // namespace exposure::server
