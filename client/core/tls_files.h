// The files of a TLS connection, looked at before gRPC does: its own messages would not say which is wrong.
#ifndef EXPOSURE_CLIENT_CORE_TLS_FILES_H_
#define EXPOSURE_CLIENT_CORE_TLS_FILES_H_

#include "absl/status/status.h"
#include "client/core/transport.h"

namespace exposure {

// `options.ca_file` is given. Returns BAD_USAGE for one of certificate and key without the other; FILE_ERROR for a file
// that cannot be read or is no PEM of its kind, and for a certificate and key that do not belong together; KEY_FILE for
// a key that others can read; CERTIFICATE_EXPIRED for a certificate that is over or not valid yet.
absl::Status CheckTlsFiles(const TlsOptions& options);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_TLS_FILES_H_
