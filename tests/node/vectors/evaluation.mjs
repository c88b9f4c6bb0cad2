// Sections about evaluation: protocol §2 and the construction of §8.
import assert from 'node:assert/strict';
import { bucketHash, bucketIndex, decodePrefix, prefixOf } from '../protocol/bucket.mjs';
import { ascii, concat, hex, sha512, unhex } from '../protocol/bytes.mjs';
import { buildTree } from './tree.mjs';
import { datasetIdOf } from '../protocol/sizes.mjs';
import { epochId } from '../protocol/epoch.mjs';
import {
  blindElement,
  compositeM,
  decodeElement,
  decodeScalar,
  encodeScalar,
  evaluate,
  finalizeAll,
  hedgedNonce,
  ORDER,
  publicKey,
  verifyProof,
} from '../protocol/oprf.mjs';
import { recordAad, recordKeys, sealRecord } from '../protocol/record.mjs';
import { fixedBytes, fixedBytes64, fixedScalar, reasonOf, RFC_KEY } from './fixed.mjs';
import { agreeWithCloudflare, agreeWithNoble } from './oracles.mjs';
import { BAD_ELEMENTS } from './rfc9496.mjs';

/** A whole evaluation with fixed blinds and nonce, as Buffers. */
export function evaluation(name, sk, inputs) {
  const pk = publicKey(sk);
  const blinds = inputs.map((_, i) => fixedScalar(`${name} blind ${i}`));
  const blinded = inputs.map((input, i) => blindElement(input, blinds[i]));
  const { evaluated, proof, nonce } = evaluate(sk, blinded, () => fixedScalar(`${name} nonce`));
  const outputs = finalizeAll(inputs, [{ publicKey: pk, blinds, blinded, evaluated, proof }]);
  return { name, sk, pk, inputs, blinds, blinded, evaluated, nonce, proof, outputs };
}

const hexAll = (object) =>
  Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.map(hex) : Buffer.isBuffer(value) ? hex(value) : value,
    ]),
  );

export async function evaluations() {
  const number = (text) => ascii(`exposure/v1/${text}`);
  const key = fixedScalar('key');
  const cases = [
    evaluation('one number', RFC_KEY, [number('met/pay/A123456')]),
    evaluation('another key', key, [number('met/pay/A123456')]),
    evaluation('two numbers', key, [number('met/pay/A123456'), number('psni/service/000042')]),
    evaluation('three, two of them equal', key, [
      number('met/pay/B000001'),
      number('met/pay/B000001'),
      number('south-yorkshire/payroll/00012345'),
    ]),
    evaluation('empty input', key, [Buffer.alloc(0)]),
    evaluation('longest names', key, [number(`${'f'.repeat(32)}/${'s'.repeat(32)}/${'9'.repeat(32)}`)]),
    evaluation('least key', encodeScalar(1n), [number('met/pay/A000001')]),
    evaluation('greatest key', encodeScalar(ORDER - 1n), [number('met/pay/A000001')]),
  ];
  for (const e of cases) {
    agreeWithNoble(e);
    await agreeWithCloudflare(e);
  }
  return cases.map(hexAll);
}

export function hedgedNonces() {
  return [1, 2].map((size) => {
    const e = evaluation(
      `hedged ${size}`,
      fixedScalar('key'),
      Array.from({ length: size }, (_, i) => ascii(`input ${i}`)),
    );
    const composite = compositeM(e.pk, e.blinded, e.evaluated);
    const random = fixedBytes64(`hedge ${size}`);
    const nonce = hedgedNonce(e.sk, composite, random);
    const { proof } = evaluate(e.sk, e.blinded, () => nonce);
    return hexAll({ name: `batch of ${size}`, sk: e.sk, blinded: e.blinded, composite, random, nonce, proof });
  });
}

export function elements() {
  const good = ['generator', 'hash'].map((name, i) => [
    name,
    i === 0 ? publicKey(encodeScalar(1n)) : blindElement(ascii('x'), encodeScalar(1n)),
  ]);
  return [...good, ...BAD_ELEMENTS.map(([name, h]) => [name, unhex(h)])].map(([name, element]) => {
    const reason = reasonOf(() => decodeElement(element));
    assert.equal(reason, good.some(([g]) => g === name) ? '' : 'BAD_ELEMENT');
    return { name, element: hex(element), reason };
  });
}

