#include "server/tls_credentials.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/slice.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "server/server_certificate.h"

namespace exposure::server {
namespace {

constexpr std::string_view kOwnServices = "exposure.v1.";

// What gRPC's callbacks need, for as long as it keeps the credentials.
struct State {
  ServerCertificate certificate;
  const Door& door;
};

// gRPC 1.51 offers TLS 1.2, too, and has no way to say otherwise but the list of its cipher suites: one that needs a
// pre-shared key, which nobody has. The suites of TLS 1.3 are not in that list. Read once, before the first
// credentials of the process.
void OfferNoTls12() { setenv("GRPC_SSL_CIPHER_SUITES", "PSK-AES256-GCM-SHA384", 1); }

// Called for each new connection.
grpc_ssl_certificate_config_reload_status Fetch(void* state, grpc_ssl_server_certificate_config** config) {
  const std::optional<Offer> offer = static_cast<State*>(state)->certificate.TakeChanged();
  if (!offer) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
  const grpc_ssl_pem_key_cert_pair pair{AsChars(offer->pair.private_key.Reveal()).data(), offer->pair.chain.c_str()};
  *config = grpc_ssl_server_certificate_config_create(offer->client_cas.c_str(), &pair, 1);
  return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
}

std::string_view Property(const grpc_auth_context* context, const char* name) {
  grpc_auth_property_iterator values = grpc_auth_context_find_properties_by_name(context, name);
  const grpc_auth_property* value = grpc_auth_property_iterator_next(&values);
  return value == nullptr ? std::string_view() : std::string_view(value->value, value->value_length);
}

std::string_view View(const grpc_slice& slice) {
  return {reinterpret_cast<const char*>(GRPC_SLICE_START_PTR(slice)), GRPC_SLICE_LENGTH(slice)};
}

// Called for each call. Our own services pass the door themselves, where a refusal can say more.
void Screen(void* state, grpc_auth_context* context, const grpc_metadata* metadata, size_t count,
            grpc_process_auth_metadata_done_cb done, void* call) {
  Credentials credentials;
  credentials.certificate = Property(context, GRPC_X509_PEM_CERT_PROPERTY_NAME);
  credentials.chain = Property(context, GRPC_X509_PEM_CERT_CHAIN_PROPERTY_NAME);
  std::string_view method;
  for (size_t i = 0; i < count; ++i) {
    if (View(metadata[i].key) == ":path") method = View(metadata[i].value).substr(1);
    if (View(metadata[i].key) == "authorization") credentials.authorization = View(metadata[i].value);
  }
  absl::Status status;
  if (!method.starts_with(kOwnServices)) {
    status = static_cast<State*>(state)->door.Admit(credentials, method).status();
  }
  done(call, nullptr, 0, nullptr, 0, static_cast<grpc_status_code>(status.code()),
       std::string(status.message()).c_str());
}

void Destroy(void* state) { delete static_cast<State*>(state); }

// gRPC's C++ credentials cannot exchange a certificate without a moment in which a pair that does not belong together
// ends every handshake; its C ones can.
class Reloading final : public grpc::ServerCredentials {
 public:
  explicit Reloading(State* state)
      : credentials_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(
                GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY, Fetch, state))) {
    grpc_server_credentials_set_auth_metadata_processor(credentials_, {Screen, Destroy, state});
  }
  ~Reloading() override { grpc_server_credentials_release(credentials_); }
  Reloading(const Reloading&) = delete;
  Reloading& operator=(const Reloading&) = delete;

  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  grpc_server_credentials* const credentials_;
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> TlsCredentials(const config::v1::Tls& tls, const Door& door) {
  OfferNoTls12();
  return std::make_shared<Reloading>(new State{ServerCertificate(tls), door});
}

}  // namespace exposure::server
