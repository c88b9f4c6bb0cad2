// The configuration of exposured: read, checked, and turned into what the parts need. Holds no secret: key files are
// checked here and read again, by the part that needs them, when the server starts.
#ifndef EXPOSURE_SERVER_CONFIG_H_
#define EXPOSURE_SERVER_CONFIG_H_

#include <string>

#include "absl/status/statusor.h"
#include "exposure/config/v1/config.pb.h"
#include "exposure/v1/catalogue.pb.h"
#include "server/roles.h"

namespace exposure::server {

struct LoadedConfig {
  config::v1::ServerConfig settings;  // paths resolved, every limit filled in
  bool drop_missing = false;          // as PublisherOptions says: of the command line, not of the file
  v1::CatalogueContent content;       // epochs, custodians and service name: what the catalogue publishes of it
};

// Whether a process with these roles signs the catalogue: it alone opens the catalogue key and DIR/catalogue.
bool SignsHere(const config::v1::ServerConfig& settings, const Roles& roles);

// Reads `path` and everything it names that a process with these roles opens. Returns BAD_CONFIG with every problem,
// each "path:line: field: what is wrong" and a line "  Fix: …".
absl::StatusOr<LoadedConfig> LoadConfig(const std::string& path, const Roles& roles);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_CONFIG_H_