export function scalars() {
  const cases = [
    ['zero', 0n],
    ['one', 1n],
    ['order - 1', ORDER - 1n],
    ['order', ORDER],
    ['order + 1', ORDER + 1n],
    ['one with bit 255', 1n + (1n << 255n)],
    ['order - 1 with bit 255', ORDER - 1n + (1n << 255n)],
    ['2^252 with bit 254', (1n << 252n) + (1n << 254n)],
    ['2^256 - 1', (1n << 256n) - 1n],
  ];
  return cases.map(([name, value]) => {
    const scalar = encodeScalar(value);
    return { name, scalar: hex(scalar), reason: reasonOf(() => decodeScalar(scalar)) };
  });
}

// The same residue, not reduced: what libsodium's arithmetic would accept.
const unreduced = (scalar) => encodeScalar(BigInt(`0x${hex(Buffer.from(scalar).reverse())}`) + ORDER);
const withHighBit = (scalar) => concat(scalar.subarray(0, 31), Buffer.from([scalar[31] | 0x80]));

export function proofs() {
  const e = evaluation('proof', fixedScalar('key'), [ascii('first'), ascii('second')]);
  const other = evaluation('other', fixedScalar('other key'), [ascii('first'), ascii('second')]);
  const [c, s] = [e.proof.subarray(0, 32), e.proof.subarray(32)];
  const flip = (bytes, at) => {
    const out = Buffer.from(bytes);
    out[at] ^= 1;
    return out;
  };
  const cases = [
    ['genuine', {}],
    ['challenge changed', { proof: flip(e.proof, 0) }],
    ['response changed', { proof: flip(e.proof, 32) }],
    ['challenge not reduced', { proof: concat(unreduced(c), s) }],
    ['response not reduced', { proof: concat(c, unreduced(s)) }],
    ['response with bit 255', { proof: concat(c, withHighBit(s)) }],
    ['all zeros', { proof: Buffer.alloc(64) }],
    ['of another key', { proof: other.proof }],
    ['another key named', { pk: other.pk }],
    ['evaluated by another key', { evaluated: other.evaluated }],
    ['answers exchanged', { evaluated: [...e.evaluated].reverse() }],
    ['questions exchanged', { blinded: [...e.blinded].reverse() }],
    ['one answer twice', { evaluated: [e.evaluated[0], e.evaluated[0]] }],
    ['an answer is the identity', { evaluated: [e.evaluated[0], Buffer.alloc(32)] }],
    ['an answer is not canonical', { evaluated: [unhex(BAD_ELEMENTS[1][1]), e.evaluated[1]] }],
    ['one answer missing', { evaluated: [e.evaluated[0]] }],
  ];
  return cases.map(([name, change]) => {
    const v = { pk: e.pk, blinded: e.blinded, evaluated: e.evaluated, proof: e.proof, ...change };
    const reason = reasonOf(() => verifyProof(v.pk, v.blinded, v.evaluated, v.proof));
    assert.equal(reason === '', name === 'genuine');
    return hexAll({ name, ...v, reason });
  });
}

