#include "tests/support/service_files.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "base/file.h"
#include "crypto/dataset.h"
#include "crypto/key_text.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure::testing {
namespace {

constexpr char kConfig[] = R"(# A test's configuration.
listen: "127.0.0.1:0"
address_file: "address"
data_directory: "data"
evaluator_key_files: "met-1"
catalogue_key_file: "catalogue"
delegation_file: "delegation.txtpb"
service_name: "Test service"
epochs {
  evaluator_files: "met-1.pub"
  bucket_bits: 4
  fetch_bits: 3
  schemes {
    force: "met"
    name: "pay"
    population: 1500
    rule { min_letters: 1 max_letters: 1 min_digits: 6 max_digits: 6 }
    label { en: "Pay number" }
    force_name { en: "Metropolitan Police" }
  }
}
custodians {
  name: "Metropolitan Police, breach response"
  force: "met"
  public_key_file: "custodian.pub"
}
limits {
  shutdown_seconds: 5
}
)";

void WriteFileOrDie(const std::string& path, std::string_view contents, unsigned mode) {
  const absl::Status written = WriteFileAtomically(path, contents, mode);
  if (!written.ok()) ADD_FAILURE() << written.ToString();
}

std::string Details() {
  v1::DatasetDetails details;
  details.set_incident_id(kTestIncident);
  details.mutable_mapping()->set_force("met");
  details.mutable_mapping()->set_scheme("pay");
  return details.SerializeAsString();
}

}  // namespace

v1::Notice SampleNotice(const std::string& name) {
  v1::Notice notice;
  const absl::StatusOr<std::string> text =
      ReadFile(std::string(EXPOSURE_SOURCE_DIR) + "/deploy/samples/" + name + ".notice.txtpb");
  if (!text.ok() || !google::protobuf::TextFormat::ParseFromString(*text, &notice)) {
    ADD_FAILURE() << "No sample notice " << name;
  }
  return notice;
}

ServiceFiles::ServiceFiles() : config_text_(kConfig) {
  WriteKey("root", "root", root_);
  WriteKey("catalogue", "catalogue", catalogue_);
  WriteKey("custodian", "custodian", custodian_);
  WriteKey("met-1", evaluator_, 1);
  WriteDelegation(60 * 24 * 3600);  // long enough for no warning
  Write();
}

void ServiceFiles::Write(const std::vector<std::pair<std::string, std::string>>& replace) {
  for (const auto& [from, to] : replace) {
    const size_t at = config_text_.find(from);
    if (at == std::string::npos) {
      ADD_FAILURE() << "The configuration has no " << from;
    } else {
      config_text_.replace(at, from.size(), to);
    }
  }
  WriteFileOrDie(config_path(), config_text_, 0644);
}

void ServiceFiles::WriteKey(const std::string& name, const char* kind, const crypto::SigningKey& key) {
  for (const crypto::KeyKind k : {crypto::KeyKind::kRoot, crypto::KeyKind::kCatalogue, crypto::KeyKind::kCustodian}) {
    if (crypto::KeyKindWord(k) != kind) continue;
    WriteFileOrDie(Path(name), AsChars(crypto::EncodeKeyText(k, key.Reveal()).Reveal()), 0400);
  }
  WriteFileOrDie(Path(name + ".pub"),
                 "kind: \"" + std::string(kind) + "\"\npublic_key: \"" + ToHex(key.public_key()) +
                     "\"\nfingerprint: \"" + ToHex(crypto::DeriveKeyId(key.public_key())) + "\"\n",
                 0644);
}

void ServiceFiles::WriteKey(const std::string& name, const crypto::EvaluatorKey& key, uint32_t index) {
  WriteFileOrDie(Path(name), AsChars(crypto::EncodeKeyText(crypto::KeyKind::kEvaluator, key.Reveal()).Reveal()), 0400);
  const crypto::EvaluatorEntry entry = crypto::MakeEvaluatorEntry(key, index).value();
  WriteFileOrDie(Path(name + ".pub"),
                 "index: " + std::to_string(index) + "\npublic_key: \"" + ToHex(entry.public_key) +
                     "\"\npossession_element: \"" + ToHex(entry.possession_element) + "\"\npossession_proof: \"" +
                     ToHex(entry.possession_proof) + "\"\n",
                 0644);
}

void ServiceFiles::WriteDelegation(int64_t seconds) {
  const int64_t now = time(nullptr);
  crypto::Delegation delegation;
  delegation.serial = 1;
  delegation.not_before = static_cast<uint64_t>(std::min(now, now + seconds - 1000));
  delegation.not_after = static_cast<uint64_t>(now + seconds);
  delegation.catalogue_key = catalogue_.public_key();
  const auto body = crypto::Encode(delegation);
  WriteFileOrDie(
      Path("delegation.txtpb"),
      "delegation: \"" + ToHex(body) + "\"\nsignature: \"" + ToHex(root_.Sign(crypto::kDelegationLabel, body)) + "\"\n",
      0644);
}

SealedFile ServiceFiles::Seal(size_t records, int bucket_bits) const {
  SealedFile sealed;
  sealed.details = Details();
  crypto::Manifest& manifest = sealed.manifest;
  manifest.epoch_id = epoch_id();
  randombytes_buf(manifest.salt.data(), manifest.salt.size());
  manifest.dataset_id = crypto::DeriveDatasetId(manifest.epoch_id, manifest.salt);
  manifest.bucket_bits = static_cast<uint8_t>(bucket_bits);
  std::vector<crypto::PlacedRow> rows(records);
  for (crypto::PlacedRow& row : rows) {
    row.bucket = randombytes_uniform(uint32_t{1} << bucket_bits);
    randombytes_buf(row.row.data(), row.row.size());
  }
  const crypto::Buckets buckets =
      crypto::BuildBuckets(rows, bucket_bits, manifest.dataset_id, crypto::Secret::Random(32)).value();
  manifest.rows_per_bucket = buckets.rows_per_bucket;
  manifest.records = manifest.rows_indexed = manifest.rows_read = records;
  manifest.sealed_at = static_cast<uint64_t>(time(nullptr));
  manifest.root = buckets.root;
  manifest.details_hash = crypto::DetailsHash(AsBytes(sealed.details));
  const crypto::KeyId signer = crypto::DeriveKeyId(custodian_.public_key());
  std::copy(signer.begin(), signer.begin() + 24, manifest.signer.begin());
  const auto bytes = crypto::Encode(manifest);
  const crypto::Signature signature = custodian_.Sign(crypto::kManifestLabel, bytes);
  sealed.manifest_bytes = ToString(bytes);
  sealed.signature = ToString(signature);
  sealed.file = crypto::EncodeDatasetHead(bytes, signature, sealed.details) + buckets.bytes;
  return sealed;
}

}  // namespace exposure::testing
