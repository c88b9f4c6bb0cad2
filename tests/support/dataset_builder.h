// Small sealed datasets of made-up people, and a catalogue content that they belong to. The same arguments give the
// same bytes.
#ifndef EXPOSURE_TESTS_SUPPORT_DATASET_BUILDER_H_
#define EXPOSURE_TESTS_SUPPORT_DATASET_BUILDER_H_

#include <cstdint>
#include <functional>
#include <string>

#include "crypto/dataset.h"
#include "crypto/epoch.h"
#include "crypto/oprf.h"
#include "crypto/signature.h"
#include "exposure/v1/catalogue.pb.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure::testing {

struct DatasetSpec {
  size_t records = 200;
  int bucket_bits = 4;
  uint8_t variant = 1;  // other people, seed and dataset id
  std::string incident = "met-2023-supplier";
  std::string force = "met";
  std::string scheme = "pay";
  uint64_t declared_people = 0;
  std::string difference_explained;
  uint64_t sealed_at = 1'700'000'000;
};

struct BuiltDataset {
  crypto::DatasetHead head;
  std::string file;  // the file form

  const crypto::DatasetId& id() const { return head.manifest.dataset_id; }
  const crypto::Manifest& manifest() const { return head.manifest; }
  uint64_t buckets_offset() const { return head.buckets_offset(); }
};

// The made-up F of person `i` of a variant.
crypto::Output MadeUpOutput(uint8_t variant, uint32_t i);

// Seals person 0 … records − 1 and signs with `custodian`.
BuiltDataset BuildDataset(const DatasetSpec& spec, const crypto::EpochId& epoch_id,
                          const crypto::SigningKey& custodian);

// The head again after a change of its manifest, signed anew.
BuiltDataset Resign(BuiltDataset dataset, const crypto::SigningKey& custodian);

// The same rows with other details, signed anew.
BuiltDataset WithDetails(BuiltDataset dataset, const std::function<void(v1::DatasetDetails&)>& edit,
                         const crypto::SigningKey& custodian);

// Keys and the configured part of a content: one live epoch met/pay and met/warrant with B = 4, and one custodian.
class TestForce {
 public:
  TestForce();

  const crypto::SigningKey& custodian() const { return custodian_; }
  const crypto::EpochId& epoch_id() const { return epoch_id_; }
  const v1::CatalogueContent& configured() const { return configured_; }

  BuiltDataset Build(const DatasetSpec& spec = {}) const { return BuildDataset(spec, epoch_id_, custodian_); }

  // A notice that may be published, checkable by met/pay and met/warrant.
  static v1::Notice Notice(const std::string& incident = "met-2023-supplier");

 private:
  crypto::SigningKey custodian_;
  crypto::EpochId epoch_id_{};
  v1::CatalogueContent configured_;
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_DATASET_BUILDER_H_
