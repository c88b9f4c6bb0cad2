// Two implementations of RFC 9497 by others, which must agree with ours on every evaluation of the vectors.
import { ristretto255_oprf } from '@noble/curves/ed25519.js';
import voprf from '@cloudflare/voprf-ts';
import noble from '@cloudflare/voprf-ts/crypto-noble';
import assert from 'node:assert/strict';
import { hex } from '../protocol/bytes.mjs';
import { encodeScalar, ORDER } from '../protocol/oprf.mjs';

const { Evaluation, EvaluationRequest, FinalizeData, Oprf, VOPRFClient, VOPRFServer, DLEQProof } = voprf;
Oprf.Crypto = noble.CryptoNoble;
const SUITE = Oprf.Suite.RISTRETTO255_SHA512;

const bytes = (b) => Uint8Array.from(b);

// noble maps 48 random bytes t to the scalar t mod (order − 1) + 1.
const nobleRandom = (scalar) => (length) => {
  const value = BigInt(`0x${hex(Buffer.from(scalar).reverse())}`) - 1n;
  assert(value >= 0n && value < ORDER - 1n);
  const out = new Uint8Array(length);
  out.set(encodeScalar(value));
  return out;
};

/** evaluation = {sk, pk, inputs, blinds, blinded, evaluated, nonce, proof, outputs}: Buffers. */
export function agreeWithNoble(e) {
  const { voprf: suite } = ristretto255_oprf;
  e.inputs.forEach((input, i) => {
    const { blind, blinded } = suite.blind(bytes(input), nobleRandom(e.blinds[i]));
    assert.equal(hex(blind), hex(e.blinds[i]));
    assert.equal(hex(blinded), hex(e.blinded[i]));
  });
  const answer = suite.blindEvaluateBatch(bytes(e.sk), bytes(e.pk), e.blinded.map(bytes), nobleRandom(e.nonce));
  assert.deepEqual(answer.evaluated.map(hex), e.evaluated.map(hex));
  assert.equal(hex(answer.proof), hex(e.proof));
  const items = e.inputs.map((input, i) => ({
    input: bytes(input),
    blind: bytes(e.blinds[i]),
    blinded: bytes(e.blinded[i]),
    evaluated: bytes(e.evaluated[i]),
  }));
  assert.deepEqual(suite.finalizeBatch(items, bytes(e.pk), bytes(e.proof)).map(hex), e.outputs.map(hex));
}

export async function agreeWithCloudflare(e) {
  const client = new VOPRFClient(SUITE, bytes(e.pk));
  const { group } = client;
  const points = (list) => list.map((b) => group.desElt(bytes(b)));
  const request = new EvaluationRequest(points(e.blinded));
  const data = new FinalizeData(
    e.inputs.map(bytes),
    e.blinds.map((b) => group.desScalar(bytes(b))),
    request,
  );
  const finish = (evaluated, proof) => client.finalize(data, new Evaluation(Oprf.Mode.VOPRF, evaluated, proof));
  const proof = DLEQProof.deserialize(group.id, bytes(e.proof));
  assert.deepEqual((await finish(points(e.evaluated), proof)).map(hex), e.outputs.map(hex));
  const server = new VOPRFServer(SUITE, bytes(e.sk));
  const answer = await server.blindEvaluate(request);
  assert.deepEqual(
    answer.evaluated.map((p) => hex(p.serialize(true))),
    e.evaluated.map(hex),
  );
  for (const [i, input] of e.inputs.entries()) {
    assert.equal(hex(await server.evaluate(bytes(input))), hex(e.outputs[i]));
  }
}
