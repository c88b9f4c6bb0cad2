// What our operations cost, as ratios to libsodium's own in the same run. Each benchmark times its floor beside it,
// turn by turn, and reports `ratio` = ours ÷ floor. M is one multiplication, G one by the base; machines are noisy,
// ratios are not.
//
//   single verified evaluation (Evaluate of one, with proof)   floor 4 M + G    aim ≤ 1.15
//   batch of 1,024 with proof, each element                    floor 2 M        aim ≤ 1.25
#include <benchmark/benchmark.h>
#include <sodium.h>
#include <time.h>

#include <functional>
#include <string>
#include <vector>

#include "crypto/bucket.h"
#include "crypto/dataset.h"
#include "crypto/merkle.h"
#include "crypto/oprf.h"
#include "crypto/record.h"
#include "crypto/signature.h"

namespace exposure::crypto {
namespace {

// CPU time of this thread, so that what else the machine does counts less.
double Now() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

double SecondsOf(const std::function<void()>& work) {
  const double begin = Now();
  work();
  return Now() - begin;
}

// libsodium's own operations, on encoded points as ours.
class Floor {
 public:
  Floor() {
    InitialiseSodium();
    crypto_core_ristretto255_random(point_);
    crypto_core_ristretto255_scalar_random(scalar_);
  }
  void Multiply(int times) {
    for (int i = 0; i < times; ++i) {
      benchmark::DoNotOptimize(crypto_scalarmult_ristretto255(out_, scalar_, point_));
    }
  }
  void MultiplyBase(int times) {
    for (int i = 0; i < times; ++i) benchmark::DoNotOptimize(crypto_scalarmult_ristretto255_base(out_, scalar_));
  }
  void HashToGroup() {
    unsigned char wide[64] = {7};
    benchmark::DoNotOptimize(crypto_core_ristretto255_from_hash(out_, wide));
  }
  void Invert() { benchmark::DoNotOptimize(crypto_core_ristretto255_scalar_invert(out_, scalar_)); }
  void Aead() {
    unsigned char sealed[40];
    const unsigned char nonce[12] = {}, key[32] = {}, plain[24] = {}, aad[64] = {};
    crypto_aead_chacha20poly1305_ietf_encrypt(sealed, nullptr, plain, 24, aad, 64, nullptr, nonce, key);
    benchmark::DoNotOptimize(sealed);
  }

