#include "crypto/oprf.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

Scalar ScalarOf(const Json& hex) { return *Scalar::Decode(AsBytes(Bytes(hex))); }

std::vector<Element> ElementsOf(const Json& list) {
  std::vector<Element> out;
  for (const Json& hex : list) out.push_back(*Element::Decode(AsBytes(Bytes(hex))));
  return out;
}

// Blinds, evaluates, proves, verifies and finalises as a vector says, comparing each step.
void CheckEvaluation(const EvaluatorKey& key, const std::vector<std::string>& inputs, const std::vector<Scalar>& blinds,
                     const std::vector<Element>& blinded, const std::vector<Element>& evaluated, const Scalar& nonce,
                     const std::string& proof, const std::vector<std::string>& outputs) {
  std::vector<Blinding> blindings;
  std::vector<Element> sent;
  for (size_t i = 0; i < inputs.size(); ++i) {
    blindings.push_back(*BlindWith(*Element::HashFrom(AsBytes(inputs[i])), blinds[i]));
    sent.push_back(blindings.back().element);
  }
  EXPECT_EQ(sent, blinded);
  ASSERT_OK_AND_ASSIGN(const Evaluation evaluation, Evaluate(key, sent));
  EXPECT_EQ(evaluation.evaluated, evaluated);
  EXPECT_THAT(VerifyEvaluation(key.public_key(), sent, evaluated, evaluation.proof), IsOk());
  ASSERT_OK_AND_ASSIGN(const Proof made, Prove(key, sent, evaluated, nonce));
  EXPECT_EQ(ToString(made), proof);
  EXPECT_THAT(VerifyEvaluation(key.public_key(), sent, evaluated, made), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::vector<Element> unblinded, Unblind(blindings, evaluated));
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Contribution contribution{blinds[i], evaluated[i]};
    ASSERT_OK_AND_ASSIGN(const Output f, Finalize(AsBytes(inputs[i]), {&contribution, 1}));
    EXPECT_EQ(ToString(f.Reveal()), outputs[i]);
    EXPECT_EQ(FinalizeHash(AsBytes(inputs[i]), unblinded[i]), f);
  }
}

TEST(OprfTest, AgreesWithAnIndependentImplementation) {
  for (const Json& c : Cases("evaluations")) {
    SCOPED_TRACE(c["name"]);
    ASSERT_OK_AND_ASSIGN(const EvaluatorKey key, EvaluatorKey::Decode(AsBytes(Bytes(c["sk"]))));
    EXPECT_EQ(ToHex(key.public_key().bytes()), c["pk"]);
    std::vector<std::string> inputs, outputs;
    std::vector<Scalar> blinds;
    for (const Json& input : c["inputs"]) inputs.push_back(Bytes(input));
    for (const Json& output : c["outputs"]) outputs.push_back(Bytes(output));
    for (const Json& blind : c["blinds"]) blinds.push_back(ScalarOf(blind));
    CheckEvaluation(key, inputs, blinds, ElementsOf(c["blinded"]), ElementsOf(c["evaluated"]), ScalarOf(c["nonce"]),
                    Bytes(c["proof"]), outputs);
  }
}

std::vector<std::string> SplitHexList(const std::string& list) {
  std::vector<std::string> out;
  std::stringstream stream(list);
  for (std::string item; std::getline(stream, item, ',');) out.push_back(FromHex(item).value());
  return out;
}

// The RFC's own vectors are not committed here. EXPOSURE_RFC9497_VECTORS names the file.
TEST(OprfTest, AgreesWithRfc9497) {
  const char* path = std::getenv("EXPOSURE_RFC9497_VECTORS");
  if (path == nullptr || !std::filesystem::exists(path)) GTEST_SKIP() << "EXPOSURE_RFC9497_VECTORS names no file";
  int checked = 0;
  for (const Json& suite : Json::parse(std::ifstream(path))) {
    if (suite["mode"] != 1 || suite["identifier"] != "ristretto255-SHA512") continue;
    ASSERT_OK_AND_ASSIGN(const EvaluatorKey key, EvaluatorKey::Decode(AsBytes(Bytes(suite["skSm"]))));
    EXPECT_EQ(ToHex(key.public_key().bytes()), suite["pkSm"]);
    for (const Json& c : suite["vectors"]) {
      std::vector<Scalar> blinds;
      for (const std::string& blind : SplitHexList(c["Blind"])) blinds.push_back(*Scalar::Decode(AsBytes(blind)));
      std::vector<Element> blinded, evaluated;
      for (const std::string& e : SplitHexList(c["BlindedElement"])) blinded.push_back(*Element::Decode(AsBytes(e)));
      for (const std::string& e : SplitHexList(c["EvaluationElement"]))
        evaluated.push_back(*Element::Decode(AsBytes(e)));
      CheckEvaluation(key, SplitHexList(c["Input"]), blinds, blinded, evaluated, ScalarOf(c["Proof"]["r"]),
                      Bytes(c["Proof"]["proof"]), SplitHexList(c["Output"]));
      ++checked;
    }
  }
  EXPECT_GE(checked, 3);
}

