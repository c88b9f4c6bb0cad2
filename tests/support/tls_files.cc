#include "tests/support/tls_files.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"

namespace exposure::testing {
namespace {

constexpr char kTls[] = R"(
tls {
  certificate_file: "tls/server.pem"
  private_key_file: "tls/server.key"
  client_ca_file: "tls/client-ca.pem"
  revocation_file: "tls/client-ca.crl"
  trust_domain: "police.example"
}
)";

config::v1::AccessTable Table() {
  config::v1::ServerConfig sample;
  const absl::StatusOr<std::string> text = ReadFile(EXPOSURE_SOURCE_DIR "/deploy/exposured.txtpb");
  EXPECT_TRUE(text.ok() && google::protobuf::TextFormat::ParseFromString(*text, &sample));
  config::v1::AccessTable table = sample.access();
  table.clear_callers();
  const auto add = [&](const char* name, const char* force) {
    config::v1::CallerRule& caller = *table.add_callers();
    caller.set_name(name);
    if (*force != 0) caller.add_forces(force);
    if (std::string_view(name).starts_with("consumer/")) caller.set_limits("portal");
  };
  add("consumer/met-portal", "met");
  add("consumer/elsewhere", "elsewhere");
  add("custodian/met-response", "met");
  add("custodian/elsewhere", "elsewhere");
  add("operator/first", "");
  add("service/records-1", "");
  return table;
}

}  // namespace

TlsFiles::TlsFiles() : table_(Table()) {
  std::filesystem::create_directory(Path("tls"));
  WriteServerCertificate(ca_.IssueServer());
  WriteClientCas(ca_.certificate());
  WriteRevocationList(ca_.Revoke({}));
  std::string access;
  google::protobuf::TextFormat::PrintToString(table_, &access);
  Write({{"limits {", std::string(kTls) + "access {\n" + access + "}\nreflection: true\nlimits {"}});
}

void TlsFiles::Replace(const std::string& name, const std::string& contents, unsigned mode) const {
  const std::string path = Path("tls/" + name);
  std::filesystem::remove(path + ".new");
  const absl::Status written = WriteNewFile(path + ".new", contents, mode);
  EXPECT_TRUE(written.ok()) << written.ToString();
  std::filesystem::rename(path + ".new", path);
}

void TlsFiles::WriteServerCertificate(const Issued& server) const {
  Replace("server.pem", server.certificate, 0444);
  Replace("server.key", server.private_key, 0400);
}

void TlsFiles::WriteClientCas(const std::string& pem) const { Replace("client-ca.pem", pem, 0444); }

void TlsFiles::WriteRevocationList(const std::string& pem) const { Replace("client-ca.crl", pem, 0444); }

std::shared_ptr<grpc::Channel> TlsFiles::Connect(const std::string& address, const Issued* caller) const {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = ca_.certificate();
  if (caller != nullptr) {
    options.pem_cert_chain = caller->certificate;
    options.pem_private_key = caller->private_key;
  }
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // tests do not share connections
  return grpc::CreateCustomChannel(address, grpc::SslCredentials(options), arguments);
}

}  // namespace exposure::testing
