// An honest service in memory, built from crypto/ alone: what a client talks to in tests. And a liar to put in between.
#ifndef EXPOSURE_TESTS_SUPPORT_FAKE_SERVICE_H_
#define EXPOSURE_TESTS_SUPPORT_FAKE_SERVICE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "client/core/transport.h"
#include "crypto/catalogue.h"
#include "crypto/dataset.h"
#include "crypto/epoch.h"
#include "crypto/record.h"
#include "crypto/signature.h"
#include "exposure/v1/catalogue.pb.h"

namespace exposure::testing {

using People = std::map<std::string, crypto::RecordContent>;  // by canonical number

// A call that the service received.
struct Call {
  std::string rpc;      // "Evaluate"
  std::string address;  // of the evaluator
  size_t size = 0;      // of the request's message; of RequestGrant: the rows
  std::string prefix;   // of FetchBucket
};

// Thread-safe for calls. What it serves is changed by one thread while nobody calls.
class FakeService : public Transport {
 public:
  FakeService();

  // A scheme of `letters` letters and `digits` digits.
  static v1::Scheme MakeScheme(const std::string& force, const std::string& name, uint64_t population, uint32_t letters,
                               uint32_t digits);

  // An epoch whose key is split over so many evaluators; the first has no address, the others "evaluator-2" …
  crypto::EpochId AddEpoch(const std::vector<v1::Scheme>& schemes, int bucket_bits, int fetch_bits, int evaluators = 1);
  // Seals `people` and adds the dataset to the content. `bucket_bits`: the epoch's unless given.
  crypto::DatasetId AddDataset(const crypto::EpochId& epoch_id, const std::string& incident_id,
                               const std::string& force, const std::string& scheme, const People& people,
                               std::optional<int> bucket_bits = std::nullopt);
  // Adds a sealed dataset file as it is, under the incident of its details.
  crypto::DatasetId AddFile(const std::string& file);
  // Takes it out of the content; its rows stay until then.
  void RemoveDataset(const crypto::DatasetId& id);

  // Signs the content as the next version, issued now.
  void Issue();
  // Signs any header and content, as the holder of the online key can.
  crypto::SignedCatalogue Sign(const crypto::CatalogueHeader& header, const std::string& content) const;
  // The header that Issue would sign.
  crypto::CatalogueHeader NextHeader(const std::string& content) const;
  void Delegate(uint64_t serial, uint64_t not_before, uint64_t not_after);

  crypto::Output Finalised(const crypto::EpochId& epoch_id, const std::string& input) const;

  v1::CatalogueContent content;  // what the next Issue signs
  uint64_t now = 1'790'000'000;
  bool serve_previous = true;  // the content before the current one, as a real service does for ten minutes
  bool down = false;           // every call is UNAVAILABLE
  bool grants = true;          // sealing is granted to everybody
  std::map<crypto::EpochId, std::vector<crypto::EvaluatorKey>> keys;
  const crypto::SigningKey root = crypto::SigningKey::Generate();
  const crypto::SigningKey online = crypto::SigningKey::Generate();
  std::map<std::string, crypto::SigningKey> custodians;  // by force
  std::vector<crypto::SignedCatalogue> issued;           // the current one last

  std::vector<Call> TakeCalls();
  size_t Count(const std::string& rpc) const;  // since the last TakeCalls

  // Transport.
  absl::StatusOr<crypto::SignedCatalogue> GetCatalogue() override;
  absl::StatusOr<std::vector<std::string>> GetCatalogueHeaders(uint64_t after_version) override;
  absl::StatusOr<v1::EvaluateResponse> Evaluate(const std::string& address,
                                                const v1::EvaluateRequest& request) override;
  absl::StatusOr<v1::RequestGrantResponse> RequestGrant(const std::string& address,
                                                        const v1::RequestGrantRequest& request) override;
  absl::StatusOr<v1::FetchBucketResponse> FetchBucket(const v1::FetchBucketRequest& request) override;
  absl::Status DownloadDataset(BytesView dataset_id, uint64_t offset,
                               absl::FunctionRef<absl::Status(std::string_view)> sink) override;

 private:
  struct Sealed {
    crypto::Manifest manifest;
    std::string file;
    std::vector<std::string> buckets;
    std::optional<crypto::MerkleTree> tree;
  };

  absl::Status Note(Call call);
  const v1::Epoch* FindEpoch(const std::string& epoch_id) const;

  mutable std::mutex mutex_;
  std::vector<Call> calls_;  // guarded by mutex_
  std::map<crypto::DatasetId, Sealed> datasets_;
  std::string delegation_, delegation_signature_;
};

// What a liar does to each reply, or instead of it. Null: the truth.
struct Lies {
  std::function<void(crypto::SignedCatalogue&)> catalogue;
  std::function<void(std::vector<std::string>&)> headers;
  std::function<void(const std::string& address, const v1::EvaluateRequest&, v1::EvaluateResponse&)> evaluate;
  std::function<void(v1::RequestGrantResponse&)> grant;
  std::function<void(const v1::FetchBucketRequest&, v1::FetchBucketResponse&)> fetch;
  std::function<absl::Status(const v1::FetchBucketRequest&)> refuse_fetch;
  std::function<void(std::string&)> download;
};

// Passes calls on to a service, and lies. Both outlive it.
class Liar : public Transport {
 public:
  Liar(Transport* service, const Lies* lies) : service_(service), lies_(lies) {}

  absl::StatusOr<crypto::SignedCatalogue> GetCatalogue() override;
  absl::StatusOr<std::vector<std::string>> GetCatalogueHeaders(uint64_t after_version) override;
  absl::StatusOr<v1::EvaluateResponse> Evaluate(const std::string& address,
                                                const v1::EvaluateRequest& request) override;
  absl::StatusOr<v1::RequestGrantResponse> RequestGrant(const std::string& address,
                                                        const v1::RequestGrantRequest& request) override;
  absl::StatusOr<v1::FetchBucketResponse> FetchBucket(const v1::FetchBucketRequest& request) override;
  absl::Status DownloadDataset(BytesView dataset_id, uint64_t offset,
                               absl::FunctionRef<absl::Status(std::string_view)> sink) override;

 private:
  Transport* const service_;
  const Lies* const lies_;
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_FAKE_SERVICE_H_