TEST(OprfTest, RefusesEveryForgedProof) {
  for (const Json& c : Cases("proofs")) {
    SCOPED_TRACE(c["name"]);
    const auto verify = [&]() -> absl::Status {
      ASSIGN_OR_RETURN(const Element key, Element::Decode(AsBytes(Bytes(c["pk"]))));
      std::string blinded, evaluated;
      for (const Json& hex : c["blinded"]) blinded += Bytes(hex);
      for (const Json& hex : c["evaluated"]) evaluated += Bytes(hex);
      ASSIGN_OR_RETURN(const std::vector<Element> b, DecodeElements(AsBytes(blinded), kMaxBatch));
      ASSIGN_OR_RETURN(const std::vector<Element> e, DecodeElements(AsBytes(evaluated), kMaxBatch));
      return VerifyEvaluation(key, b, e, Array<64>(c["proof"]));
    };
    EXPECT_EQ(ReasonIn(verify()), c["reason"]);
  }
}

TEST(OprfTest, NonceIsHedgedWithKeyAndComposite) {
  for (const Json& c : Cases("hedged_nonces")) {
    SCOPED_TRACE(c["name"]);
    const Element composite = *Element::Decode(AsBytes(Bytes(c["composite"])));
    ASSERT_OK_AND_ASSIGN(const Scalar nonce, HedgedNonce(AsBytes(Bytes(c["sk"])), composite, Array<64>(c["random"])));
    EXPECT_EQ(ToHex(nonce.Reveal()), c["nonce"]);
  }
}

TEST(OprfTest, ProofsOfOneBatchDiffer) {
  const EvaluatorKey key = *EvaluatorKey::Generate();
  const std::vector<Element> batch = {*Element::HashFrom(AsBytes("a"))};
  EXPECT_NE(Evaluate(key, batch)->proof, Evaluate(key, batch)->proof);
}

TEST(OprfTest, TwoEvaluatorsGiveTheSameOutputAsTheWholeKey) {
  for (const Json& c : Cases("two_evaluators")) {
    ASSERT_OK_AND_ASSIGN(const Scalar sum, AddScalars(ScalarOf(c["key_1"]), ScalarOf(c["key_2"])));
    EXPECT_EQ(ToHex(sum.Reveal()), c["key"]);
    for (size_t i = 0; i < c["inputs"].size(); ++i) {
      std::vector<Scalar> blinds;
      std::vector<Element> evaluated;
      for (const std::string n : {"1", "2"}) {
        const EvaluatorKey key = *EvaluatorKey::Decode(AsBytes(Bytes(c["key_" + n])));
        EXPECT_EQ(ToHex(key.public_key().bytes()), c["public_key_" + n]);
        blinds.push_back(ScalarOf(c["blinds_" + n][i]));
        const Element blinded = BlindWith(*Element::HashFrom(AsBytes(Bytes(c["inputs"][i]))), blinds.back())->element;
        EXPECT_EQ(ToHex(blinded.bytes()), c["blinded_" + n][i]);
        evaluated.push_back(Evaluate(key, {&blinded, 1})->evaluated[0]);
        EXPECT_EQ(ToHex(evaluated.back().bytes()), c["evaluated_" + n][i]);
      }
      const std::vector<Contribution> contributions = {{blinds[0], evaluated[0]}, {blinds[1], evaluated[1]}};
      ASSERT_OK_AND_ASSIGN(const Output f, Finalize(AsBytes(Bytes(c["inputs"][i])), contributions));
      EXPECT_EQ(ToHex(f.Reveal()), c["outputs"][i]);
      // One share alone gives something else.
      EXPECT_NE(ToHex(Finalize(AsBytes(Bytes(c["inputs"][i])), {contributions.data(), 1})->Reveal()), c["outputs"][i]);
    }
  }
}

TEST(OprfTest, BatchesOfNoneAndTooManyAreRefused) {
  const EvaluatorKey key = *EvaluatorKey::Generate();
  EXPECT_THAT(Evaluate(key, {}), HasReason(Reason::kBatchSize));
  const std::vector<Element> many(kMaxBatch + 1, *Element::HashFrom(AsBytes("a")));
  EXPECT_THAT(Evaluate(key, many), HasReason(Reason::kBatchSize));
  EXPECT_THAT(VerifyEvaluation(key.public_key(), many, many, Proof{}), HasReason(Reason::kBatchSize));
  EXPECT_THAT(Finalize(AsBytes("a"), {}), HasReason(Reason::kBatchSize));
}

TEST(OprfTest, TheLargestBatchVerifies) {
  const EvaluatorKey key = *EvaluatorKey::Generate();
  std::vector<Element> batch;
  for (size_t i = 0; i < kMaxBatch; ++i) batch.push_back(*Element::HashFrom(AsBytes(std::to_string(i))));
  ASSERT_OK_AND_ASSIGN(Evaluation evaluation, Evaluate(key, batch));
  EXPECT_THAT(VerifyEvaluation(key.public_key(), batch, evaluation.evaluated, evaluation.proof), IsOk());
  std::swap(evaluation.evaluated[0], evaluation.evaluated[kMaxBatch - 1]);
  EXPECT_THAT(VerifyEvaluation(key.public_key(), batch, evaluation.evaluated, evaluation.proof),
              HasReason(Reason::kBadProof));
}

TEST(OprfTest, StopsWhenCancelled) {
  const EvaluatorKey key = *EvaluatorKey::Generate();
  const std::vector<Element> batch(64, *Element::HashFrom(AsBytes("a")));
  int asked = 0;
  const absl::Status status = Evaluate(key, batch, [&] { return ++asked == 3; }).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(asked, 3);
}

TEST(OprfTest, AKeyMustBeReducedAndNotZero) {
  for (const Json& c : Cases("scalars")) {
    SCOPED_TRACE(c["name"]);
    EXPECT_EQ(ReasonIn(EvaluatorKey::Decode(AsBytes(Bytes(c["scalar"]))).status()), c["reason"]);
  }
}

}  // namespace
}  // namespace exposure::crypto
