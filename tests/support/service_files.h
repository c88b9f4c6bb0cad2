// Everything an exposured needs in a directory of a test's own: keys, public files, delegation, configuration; and
// sealed datasets of random rows to publish on it. One epoch, met/pay, 1,500 people, B = 4, fetch_bits = 3.
#ifndef EXPOSURE_TESTS_SUPPORT_SERVICE_FILES_H_
#define EXPOSURE_TESTS_SUPPORT_SERVICE_FILES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "crypto/bodies.h"
#include "crypto/epoch.h"
#include "crypto/oprf.h"
#include "crypto/signature.h"
#include "exposure/v1/notice.pb.h"
#include "tests/support/temp_dir.h"

namespace exposure::testing {

inline constexpr int kTestBucketBits = 4;
inline constexpr int kTestFetchBits = 3;
inline constexpr char kTestIncident[] = "met-2023-supplier";

// The sample notice deploy/samples/NAME.notice.txtpb.
v1::Notice SampleNotice(const std::string& name = kTestIncident);

// A sealed dataset: the file form, and its parts.
struct SealedFile {
  crypto::Manifest manifest;
  std::string manifest_bytes;
  std::string signature;
  std::string details;
  std::string file;

  std::string id() const { return ToString(manifest.dataset_id); }
};

class ServiceFiles {
 public:
  ServiceFiles();

  const std::string& directory() const { return directory_.path(); }
  std::string Path(const std::string& name) const { return directory_ / name; }
  std::string config_path() const { return Path("exposured.txtpb"); }

  // The whole configuration; after `Write` the file holds it, with `from` replaced by `to` where given. `from` must
  // be in it.
  const std::string& config_text() const { return config_text_; }
  void Write(const std::vector<std::pair<std::string, std::string>>& replace = {});

  const crypto::SigningKey& root() const { return root_; }
  const crypto::SigningKey& catalogue() const { return catalogue_; }
  const crypto::SigningKey& custodian() const { return custodian_; }
  const crypto::EvaluatorKey& evaluator() const { return evaluator_; }
  crypto::EpochId epoch_id() const { return crypto::DeriveEpochId(evaluator_.public_key()); }

  // Random rows in random buckets, signed by the custodian; each call another dataset.
  SealedFile Seal(size_t records, int bucket_bits = kTestBucketBits) const;

  // Writes a delegation for the catalogue key, `seconds` from now on, into delegation.txtpb.
  void WriteDelegation(int64_t seconds);
  // A secret key file, mode 0400, and its public file NAME.pub.
  void WriteKey(const std::string& name, const char* kind, const crypto::SigningKey& key);
  void WriteKey(const std::string& name, const crypto::EvaluatorKey& key, uint32_t index);

 private:
  TempDir directory_;
  const crypto::SigningKey root_ = crypto::SigningKey::Generate();
  const crypto::SigningKey catalogue_ = crypto::SigningKey::Generate();
  const crypto::SigningKey custodian_ = crypto::SigningKey::Generate();
  const crypto::EvaluatorKey evaluator_ = crypto::EvaluatorKey::Generate().value();
  std::string config_text_;
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_SERVICE_FILES_H_
