// A service that speaks TLS: its certificates, and the access table of deploy/exposured.txtpb with callers of the
// test's own.
#ifndef EXPOSURE_TESTS_SUPPORT_TLS_FILES_H_
#define EXPOSURE_TESTS_SUPPORT_TLS_FILES_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "exposure/config/v1/config.pb.h"
#include "tests/support/service_files.h"
#include "tests/support/test_pki.h"

namespace exposure::testing {

// Callers: consumer/met-portal, custodian/met-response (of force met), consumer/elsewhere, custodian/elsewhere (of
// another), operator/first and service/records-1.
class TlsFiles : public ServiceFiles {
 public:
  TlsFiles();

  const TestCa& ca() const { return ca_; }
  const config::v1::AccessTable& table() const { return table_; }

  // Each replaces a file by rename, as an operator does.
  void WriteServerCertificate(const Issued& server) const;
  void WriteClientCas(const std::string& pem) const;
  void WriteRevocationList(const std::string& pem) const;

  // A channel of a caller with this certificate; null: without one.
  std::shared_ptr<grpc::Channel> Connect(const std::string& address, const Issued* caller) const;

 private:
  void Replace(const std::string& name, const std::string& contents, unsigned mode) const;

  const TestCa ca_;
  config::v1::AccessTable table_;
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_TLS_FILES_H_
