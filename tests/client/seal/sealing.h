// A custodian's desk: a service with two forces' epochs and notices, a liar in between, a directory to seal in.
#ifndef EXPOSURE_TESTS_CLIENT_SEAL_SEALING_H_
#define EXPOSURE_TESTS_CLIENT_SEAL_SEALING_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "client/core/catalogue_keeper.h"
#include "client/sealer.h"
#include "crypto/dataset.h"
#include "tests/support/fake_service.h"
#include "tests/support/temp_dir.h"

namespace exposure::testing {

inline constexpr char kMet[] = "met-2023-supplier";
inline constexpr char kPsni[] = "psni-2023-foi";

// A sealed dataset file, verified whole.
struct OpenedFile {
  crypto::DatasetHead head;
  v1::DatasetDetails details;
  std::vector<std::string> buckets;
};
OpenedFile OpenFile(const std::string& path);

// The header and rows of a small source with the columns of SmallMapping.
std::string SmallSource(const std::vector<std::string>& rows);
v1::Mapping SmallMapping();

struct Desk {
  // met/pay: B = 8; psni/service: B = 6.
  Desk();

  // Sealed by the custodian of `force`, or by another key.
  std::unique_ptr<Sealer> MakeSealer(const std::string& force = "met");
  std::unique_ptr<Sealer> MakeSealer(crypto::SigningKey key);
  // Options for a source that is written as `dir`/people.csv; the output is `dir`/out.dataset.
  SealOptions Write(std::string_view source);
  // Publishes the file at `path`.
  void Publish(const std::string& path);
  // The record of a number in an opened file, by the service's own key.
  std::optional<crypto::RecordContent> Find(const OpenedFile& file, const std::string& number) const;
  crypto::RecordKeys KeysOf(const OpenedFile& file, const std::string& number) const;

  TempDir dir;
  FakeService service;
  Lies lies;
  Liar liar{&service, &lies};
  std::unique_ptr<CatalogueKeeper> keeper;
};

// deploy/samples/generate.py at a fiftieth, made once for all tests, and what it says must be the answers.
struct Sample {
  std::string source;
  v1::Mapping mapping;
  std::map<std::string, crypto::RecordContent> truth;  // by canonical number
};
const Sample& GetSample(const std::string& name);  // "met", "psni"

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_CLIENT_SEAL_SEALING_H_
