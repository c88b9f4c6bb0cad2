// Whether two servers, two routes to one, or two people were shown one catalogue: a server that shows different ones to
// different people is caught when they compare.
#ifndef EXPOSURE_CLIENT_CORE_CATALOGUE_COMPARE_H_
#define EXPOSURE_CLIENT_CORE_CATALOGUE_COMPARE_H_

#include <string>

#include "absl/status/status.h"
#include "client/core/catalogue_keeper.h"
#include "client/core/transport.h"

namespace exposure {

// What one of them shows.
struct Shown {
  std::string from;  // server or file, for people
  VerifiedCatalogue catalogue;
  Transport* transport = nullptr;  // where its headers are asked for; null: a file
};

// OK where both are of one chain. Returns CATALOGUE_SPLIT, with both hashes to show to others; BAD_USAGE where the
// newer is a file, and is not the next after the older: nobody can be asked for the headers in between; and as the
// transport.
absl::Status CompareCatalogues(const Shown& first, const Shown& second);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_CATALOGUE_COMPARE_H_
