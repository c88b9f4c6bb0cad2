#include "client/core/inquiry.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/status_macros.h"
#include "client/core/evaluation.h"
#include "client/core/fetch.h"
#include "client/core/parallel.h"
#include "crypto/bucket.h"
#include "crypto/record.h"

namespace exposure {
namespace {

bool IsKeyedBy(const CheckedDataset& dataset, const AskedNumber& number) {
  const v1::Mapping& mapping = dataset.details.mapping();
  return mapping.force() == number.force && mapping.scheme() == number.scheme;
}

absl::StatusOr<std::optional<crypto::RecordContent>> FindIn(const CheckedDataset& dataset, const CheckedEpoch& epoch,
                                                            uint32_t index, const crypto::Output& output,
                                                            std::string_view bucket) {
  const crypto::Manifest& manifest = dataset.manifest;
  const crypto::RecordKeys keys = crypto::DeriveRecordKeys(output, epoch.id, manifest.dataset_id, manifest.salt);
  const crypto::RowPlace place = {epoch.id, manifest.dataset_id, manifest.bucket_bits, index};
  return crypto::FindRecord(keys, place, AsBytes(bucket));
}

bool HasPair(const Plan& plan, const CheckedEpoch& epoch) {
  return std::any_of(plan.pairs.begin(), plan.pairs.end(), [&](const Pair& pair) { return pair.epoch_id == epoch.id; });
}

}  // namespace

Inquiry::Inquiry(Transport* transport, KeptSets* sets, std::span<const std::vector<AskedNumber>> people,
                 InquiryOptions options)
    : transport_(transport), sets_(sets), options_(std::move(options)) {
  size_t most = 0;
  for (const std::vector<AskedNumber>& person : people) most += person.size();
  numbers_.reserve(most);  // the map's keys point into it
  std::map<std::string_view, size_t> places;
  for (const std::vector<AskedNumber>& person : people) {
    std::vector<size_t>& mine = people_.emplace_back();
    for (const AskedNumber& number : person) {
      const auto known = places.find(number.input.Reveal());
      if (known != places.end()) {
        mine.push_back(known->second);
        continue;
      }
      mine.push_back(numbers_.size());
      numbers_.push_back(number);
      places.emplace(numbers_.back().input.Reveal(), mine.back());
    }
  }
}

absl::StatusOr<std::vector<Answer>> Inquiry::Attempt(const std::shared_ptr<const VerifiedCatalogue>& catalogue) {
  const CheckedContent& content = catalogue->content;
  plan_ = plan_ ? MakeSecondPlan(*plan_, content, numbers_) : MakePlan(content, numbers_);
  if (options_.source != RecordSource::kFetch) plan_->whole_sets = true;
  RETURN_IF_ERROR(PrepareSets(content));
  RETURN_IF_ERROR(Evaluate(content));
  return AnswerAll(catalogue);
}

absl::Status Inquiry::PrepareSets(const CheckedContent& content) {
  prepared_.clear();
  for (const CheckedEpoch& epoch : content.epochs()) {
    if (!HasPair(*plan_, epoch) || !TakesWholeSets(*plan_, content, epoch)) continue;
    for (const CheckedDataset* dataset : content.DatasetsOf(epoch.id)) {
      if (!dataset->status.ok()) continue;
      if (options_.source == RecordSource::kKeptSets) {
        ASSIGN_OR_RETURN(prepared_[dataset], sets_->Find(*dataset));
      } else {
        ASSIGN_OR_RETURN(prepared_[dataset], sets_->Get(*transport_, *dataset, nullptr));
      }
      if (prepared_[dataset] == nullptr) {
        return Error(Reason::kMissingDataset,
                     "The sets kept on this computer are incomplete: a dataset that the catalogue lists is not here. "
                     "Download the sets, then ask again.");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status Inquiry::Evaluate(const CheckedContent& content) {
  std::map<crypto::EpochId, std::vector<Pair>> wanted;
  size_t total = 0;
  for (const Pair& pair : plan_->pairs) {
    if (outputs_.contains(pair) || content.DatasetsOf(pair.epoch_id).empty()) continue;
    wanted[pair.epoch_id].push_back(pair);
    ++total;
  }
  size_t done_before = 0;
  for (const auto& [epoch_id, pairs] : wanted) {
    std::vector<OprfInput> inputs;
    inputs.reserve(pairs.size());
    for (const Pair& pair : pairs) inputs.push_back(numbers_[pair.number].input);
    EvaluationOptions options = {.subject = options_.subject, .threads = options_.threads};
    if (options_.progress) {
      options.progress = [&](size_t done) { options_.progress((done_before + done) * people_.size() / total); };
    }
    ASSIGN_OR_RETURN(const std::vector<crypto::Output> outputs,
                     EvaluateInputs(*transport_, *content.FindEpoch(epoch_id), inputs, options));
    for (size_t i = 0; i < pairs.size(); ++i) outputs_.emplace(pairs[i], outputs[i]);
    done_before += pairs.size();
  }
  return absl::OkStatus();
}

// The people, by the bucket of their first number in each epoch: each bucket is read and verified about once.
std::vector<size_t> Inquiry::InOrderOfBuckets(const CheckedContent& content) const {
  if (people_.size() == 1) return {0};
  std::vector<std::pair<std::vector<uint32_t>, size_t>> places;
  places.reserve(people_.size());
  for (size_t i = 0; i < people_.size(); ++i) {
    std::vector<uint32_t>& buckets = places.emplace_back(std::vector<uint32_t>(), i).first;
    for (const CheckedEpoch& epoch : content.epochs()) {
      if (!epoch.status.ok()) continue;
      const auto output = outputs_.find({people_[i].front(), epoch.id});
      if (output == outputs_.end()) continue;
      buckets.push_back(crypto::BucketIndex(output->second, epoch.id, static_cast<int>(epoch.message->bucket_bits())));
    }
  }
  std::sort(places.begin(), places.end());
  std::vector<size_t> order;
  order.reserve(places.size());
  for (const auto& [buckets, person] : places) order.push_back(person);
  return order;
}

// Of many people: from whole sets, which threads may share.
absl::StatusOr<std::vector<Answer>> Inquiry::AnswerAll(const std::shared_ptr<const VerifiedCatalogue>& catalogue) {
  std::vector<Answer> answers(people_.size());
  const std::vector<size_t> order = InOrderOfBuckets(catalogue->content);
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  absl::Status status;  // the first error; guarded by mutex
  InParallel(std::min(options_.threads > 0 ? options_.threads : Cores(), people_.size()), [&] {
    for (size_t i = next++; i < order.size(); i = next++) {
      absl::StatusOr<Answer> answer = AnswerOne(catalogue, people_[order[i]]);
      if (answer.ok()) {
        answers[order[i]] = *std::move(answer);
        continue;
      }
      next = order.size();  // nothing more is begun
      const std::lock_guard<std::mutex> lock(mutex);
      status.Update(answer.status());
    }
  });
  RETURN_IF_ERROR(status);
  return answers;
}

absl::StatusOr<Answer> Inquiry::AnswerOne(const std::shared_ptr<const VerifiedCatalogue>& catalogue,
                                          const std::vector<size_t>& numbers) {
  std::set<std::string> asked;
  std::vector<Finding> findings;
  Answer answer;
  for (const size_t number : numbers) {
    asked.insert(numbers_[number].scheme_name());
    for (const CheckedEpoch& epoch : catalogue->content.epochs()) {
      const Pair pair = {number, epoch.id};
      if (!std::binary_search(plan_->pairs.begin(), plan_->pairs.end(), pair)) continue;
      ++answer.proof.fetches;
      const auto output = outputs_.find(pair);
      if (output == outputs_.end()) continue;  // the epoch has no dataset
      RETURN_IF_ERROR(LookUp(*catalogue, epoch, number, output->second, findings));
    }
  }
  answer.verdicts = MakeVerdicts(catalogue, asked, findings);
  answer.proof.catalogue_version = catalogue->header.version;
  answer.proof.catalogue_issued = catalogue->header.issued;
  answer.proof.catalogue_expires = catalogue->header.expires;
  answer.proof.content_hash = ToHex(catalogue->header.content_hash);
  answer.proof.numbers = static_cast<uint32_t>(numbers.size());
  answer.proof.revealed_bits = static_cast<int>(fetched_.size()) * plan_->bits;
  answer.proof.whole_set = fetched_.empty() && !prepared_.empty();
  return answer;
}

absl::Status Inquiry::LookUp(const VerifiedCatalogue& catalogue, const CheckedEpoch& epoch, size_t number,
                             const crypto::Output& output, std::vector<Finding>& findings) {
  const AskedNumber& asked = numbers_[number];
  const uint32_t index = crypto::BucketIndex(output, epoch.id, static_cast<int>(epoch.message->bucket_bits()));
  if (TakesWholeSets(*plan_, catalogue.content, epoch)) {
    for (const CheckedDataset* dataset : catalogue.content.DatasetsOf(epoch.id)) {
      if (!dataset->status.ok() || !IsKeyedBy(*dataset, asked)) continue;
      ASSIGN_OR_RETURN(const std::shared_ptr<const std::string> bucket, prepared_.at(dataset)->Bucket(index));
      findings.push_back({dataset, FindIn(*dataset, epoch, index, output, *bucket)});
    }
    return absl::OkStatus();
  }
  fetched_.insert({number, epoch.id});
  ASSIGN_OR_RETURN(const std::vector<CheckedBucket> buckets,
                   FetchBuckets(*transport_, catalogue, epoch, index, plan_->bits));
  for (const CheckedBucket& bucket : buckets) {
    if (!IsKeyedBy(*bucket.dataset, asked)) continue;
    findings.push_back({bucket.dataset, FindIn(*bucket.dataset, epoch, index, output, bucket.bytes)});
  }
  return absl::OkStatus();
}

}  // namespace exposure
