#include "tests/benchmarks/service/questions.h"

#include <sodium.h>

#include "base/status_macros.h"
#include "client/core/grpc_status.h"
#include "crypto/bodies.h"
#include "crypto/bucket.h"
#include "tests/support/channel.h"

namespace exposure::bench {
namespace {

std::string RandomBytes(size_t size) {
  std::string bytes(size, 0);
  randombytes_buf(bytes.data(), size);
  return bytes;
}

// Random elements, one for each place of a batch. They take milliseconds, and are made once.
std::string MakeElements() {
  std::string elements(crypto::kMaxBatch * crypto::kElementSize, 0);
  for (size_t i = 0; i < crypto::kMaxBatch; ++i) {
    crypto_core_ristretto255_random(reinterpret_cast<unsigned char*>(elements.data()) + i * crypto::kElementSize);
  }
  return elements;
}

}  // namespace

Questions::Questions(const Service& service, const std::shared_ptr<grpc::Channel>& channel)
    : service_(service),
      catalogue_(v1::CatalogueService::NewStub(channel)),
      evaluation_(v1::EvaluationService::NewStub(channel)),
      records_(v1::RecordService::NewStub(channel)) {}

absl::Status Questions::Prepare() {
  testing::Context context;
  v1::GetCatalogueResponse response;
  RETURN_IF_ERROR(FromGrpc(catalogue_->GetCatalogue(&context, {}, &response), ""));
  ASSIGN_OR_RETURN(const crypto::CatalogueHeader header, crypto::DecodeHeader(AsBytes(response.header())));
  content_hash_ = ToString(header.content_hash);
  version_ = header.version;
  return absl::OkStatus();
}

v1::EvaluateRequest Questions::MakeEvaluate(size_t elements) const {
  v1::EvaluateRequest request;
  request.set_epoch_id(ToString(service_.epoch_id(0)));
  const size_t first = randombytes_uniform(static_cast<uint32_t>(crypto::kMaxBatch - elements + 1));
  static const std::string all = MakeElements();
  request.set_blinded(all.substr(first * crypto::kElementSize, elements * crypto::kElementSize));
  request.set_subject(elements == 1 ? RandomBytes(16) : std::string(16, 0));
  request.set_idempotency(RandomBytes(16));
  return request;
}

absl::Status Questions::Evaluate(size_t elements) {
  testing::Context context;
  v1::EvaluateResponse response;
  return FromGrpc(evaluation_->Evaluate(&context, MakeEvaluate(elements), &response), "");
}

absl::Status Questions::Fetch(size_t epoch) {
  const int bits = service_.bucket_bits();
  v1::FetchBucketRequest request;
  request.set_content_hash(content_hash_);
  request.set_epoch_id(ToString(service_.epoch_id(epoch)));
  request.set_prefix(ToString(crypto::EncodePrefix({bits, randombytes_uniform(uint32_t{1} << bits)})));
  testing::Context context;
  v1::FetchBucketResponse response;
  return FromGrpc(records_->FetchBucket(&context, request, &response), "");
}

absl::Status Questions::Nothing() {
  testing::Context context;
  v1::GetCatalogueHeadersRequest request;
  request.set_after_version(version_);
  v1::GetCatalogueHeadersResponse response;
  return FromGrpc(catalogue_->GetCatalogueHeaders(&context, request, &response), "");
}

}  // namespace exposure::bench
