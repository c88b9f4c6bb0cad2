// Sections about epochs: evaluators, possession, two evaluators, and what a question may reveal (protocol §2, §3).
import assert from 'node:assert/strict';
import { ascii, hex } from '../protocol/bytes.mjs';
import { checkEvaluators, epochId, fetchBits, possessionBase, questionBits } from '../protocol/epoch.mjs';
import {
  addElements,
  blindElement,
  encodeScalar,
  evaluate,
  finalizeAll,
  multiply,
  ORDER,
  publicKey,
  unblind,
} from '../protocol/oprf.mjs';
import { evaluation, hexAll } from './evaluation.mjs';
import { fixedScalar, reasonOf } from './fixed.mjs';

const value = (scalar) => BigInt(`0x${hex(Buffer.from(scalar).reverse())}`);

/** Entry of an evaluator in the catalogue. */
export function evaluatorEntry(index, key, nonce) {
  const pk = publicKey(key);
  const {
    evaluated: [element],
    proof,
  } = evaluate(key, [possessionBase(index, pk)], () => nonce);
  return { index, publicKey: pk, element, proof };
}

export function possessions() {
  return [1, 2, 255].map((index) => {
    const key = fixedScalar(`share ${index}`);
    const nonce = fixedScalar(`possession ${index}`);
    const e = evaluatorEntry(index, key, nonce);
    return hexAll({
      name: `index ${index}`,
      index,
      key,
      public_key: e.publicKey,
      base: possessionBase(index, e.publicKey),
      nonce,
      element: e.element,
      proof: e.proof,
    });
  });
}

const K = fixedScalar('whole key');
const K1 = fixedScalar('share one');
const K2 = encodeScalar((value(K) - value(K1) + ORDER) % ORDER);
const entry = (index, key) => evaluatorEntry(index, key, fixedScalar(`possession ${index} ${hex(key)}`));

/** One epoch whose key is split; F equals that of the whole key. */
export function twoEvaluators() {
  const inputs = ['exposure/v1/met/pay/A123456', 'exposure/v1/met/pay/Z999999'].map(ascii);
  const whole = evaluation('whole key', K, inputs);
  const answers = [K1, K2].map((key, e) => {
    const blinds = inputs.map((_, j) => fixedScalar(`evaluator ${e} blind ${j}`));
    const blinded = inputs.map((input, j) => blindElement(input, blinds[j]));
    const nonce = fixedScalar(`evaluator ${e} nonce`);
    return { key, publicKey: publicKey(key), blinds, blinded, nonce, ...evaluate(key, blinded, () => nonce) };
  });
  const outputs = finalizeAll(inputs, answers);
  assert.deepEqual(outputs.map(hex), whole.outputs.map(hex));
  const sums = inputs.map((input, j) => {
    const sum = addElements(answers.map((a) => unblind(a.evaluated[j], a.blinds[j])));
    assert.equal(hex(sum), hex(multiply(K, blindElement(input, encodeScalar(1n)))));
    return sum;
  });
  const named = (a, i) =>
    Object.fromEntries(
      Object.entries(
        hexAll({
          key: a.key,
          public_key: a.publicKey,
          blinds: a.blinds,
          blinded: a.blinded,
          evaluated: a.evaluated,
          nonce: a.nonce,
          proof: a.proof,
        }),
      ).map(([name, v]) => [`${name}_${i + 1}`, v]),
    );
  return [
    {
      name: 'k = k1 + k2',
      key: hex(K),
      public_key: hex(publicKey(K)),
      inputs: inputs.map(hex),
      ...named(answers[0], 0),
      ...named(answers[1], 1),
      unblinded_sums: sums.map(hex),
      outputs: outputs.map(hex),
    },
  ];
}

const epoch = (evaluators, change = {}) => {
  const publicKeyBytes = change.publicKey ?? addElements(evaluators.map((e) => e.publicKey));
  return { epochId: epochId(publicKeyBytes), publicKey: publicKeyBytes, rule: 1, evaluators, ...change };
};

