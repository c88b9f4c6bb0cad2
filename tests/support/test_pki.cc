#include "tests/support/test_pki.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <atomic>
#include <functional>

namespace exposure::testing {
namespace {

std::atomic<uint64_t> next_serial = 1000;

std::string Pem(const std::function<int(BIO*)>& write) {
  BIO* bio = BIO_new(BIO_s_mem());
  EXPECT_EQ(write(bio), 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  ASSERT_NE(extension, nullptr) << value;
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void SetName(X509_NAME* name, const std::string& text) {
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
}

// With everything but the signature.
X509* Draft(EVP_PKEY* key, uint64_t serial, const std::string& name, int64_t not_before, int64_t not_after) {
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), not_before);
  X509_gmtime_adj(X509_getm_notAfter(certificate), not_after);
  X509_set_pubkey(certificate, key);
  SetName(X509_get_subject_name(certificate), name);
  return certificate;
}

void AddNames(X509* certificate, X509* issuer, const Ask& ask) {
  std::string names = ask.for_server ? "DNS:localhost,IP:127.0.0.1" : "";
  for (const std::string& uri : ask.uris) names += (names.empty() ? "URI:" : ",URI:") + uri;
  if (!names.empty()) AddExtension(certificate, issuer, NID_subject_alt_name, names);
  AddExtension(certificate, issuer, NID_ext_key_usage, ask.for_server ? "serverAuth" : "clientAuth");
}

// Signed by `issuer` with `signer`; both null: by itself.
Issued MakeLeaf(const Ask& ask, X509* issuer, EVP_PKEY* signer) {
  Issued issued;
  issued.serial = next_serial++;
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* leaf = Draft(key, issued.serial, "leaf", ask.not_before, ask.not_after);
  if (issuer == nullptr) issuer = leaf;
  X509_set_issuer_name(leaf, X509_get_subject_name(issuer));
  AddNames(leaf, issuer, ask);
  X509_sign(leaf, signer == nullptr ? key : signer, EVP_sha256());
  issued.certificate = Pem([&](BIO* bio) { return PEM_write_bio_X509(bio, leaf); });
  issued.private_key =
      Pem([&](BIO* bio) { return PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); });
  X509_free(leaf);
  EVP_PKEY_free(key);
  return issued;
}

}  // namespace

struct TestCa::Keys {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = nullptr;

  ~Keys() {
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
};

TestCa::TestCa(const std::string& name) : keys_(std::make_unique<Keys>()) {
  X509* const ca = Draft(keys_->key, next_serial++, name, -7200, 7200);
  X509_set_issuer_name(ca, X509_get_subject_name(ca));
  AddExtension(ca, ca, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_sign(ca, keys_->key, EVP_sha256());
  keys_->certificate = ca;
  certificate_ = Pem([&](BIO* bio) { return PEM_write_bio_X509(bio, ca); });
}

TestCa::~TestCa() = default;

Issued TestCa::Issue(const Ask& ask) const { return MakeLeaf(ask, keys_->certificate, keys_->key); }

std::string TestCa::Revoke(const std::vector<uint64_t>& serials, int64_t not_after) const {
  X509_CRL* crl = X509_CRL_new();
  X509_CRL_set_version(crl, X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(crl, X509_get_subject_name(keys_->certificate));
  ASN1_TIME* time = X509_gmtime_adj(nullptr, std::min<int64_t>(-3600, not_after - 3600));
  X509_CRL_set1_lastUpdate(crl, time);
  X509_gmtime_adj(time, not_after);
  X509_CRL_set1_nextUpdate(crl, time);
  X509_gmtime_adj(time, -60);
  for (const uint64_t serial : serials) {
    X509_REVOKED* revoked = X509_REVOKED_new();
    ASN1_INTEGER* number = ASN1_INTEGER_new();
    ASN1_INTEGER_set_uint64(number, serial);
    X509_REVOKED_set_serialNumber(revoked, number);
    X509_REVOKED_set_revocationDate(revoked, time);
    X509_CRL_add0_revoked(crl, revoked);
    ASN1_INTEGER_free(number);
  }
  X509_CRL_sort(crl);
  X509_CRL_sign(crl, keys_->key, EVP_sha256());
  std::string pem = Pem([&](BIO* bio) { return PEM_write_bio_X509_CRL(bio, crl); });
  ASN1_TIME_free(time);
  X509_CRL_free(crl);
  return pem;
}

Issued SelfSigned(const Ask& ask) { return MakeLeaf(ask, nullptr, nullptr); }

}  // namespace exposure::testing
