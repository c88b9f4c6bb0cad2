// TLS and the access table of the configuration.
#include "server/config_access.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "server/config.h"
#include "tests/support/status_matchers.h"
#include "tests/support/tls_files.h"

namespace exposure::server {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;

class ConfigAccessTest : public ::testing::Test {
 protected:
  // Expects BAD_CONFIG that says all of `words`.
  void ExpectProblem(const std::vector<std::string>& words) const {
    const absl::Status status = LoadConfig(files_.config_path(), Roles::All()).status();
    ASSERT_THAT(status, HasReason(Reason::kBadConfig));
    for (const std::string& word : words) EXPECT_THAT(std::string(status.message()), HasSubstr(word));
  }
  void Add(const std::string& rule) { files_.Write({{"access {", "access {\n" + rule + "\n"}}); }

  testing::TlsFiles files_;
};

TEST_F(ConfigAccessTest, PathsAreResolved) {
  ASSERT_OK_AND_ASSIGN(const LoadedConfig config, LoadConfig(files_.config_path(), Roles::All()));
  EXPECT_EQ(config.settings.tls().certificate_file(), files_.Path("tls/server.pem"));
  EXPECT_EQ(config.settings.tls().private_key_file(), files_.Path("tls/server.key"));
  EXPECT_EQ(config.settings.tls().client_ca_file(), files_.Path("tls/client-ca.pem"));
  EXPECT_EQ(config.settings.tls().revocation_file(), files_.Path("tls/client-ca.crl"));
}

TEST_F(ConfigAccessTest, WithTlsEveryAddressMayBeListenedOn) {
  files_.Write({{"127.0.0.1:0", "0.0.0.0:0"}});
  EXPECT_THAT(LoadConfig(files_.config_path(), Roles::All()), IsOk());
}

TEST_F(ConfigAccessTest, TlsNeedsATable) {
  const size_t access = files_.config_text().find("access {");
  const size_t end = files_.config_text().find("reflection:");
  files_.Write({{files_.config_text().substr(access, end - access), ""}});
  ExpectProblem({": access: must say who may call what"});
}

TEST_F(ConfigAccessTest, FilesAreChecked) {
  ASSERT_EQ(chmod(files_.Path("tls/server.key").c_str(), 0644), 0);
  ExpectProblem({"tls.private_key_file: " + files_.Path("tls/server.key")});
  ASSERT_EQ(chmod(files_.Path("tls/server.key").c_str(), 0400), 0);
  ASSERT_EQ(unlink(files_.Path("tls/client-ca.crl").c_str()), 0);
  ExpectProblem({"tls.revocation_file: " + files_.Path("tls/client-ca.crl")});
}

TEST_F(ConfigAccessTest, EachFileIsReportedByItsOwnField) {
  for (const char* name : {"server.key", "server.pem", "client-ca.pem"}) {
    ASSERT_EQ(unlink(files_.Path(std::string("tls/") + name).c_str()), 0);
  }
  ExpectProblem({"tls.certificate_file: " + files_.Path("tls/server.pem"),
                 "tls.private_key_file: " + files_.Path("tls/server.key"),
                 "tls.client_ca_file: " + files_.Path("tls/client-ca.pem")});
}

TEST_F(ConfigAccessTest, RevocationFileThatIsTheCa) {
  files_.Write({{"tls/client-ca.crl", "tls/client-ca.pem"}});
  ExpectProblem({"tls.revocation_file: " + files_.Path("tls/client-ca.pem") + ": holds no PEM revocation lists"});
}

TEST_F(ConfigAccessTest, FileThatIsNotGiven) {
  files_.Write({{"certificate_file: \"tls/server.pem\"", ""}});
  ExpectProblem({"tls.certificate_file: must be given."});
}

TEST_F(ConfigAccessTest, TrustDomainIsChecked) {
  for (const char* bad : {"", "spiffe://police.example", "Police.example", "police.example/"}) {
    testing::TlsFiles files;
    files.Write({{"trust_domain: \"police.example\"", "trust_domain: \"" + std::string(bad) + "\""}});
    EXPECT_THAT(LoadConfig(files.config_path(), Roles::All()), HasReason(Reason::kBadConfig)) << bad;
  }
}

TEST_F(ConfigAccessTest, UnknownMethod) {
  Add("methods { method: \"exposure.v1.EvaluationService/Evaluates\" roles: CALLER_ROLE_CONSUMER }");
  ExpectProblem({"access.methods[0].method: there is no method \"exposure.v1.EvaluationService/Evaluates\""});
}

TEST_F(ConfigAccessTest, MethodTwice) {
  Add("methods { method: \"exposure.v1.EvaluationService/Evaluate\" roles: CALLER_ROLE_SERVICE }");
  ExpectProblem({"method: exposure.v1.EvaluationService/Evaluate has a rule above"});
}

TEST_F(ConfigAccessTest, UnspecifiedRole) {
  files_.Write({{"roles: CALLER_ROLE_CONSUMER", "roles: CALLER_ROLE_UNSPECIFIED"}});
  ExpectProblem({"roles[1]: is no role"});
}

TEST_F(ConfigAccessTest, CallerThatIsNoRoleAndName) {
  for (const char* name : {"local", "met-portal", "consumers/a", "consumer/A", ""}) {
    testing::TlsFiles files;
    files.Write({{"access {", "access {\ncallers { name: \"" + std::string(name) + "\" }\n"}});
    EXPECT_THAT(LoadConfig(files.config_path(), Roles::All()), HasReason(Reason::kBadConfig)) << name;
  }
}

TEST_F(ConfigAccessTest, CallerTwiceAndBadForce) {
  Add("callers { name: \"consumer/met-portal\" forces: \"MET\" }");
  ExpectProblem({"callers[1].name: consumer/met-portal has a rule above", "callers[0].forces[0]: must be"});
}

}  // namespace
}  // namespace exposure::server