 private:
  unsigned char point_[32], scalar_[32], out_[32];
};

// Runs ours and the floor in turns and reports both per item and their ratio.
void Compare(benchmark::State& state, int items, const std::function<void()>& ours,
             const std::function<void(Floor&)>& floor_work) {
  Floor floor;
  double ours_seconds = 0, floor_seconds = 0;
  for (auto _ : state) {
    const double spent = SecondsOf(ours);
    ours_seconds += spent;
    floor_seconds += SecondsOf([&] { floor_work(floor); });
    state.SetIterationTime(spent);
  }
  const double count = static_cast<double>(state.iterations()) * items;
  state.counters["ours_us"] = ours_seconds / count * 1e6;
  state.counters["floor_us"] = floor_seconds / count * 1e6;
  state.counters["ratio"] = ours_seconds / floor_seconds;
}

std::vector<Element> Points(size_t count) {
  std::vector<Element> points;
  for (size_t i = 0; i < count; ++i) points.push_back(*Element::HashFrom(AsBytes(std::to_string(i))));
  return points;
}

// The server's side of one check: 4 M + G.
void BM_EvaluateOne(benchmark::State& state) {
  const EvaluatorKey key = *EvaluatorKey::Generate();
  const std::string bytes = EncodeElements(Points(1));
  Compare(
      state, 1, [&] { benchmark::DoNotOptimize(Evaluate(key, *DecodeElements(AsBytes(bytes), kMaxBatch))); },
      [](Floor& floor) {
        floor.Multiply(4);
        floor.MultiplyBase(1);
      });
}

// 2 M an element.
void BM_EvaluateBatch(benchmark::State& state) {
  const EvaluatorKey key = *EvaluatorKey::Generate();
  const auto count = static_cast<int>(state.range(0));
  const std::string bytes = EncodeElements(Points(static_cast<size_t>(count)));
  Compare(
      state, count, [&] { benchmark::DoNotOptimize(Evaluate(key, *DecodeElements(AsBytes(bytes), kMaxBatch))); },
      [&](Floor& floor) { floor.Multiply(2 * count); });
}

// The client's side of a batch: weights on both lists, 2 M an element.
void BM_VerifyBatch(benchmark::State& state) {
  const EvaluatorKey key = *EvaluatorKey::Generate();
  const auto count = static_cast<int>(state.range(0));
  const std::vector<Element> blinded = Points(static_cast<size_t>(count));
  const Evaluation evaluation = *Evaluate(key, blinded);
  Compare(
      state, count,
      [&] {
        benchmark::DoNotOptimize(VerifyEvaluation(key.public_key(), blinded, evaluation.evaluated, evaluation.proof));
      },
      [&](Floor& floor) { floor.Multiply(2 * count); });
}

// Hash to group and one M.
void BM_Blind(benchmark::State& state) {
  Compare(
      state, 1, [] { benchmark::DoNotOptimize(Blind(*Element::HashFrom(AsBytes("exposure/v1/met/pay/A123456")))); },
      [](Floor& floor) {
        floor.HashToGroup();
        floor.Multiply(1);
      });
}

// One M each, and one inversion for all.
void BM_UnblindBatch(benchmark::State& state) {
  const auto count = static_cast<int>(state.range(0));
  const std::vector<Element> points = Points(static_cast<size_t>(count));
  std::vector<Blinding> blindings;
  for (const Element& point : points) blindings.push_back(*Blind(point));
  Compare(
      state, count, [&] { benchmark::DoNotOptimize(Unblind(blindings, points)); },
      [&](Floor& floor) {
        floor.Multiply(count);
        floor.Invert();
      });
}

// Two HMACs and an AEAD of 24 bytes; the floor is the AEAD alone.
void BM_SealRecord(benchmark::State& state) {
  Output f;
  f.RevealMutable().fill(3);
  const EpochId epoch_id{};
  Compare(
      state, 1,
      [&] {
        const RowPlace place = {epoch_id, {}, 8, BucketIndex(f, epoch_id, 8)};
        benchmark::DoNotOptimize(SealRow(DeriveRecordKeys(f, epoch_id, {}, {}), place, {}));
      },
      [](Floor& floor) { floor.Aead(); });
}

// A client's check of a fetched bucket of 232 rows with 8 siblings; the floor is SHA-256 of its bytes.
void BM_VerifyRow(benchmark::State& state) {
  const uint32_t rows = 232;
  std::vector<Hash> leaves;
  const std::string bucket(rows * kRowSize, 'b');
  for (uint32_t i = 0; i < 256; ++i) leaves.push_back(LeafHash({}, i, AsBytes(bucket)));
  const MerkleTree tree = *MerkleTree::Build(leaves);
  const std::string row = bucket + tree.Path(77);
  Compare(
      state, 1,
      [&] {
        benchmark::DoNotOptimize(VerifyRow({}, tree.root(), 8, rows, {8, 77}, AsBytes(row)));
      },
      [&](Floor&) { benchmark::DoNotOptimize(Sha256({AsBytes(row)})); });
}

void BM_VerifySignature(benchmark::State& state) {
  const SigningKey key = SigningKey::Generate();
  const std::string body(kManifestSize, 'm');
  const Signature signature = key.Sign(kManifestLabel, AsBytes(body));
  Compare(
      state, 1,
      [&] { benchmark::DoNotOptimize(VerifySignature(key.public_key(), kManifestLabel, AsBytes(body), signature)); },
      [](Floor& floor) { floor.Multiply(1); });
}

BENCHMARK(BM_EvaluateOne)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_EvaluateBatch)->Arg(64)->Arg(1024)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_VerifyBatch)->Arg(1)->Arg(1024)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_Blind)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_UnblindBatch)->Arg(1)->Arg(1024)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_SealRecord)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_VerifyRow)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_VerifySignature)->UseManualTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace exposure::crypto
