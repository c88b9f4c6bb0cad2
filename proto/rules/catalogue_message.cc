#include "proto/rules/catalogue_message.h"

#include <utility>

namespace exposure {

v1::GetCatalogueResponse ToMessage(const crypto::SignedCatalogue& catalogue) {
  v1::GetCatalogueResponse message;
  message.set_header(catalogue.header);
  message.set_signature(catalogue.signature);
  message.set_content(catalogue.content);
  message.set_delegation(catalogue.delegation);
  message.set_delegation_signature(catalogue.delegation_signature);
  message.set_root_key(catalogue.root_key);
  for (const crypto::SignedRootChange& change : catalogue.root_changes) {
    v1::SignedRootChange& added = *message.add_root_changes();
    added.set_root_change(change.root_change);
    added.set_old_signature(change.old_signature);
    added.set_new_signature(change.new_signature);
  }
  return message;
}

crypto::SignedCatalogue FromMessage(v1::GetCatalogueResponse message) {
  crypto::SignedCatalogue catalogue;
  catalogue.header = std::move(*message.mutable_header());
  catalogue.signature = std::move(*message.mutable_signature());
  catalogue.content = std::move(*message.mutable_content());
  catalogue.delegation = std::move(*message.mutable_delegation());
  catalogue.delegation_signature = std::move(*message.mutable_delegation_signature());
  catalogue.root_key = std::move(*message.mutable_root_key());
  for (v1::SignedRootChange& change : *message.mutable_root_changes()) {
    catalogue.root_changes.push_back({std::move(*change.mutable_root_change()),
                                      std::move(*change.mutable_old_signature()),
                                      std::move(*change.mutable_new_signature())});
  }
  return catalogue;
}

}  // namespace exposure