/** protocol §8, which must come out as printed there. */
export function construction() {
  const input = ascii('exposure/v1/met/pay/A123456');
  const e = evaluation('construction', RFC_KEY, [input]);
  const [f] = e.outputs;
  const id = epochId(e.pk);
  const salt = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
  const datasetId = datasetIdOf(id, salt);
  const index = bucketIndex(f, id, 8);
  const place = { epochId: id, datasetId, salt, bucketBits: 8, index };
  const pt = unhex('0100000133200f0010040000000000000000000000000000');
  const { tag, key } = recordKeys(f, place);
  const row = sealRecord(f, place, pt);
  const buckets = Array.from({ length: 256 }, (_, i) => {
    const rows = [0, 1].map((j) => sha512(ascii(`dummy${i}-${j}`)).subarray(0, 56));
    if (i === index) rows[0] = row;
    return concat(...rows.sort(Buffer.compare));
  });
  const { root, path } = buildTree(datasetId, buckets, index);
  const out = hexAll({
    sk: RFC_KEY,
    pk: e.pk,
    epoch_id: id,
    input,
    salt,
    dataset_id: datasetId,
    f,
    bucket_hash: bucketHash(f, id),
    tag,
    key,
    pt,
    aad: recordAad(tag, place),
    row,
    bucket: buckets[index],
    path,
    root,
  });
  const printed = {
    pk: 'c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e',
    epoch_id: '7695cd027f8c44d363fa58c3b1e7b09d',
    dataset_id: 'aaa48560e5aa83f08238a1353cd1cf19',
    f:
      '5e84ee137e7f739715ada186bc41fc654ee2797499d25a54adebbc9a60273c81' +
      '5159670c88b217aba04514d671238c9ea415f53bc4af009ab580e0cfa4e33b32',
    tag: '30187b7e0397284e649214821e48b3e4',
    key: '3e63ed1cdabed613fba1fb65752496e3fa135c7904d5db9e820fa9fb026f78bf',
    row:
      '30187b7e0397284e649214821e48b3e442b40b7167cd05f9706ca12caeac7459' +
      'd2efc7277c84995c567f91c3562aee312f1ba9d50d3e2dbc',
    root: 'bf7aa4abb7d2226d985786c73fc0433b61cf37ab4077bfcbaa268fb4ba49d966',
  };
  for (const [name, value] of Object.entries(printed)) assert.equal(out[name], value, name);
  assert.equal(out.bucket_hash.slice(0, 8), 'a081abc3');
  assert.deepEqual([index, bucketIndex(f, id, 11), prefixOf(index, 8, 5).value], [160, 1284, 20]);
  return [{ name: 'protocol §8', ...out, index_8: 160, index_11: 1284, prefix_5: 20 }];
}

export function epochIds() {
  return [RFC_KEY, fixedScalar('key')].map((sk) => ({
    public_key: hex(publicKey(sk)),
    epoch_id: hex(epochId(publicKey(sk))),
  }));
}

export function buckets() {
  const cases = [];
  for (const name of ['a', 'b']) {
    const f = fixedBytes64(`F ${name}`);
    const id = fixedBytes('bucket epoch', 16);
    for (const bucketBits of [0, 1, 8, 11, 24]) {
      const index = bucketIndex(f, id, bucketBits);
      for (const p of new Set([0, 1, 5, bucketBits].filter((bits) => bits <= bucketBits))) {
        const { encoded, first, count } = prefixOf(index, bucketBits, p);
        cases.push({
          name: `${name}, B = ${bucketBits}, p = ${p}`,
          f: hex(f),
          epoch_id: hex(id),
          bucket_bits: bucketBits,
          index,
          prefix_bits: p,
          prefix: hex(encoded),
          first,
          count,
        });
      }
    }
  }
  return cases;
}

export function prefixes() {
  const cases = [
    ['p = 0', '0000000000', 8, ''],
    ['greatest value', '08000000ff', 8, ''],
    ['p = 12', '0c00000fff', 12, ''],
    ['stray bit', '0800000100', 8, 'BAD_PREFIX'],
    ['stray high bit', '0880000000', 8, 'BAD_PREFIX'],
    ['p = 0 with a bit', '0000000001', 8, 'BAD_PREFIX'],
    ['p too large', '0900000000', 8, 'BAD_PREFIX'],
    ['p = 255', 'ff00000000', 24, 'BAD_PREFIX'],
    ['p = 32', '20ffffffff', 24, 'BAD_PREFIX'],
    ['four bytes', '08000000', 8, 'BAD_PREFIX'],
    ['six bytes', '080000000000', 8, 'BAD_PREFIX'],
    ['nothing', '', 8, 'BAD_PREFIX'],
  ];
  return cases.map(([name, prefix, most, reason]) => {
    assert.equal(
      reasonOf(() => decodePrefix(unhex(prefix), most)),
      reason,
      name,
    );
    return { name, prefix, most, reason };
  });
}

export { hexAll };
