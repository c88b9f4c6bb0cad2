// A signed catalogue as the message that carries it: on the wire, in the state directory, in files.
#ifndef EXPOSURE_PROTO_RULES_CATALOGUE_MESSAGE_H_
#define EXPOSURE_PROTO_RULES_CATALOGUE_MESSAGE_H_

#include "crypto/catalogue.h"
#include "exposure/v1/catalogue_service.pb.h"

namespace exposure {

v1::GetCatalogueResponse ToMessage(const crypto::SignedCatalogue& catalogue);
crypto::SignedCatalogue FromMessage(v1::GetCatalogueResponse message);

}  // namespace exposure

#endif  // EXPOSURE_PROTO_RULES_CATALOGUE_MESSAGE_H_
