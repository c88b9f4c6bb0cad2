#include "server/x509.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <utility>

namespace exposure::server {
namespace {

using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, OpenSslFree<GENERAL_NAMES_free>>;

// The end of the text is an error, too: the one that says that nothing begins any more.
bool EndedWell() {
  const unsigned long error = ERR_peek_last_error();
  ERR_clear_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

template <typename Ptr, typename Read>
std::vector<Ptr> ReadAll(std::string_view pem, const Read& read) {
  ERR_clear_error();
  const BioPtr bio = OpenPem(pem);
  std::vector<Ptr> all;
  while (auto* object = read(bio.get(), nullptr, nullptr, nullptr)) all.emplace_back(object);
  if (!EndedWell()) all.clear();
  return all;
}

}  // namespace

BioPtr OpenPem(std::string_view pem) { return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

std::vector<CertificatePtr> ReadCertificates(std::string_view pem) {
  return ReadAll<CertificatePtr>(pem, PEM_read_bio_X509);
}

std::vector<CrlPtr> ReadRevocationLists(std::string_view pem) { return ReadAll<CrlPtr>(pem, PEM_read_bio_X509_CRL); }

std::vector<std::string> UriNames(X509* certificate) {
  std::vector<std::string> uris;
  const GeneralNamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                      static_cast<size_t>(ASN1_STRING_length(uri)));
  }
  return uris;
}

}  // namespace exposure::server
