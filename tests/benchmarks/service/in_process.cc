#include "tests/benchmarks/service/in_process.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "crypto/hash.h"
#include "crypto/oprf.h"
#include "tests/benchmarks/service/process.h"

namespace exposure::bench {
namespace {

// CPU µs of `work`, the median of some runs.
double MicrosecondsOf(const std::function<void()>& work) {
  std::vector<double> runs(200);
  for (double& run : runs) {
    const double begin = ThreadCpuSeconds();
    work();
    run = (ThreadCpuSeconds() - begin) * 1e6;
  }
  std::nth_element(runs.begin(), runs.begin() + 100, runs.end());
  return runs[100];
}

}  // namespace

double EvaluateOneMicroseconds() {
  const crypto::EvaluatorKey key = crypto::EvaluatorKey::Generate().value();
  const std::string element = ToString(crypto::Element::HashFrom(AsBytes("element"))->bytes());
  return MicrosecondsOf(
      [&] { crypto::Evaluate(key, crypto::DecodeElements(AsBytes(element), crypto::kMaxBatch).value()).value(); });
}

ClientWork MeasureClientWork(uint64_t bucket_bytes) {
  const crypto::EvaluatorKey key = crypto::EvaluatorKey::Generate().value();
  const BytesView input = AsBytes("exposure/v1/met/pay/A000000");
  const crypto::Blinding blinding = crypto::Blind(crypto::Element::HashFrom(input).value()).value();
  const crypto::Evaluation evaluation = crypto::Evaluate(key, {&blinding.element, 1}).value();
  const std::string bucket(bucket_bytes, 'b');
  ClientWork work;
  work.blind = MicrosecondsOf([&] { crypto::Blind(crypto::Element::HashFrom(input).value()).value(); });
  work.verify = MicrosecondsOf([&] {
    crypto::VerifyEvaluation(key.public_key(), {&blinding.element, 1}, evaluation.evaluated, evaluation.proof)
        .IgnoreError();
  });
  work.finalize = MicrosecondsOf([&] {
    const std::vector<crypto::Element> unblinded = crypto::Unblind({&blinding, 1}, evaluation.evaluated).value();
    crypto::FinalizeHash(input, unblinded[0]);
  });
  work.bucket = MicrosecondsOf([&] { crypto::Sha256({AsBytes(bucket)}); });
  return work;
}

}  // namespace exposure::bench
