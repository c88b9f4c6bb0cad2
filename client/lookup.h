// Private lookup: the library that a portal backend, an app or a tool links.
//
//   auto lookup = exposure::Lookup::Connect(options);
//   std::vector<exposure::Number> numbers;
//   numbers.push_back({.force = "met", .scheme = "pay", .number = exposure::Secret(text)});
//   auto answer = (*lookup)->Check(numbers);
//   for (const exposure::Verdict& verdict : answer->verdicts) …
#ifndef EXPOSURE_CLIENT_LOOKUP_H_
#define EXPOSURE_CLIENT_LOOKUP_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/answer.h"
#include "client/core/catalogue_keeper.h"
#include "client/core/evaluation.h"
#include "client/core/number.h"
#include "client/core/transport.h"
#include "crypto/secret.h"

namespace exposure {

using crypto::Secret;

struct LookupOptions : TransportOptions {
  crypto::RootPin root;         // the pinned root key, or its fingerprint
  std::string state_directory;  // for the catalogue remembered and for sets kept; empty: nothing is kept
  uint32_t threads = 0;         // that evaluate, for CheckEach; 0: two for each core
  Clock clock;                  // null: the system's
  RootChanged root_changed;     // may be null
};

// Of one CheckEach. A number of 32 bytes and more is in locked memory of its own, of which the system allows about
// 16,000.
inline constexpr size_t kMostPeopleAtOnce = 8192;

// What CheckEach found for one person: an answer, or what was wrong with that person's numbers.
using PersonAnswer = absl::StatusOr<Answer>;

// Thread-safe.
class Lookup {
 public:
  // Does not connect yet. Returns BAD_USAGE for a malformed address, FILE_ERROR for the state directory.
  static absl::StatusOr<std::unique_ptr<Lookup>> Connect(const LookupOptions& options);
  // Over any transport, which it keeps.
  static absl::StatusOr<std::unique_ptr<Lookup>> Create(std::unique_ptr<Transport> transport,
                                                        const LookupOptions& options);
  virtual ~Lookup() = default;

  // One person's question: all the numbers that the person has or had. Reveals at most the smallest fetch_bits in sum
  // (protocol.md §3). Returns UNKNOWN_FORCE, UNKNOWN_SCHEME, BAD_NUMBER (before anything is sent), the catalogue's
  // errors, CLIENT_TOO_OLD, and the reason of a lie where the service told one. A stale catalogue is refreshed and
  // asked once more. An incident whose part of the catalogue cannot be trusted has a verdict kNoAnswer. `subject`: a
  // pseudonym of the person, new each day, where the consumer counts its people; else the person is new to the service.
  virtual absl::StatusOr<Answer> Check(std::span<const Number> numbers, const Subject& subject) = 0;
  absl::StatusOr<Answer> Check(std::span<const Number> numbers) { return Check(numbers, RandomSubject()); }

  // The same from the whole sets kept in the state directory: nothing but Evaluate is asked. Returns MISSING_DATASET,
  // with what to do, if a set of a needed epoch is not kept or no longer listed.
  virtual absl::StatusOr<Answer> CheckOffline(std::span<const Number> numbers, const Subject& subject) = 0;
  absl::StatusOr<Answer> CheckOffline(std::span<const Number> numbers) {
    return CheckOffline(numbers, RandomSubject());
  }

  // Each person by itself, in whole-set mode: missing sets are downloaded. To the service it is the caller's own batch,
  // without a subject. `progress` may be null; it is called with how many of the people are done, about. Returns
  // BATCH_SIZE for more than kMostPeopleAtOnce.
  virtual absl::StatusOr<std::vector<PersonAnswer>> CheckEach(std::span<const std::vector<Number>> people,
                                                              const std::function<void(size_t done)>& progress) = 0;

  // Downloads, verifies and keeps every dataset of the epochs whose scope holds one of `schemes` ("met/pay"; empty:
  // all). Goes on where an earlier download stopped. Returns the number of bytes kept.
  virtual absl::StatusOr<uint64_t> Download(std::span<const std::string> schemes,
                                            const std::function<void(uint64_t bytes, uint64_t of)>& progress) = 0;

  // The verified catalogue: the newest, or the remembered one if the service cannot be reached.
  virtual absl::StatusOr<std::shared_ptr<const VerifiedCatalogue>> Catalogue() = 0;
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_LOOKUP_H_
