// A CA of a test's own and what it issues, as an operator's PKI would: all PEM.
#ifndef EXPOSURE_TESTS_SUPPORT_TEST_PKI_H_
#define EXPOSURE_TESTS_SUPPORT_TEST_PKI_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace exposure::testing {

// A certificate and its key.
struct Issued {
  std::string certificate;
  std::string private_key;
  uint64_t serial = 0;
};

// What a certificate is to say. Times are seconds from now.
struct Ask {
  std::vector<std::string> uris;
  int64_t not_before = -3600;
  int64_t not_after = 3600;
  bool for_server = false;  // "localhost", 127.0.0.1
};

class TestCa {
 public:
  explicit TestCa(const std::string& name = "Test CA");
  ~TestCa();

  const std::string& certificate() const { return certificate_; }

  Issued Issue(const Ask& ask) const;
  // For spiffe://police.example/NAME.
  Issued IssueTo(const std::string& name) const { return Issue({.uris = {"spiffe://police.example/" + name}}); }
  Issued IssueServer() const { return Issue({.for_server = true}); }
  // The revocation list, good from an hour ago until `not_after` seconds from now.
  std::string Revoke(const std::vector<uint64_t>& serials, int64_t not_after = 3600) const;

 private:
  struct Keys;
  const std::unique_ptr<Keys> keys_;
  std::string certificate_;
};

// Signed by its own key.
Issued SelfSigned(const Ask& ask);

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_TEST_PKI_H_