function rogueEpochs() {
  const [one, two] = [entry(1, K1), entry(2, K2)];
  const pk = publicKey(K);
  const stolen = (() => {
    // an evaluator without a secret of its own: P2 = P − P1, proved by the key of evaluator 1
    const key = publicKey(K2);
    const {
      evaluated: [element],
      proof,
    } = evaluate(K1, [possessionBase(2, key)], () => fixedScalar('rogue'));
    return { index: 2, publicKey: key, element, proof };
  })();
  const moved = { ...entry(1, K2), index: 2 };
  return [
    ['one evaluator', epoch([entry(1, K)]), ''],
    ['two evaluators', epoch([one, two]), ''],
    ['two, in the other order', epoch([two, one]), ''],
    ['index 255', epoch([entry(255, K)]), ''],
    ['one index twice', epoch([one, entry(1, K2)]), 'DUPLICATE_EVALUATOR'],
    ['one key twice', epoch([one, entry(2, K1)]), 'DUPLICATE_EVALUATOR'],
    ['keys do not add up', epoch([one, two], { publicKey: publicKey(fixedScalar('key')) }), 'BAD_KEY_SUM'],
    ['one evaluator left out', epoch([one], { publicKey: pk }), 'BAD_KEY_SUM'],
    ['possession proved by another key', epoch([one, stolen]), 'BAD_POSSESSION'],
    ['possession of another index', epoch([one, moved]), 'BAD_POSSESSION'],
    ['possession proof of the other', epoch([one, { ...two, proof: one.proof }]), 'BAD_POSSESSION'],
    ['possession element of the other', epoch([{ ...one, element: two.element }, two]), 'BAD_POSSESSION'],
    ['possession element is the identity', epoch([one, { ...two, element: Buffer.alloc(32) }]), 'BAD_POSSESSION'],
    ['unknown rule', epoch([one, two], { rule: 2 }), 'UNKNOWN_RULE'],
    ['no rule', epoch([one, two], { rule: 0 }), 'UNKNOWN_RULE'],
    ['no evaluators', epoch([], { publicKey: pk }), 'BAD_EPOCH'],
  ];
}

export function epochs() {
  return rogueEpochs().map(([name, e, reason]) => {
    assert.equal(
      reasonOf(() => checkEvaluators(e)),
      reason,
      name,
    );
    return {
      name,
      epoch_id: hex(e.epochId),
      public_key: hex(e.publicKey),
      rule: e.rule,
      evaluators: e.evaluators.map((v) =>
        hexAll({ index: v.index, public_key: v.publicKey, possession_element: v.element, possession_proof: v.proof }),
      ),
      reason,
    };
  });
}

export function fetchBitsTable() {
  const pairs = [
    [0, 100],
    [1, 100],
    [141, 100],
    [142, 100],
    [282, 100],
    [283, 100],
    [284, 100],
    [285, 100],
    [1500, 100],
    [9483, 100],
    [47000, 100],
    [300000, 100],
    [2000000, 100],
    [100000000, 100],
    [47000, 1000],
    [47000, 200],
    [47000, 47000],
    [999, 1000],
    [2233, 1000],
    [2234, 1000],
    [4467, 1000],
    [4468, 1000],
    ['4294967296', 100],
    ['1099511627776', 100],
  ];
  const expected = { 1500: 3, 9483: 6, 47000: 8, 300000: 11 };
  return pairs.map(([population, k]) => {
    const bits = fetchBits(population, k);
    if (k === 100 && population in expected) assert.equal(bits, expected[population]);
    return { population: String(population), min_people: String(k), fetch_bits: bits };
  });
}

export function questions() {
  const cases = [
    [8, 1],
    [8, 2],
    [8, 3],
    [8, 8],
    [8, 9],
    [6, 2],
    [0, 1],
    [12, 1],
    [12, 5],
    [11, 3],
    [1, 100],
  ];
  return cases.map(([bits, fetches]) => ({
    min_fetch_bits: bits,
    fetches,
    prefix_bits: questionBits([bits], fetches),
  }));
}
