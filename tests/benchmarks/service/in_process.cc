#include "tests/benchmarks/service/in_process.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "crypto/hash.h"
#include "crypto/oprf.h"
#include "tests/benchmarks/service/floor.h"
#include "tests/benchmarks/service/process.h"

namespace exposure::bench {
namespace {

constexpr size_t kRuns = 200;
constexpr size_t kQuotaWrite = 256;  // bytes, about

// CPU of `work` as a multiple of one multiplication, each timed in turn: the median of some runs.
double InMultiplications(const std::function<void()>& work) {
  unsigned char point[crypto_core_ristretto255_BYTES];
  unsigned char scalar[crypto_core_ristretto255_SCALARBYTES];
  unsigned char out[crypto_core_ristretto255_BYTES];
  crypto_core_ristretto255_random(point);
  crypto_core_ristretto255_scalar_random(scalar);
  std::vector<double> ratios(kRuns);
  int failures = 0;
  for (double& ratio : ratios) {
    const double m = MicrosecondsOf(3, [&] { failures += crypto_scalarmult_ristretto255(out, scalar, point); });
    ratio = MicrosecondsOf(1, work) / m;
  }
  return failures == 0 ? MedianOf(std::move(ratios)) : 0;
}

}  // namespace

double EvaluateOne() {
  const crypto::EvaluatorKey key = crypto::EvaluatorKey::Generate().value();
  const std::string element = ToString(crypto::Element::HashFrom(AsBytes("element"))->bytes());
  return InMultiplications(
      [&] { crypto::Evaluate(key, crypto::DecodeElements(AsBytes(element), crypto::kMaxBatch).value()).value(); });
}

ClientWork MeasureClientWork(uint64_t bucket_bytes) {
  const crypto::EvaluatorKey key = crypto::EvaluatorKey::Generate().value();
  const BytesView input = AsBytes("exposure/v1/met/pay/A000000");
  const crypto::Blinding blinding = crypto::Blind(crypto::Element::HashFrom(input).value()).value();
  const crypto::Evaluation evaluation = crypto::Evaluate(key, {&blinding.element, 1}).value();
  const std::string bucket(bucket_bytes, 'b');
  ClientWork work;
  work.blind = InMultiplications([&] { crypto::Blind(crypto::Element::HashFrom(input).value()).value(); });
  work.verify = InMultiplications([&] {
    crypto::VerifyEvaluation(key.public_key(), {&blinding.element, 1}, evaluation.evaluated, evaluation.proof)
        .IgnoreError();
  });
  work.finalize = InMultiplications([&] {
    const std::vector<crypto::Element> unblinded = crypto::Unblind({&blinding, 1}, evaluation.evaluated).value();
    crypto::FinalizeHash(input, unblinded[0]);
  });
  work.bucket = InMultiplications([&] { crypto::Sha256({AsBytes(bucket)}); });
  return work;
}

SyncedWrite MeasureSyncedWrite(const std::string& directory) {
  const std::string path = directory + "/synced";
  const int fd = open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  const std::string bytes(kQuotaWrite, 'q');
  std::vector<double> cpu(kRuns);
  std::vector<double> wall(kRuns);
  for (size_t i = 0; i < kRuns; ++i) {
    const double cpu_begin = ThreadCpuSeconds();
    const double begin = WallSeconds();
    const bool written = write(fd, bytes.data(), bytes.size()) > 0 && fdatasync(fd) == 0;
    if (written) {
      cpu[i] = (ThreadCpuSeconds() - cpu_begin) * 1e6;
      wall[i] = (WallSeconds() - begin) * 1e6;
    }
  }
  close(fd);
  unlink(path.c_str());
  return {MedianOf(std::move(cpu)), MedianOf(std::move(wall))};
}

}  // namespace exposure::bench
