// RFC 9497, mode 0x01 (VOPRF), ristretto255-SHA512; and the sum over several evaluators (protocol §2).
// Of noble, only the group and its hashes are used; the proof is written from the RFC.
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { ascii, concat, equal, hex, label, sha512, u16 } from './bytes.mjs';
import { demand, ProtocolError } from './error.mjs';

const { Point } = ristretto255;
export const ORDER = Point.Fn.ORDER;
const CONTEXT = concat(ascii('OPRFV1-'), Buffer.from([1]), ascii('-ristretto255-SHA512')); // RFC 9497 §3.1

const lengthPrefixed = (bytes) => concat(u16(bytes.length), bytes);
const mod = (value) => ((value % ORDER) + ORDER) % ORDER;

function littleEndian(bytes) {
  return BigInt(`0x${hex(Buffer.from(bytes).reverse())}`);
}

export function encodeScalar(value) {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}

/** 32 bytes of 1 .. order − 1. Zero is no key, no blind, and as part of a proof has a chance of 2^-252. */
export function decodeScalar(bytes) {
  demand(bytes.length === 32, 'BAD_SCALAR', 'a scalar has 32 bytes');
  const value = littleEndian(bytes);
  demand(value !== 0n && value < ORDER, 'BAD_SCALAR', 'a scalar is zero or not reduced');
  return value;
}

/** Canonical (RFC 9496 §4.3.1) and not the identity (RFC 9497 §3.3). */
export function decodeElement(bytes) {
  let point;
  try {
    point = Point.fromBytes(Uint8Array.from(bytes));
  } catch {
    throw new ProtocolError('BAD_ELEMENT', 'an element is not canonical');
  }
  demand(!point.is0(), 'BAD_ELEMENT', 'an element is the identity');
  return point;
}

const encode = (point) => Buffer.from(point.toBytes());

/** 64 bytes to a scalar, as RFC 9497's "reduce". */
export const reduce = (bytes) => encodeScalar(littleEndian(bytes) % ORDER);

export const hashToGroup = (input) =>
  ristretto255_hasher.hashToCurve(Uint8Array.from(input), { DST: concat(ascii('HashToGroup-'), CONTEXT) });

const hashToScalar = (input) =>
  ristretto255_hasher.hashToScalar(Uint8Array.from(input), { DST: concat(ascii('HashToScalar-'), CONTEXT) });

export const publicKey = (key) => encode(Point.BASE.multiply(decodeScalar(key)));

export const blindElement = (input, blind) => encode(hashToGroup(input).multiply(decodeScalar(blind)));

export const multiply = (scalar, element) => encode(decodeElement(element).multiply(decodeScalar(scalar)));

/** Sum of encoded elements; null where it is the identity. */
export function addElements(elements) {
  const sum = elements.map(decodeElement).reduce((a, b) => a.add(b), Point.ZERO);
  return sum.is0() ? null : encode(sum);
}

// RFC 9497 §2.2.1: the weights of a batch.
function weights(key, blinded, evaluated) {
  const seed = sha512(lengthPrefixed(key), lengthPrefixed(concat(ascii('Seed-'), CONTEXT)));
  return blinded.map((element, i) =>
    hashToScalar(
      concat(lengthPrefixed(seed), u16(i), lengthPrefixed(element), lengthPrefixed(evaluated[i]), ascii('Composite')),
    ),
  );
}

// The sum of weight·element; noble's constant-time multiply refuses a zero scalar, which occurs with chance 2^-252.
const combine = (scalars, points) => points.reduce((sum, p, i) => sum.add(p.multiply(scalars[i])), Point.ZERO);

/** The composite element M of a batch (RFC 9497 §2.2.1), which the hedged nonce binds. */
export function compositeM(key, blinded, evaluated) {
  return encode(combine(weights(key, blinded, evaluated), blinded.map(decodeElement)));
}

const challenge = (...elements) => hashToScalar(concat(...elements.map(lengthPrefixed), ascii('Challenge')));

/** Proof nonce of protocol §2: still good when the generator of `random` (64 bytes) fails. */
export const hedgedNonce = (key, composite, random) => reduce(sha512(label('nonce'), key, composite, random));

/** Evaluates a batch; `nonceOf(composite)` gives the proof nonce. */
export function evaluate(key, blinded, nonceOf) {
  const k = decodeScalar(key);
  const pk = publicKey(key);
  const evaluated = blinded.map((element) => encode(decodeElement(element).multiply(k)));
  const m = compositeM(pk, blinded, evaluated);
  const nonce = nonceOf(m);
  const r = decodeScalar(nonce);
  const c = challenge(pk, m, multiply(key, m), encode(Point.BASE.multiply(r)), multiply(nonce, m));
  return { evaluated, proof: concat(encodeScalar(c), encodeScalar(mod(r - c * k))), nonce };
}

/** RFC 9497 §2.2.2. Throws BAD_ELEMENT, BAD_SCALAR or BAD_PROOF. */
export function verifyProof(pk, blinded, evaluated, proof) {
  demand(blinded.length >= 1 && evaluated.length === blinded.length, 'BATCH_SIZE', 'not as many answers as questions');
  demand(proof.length === 64, 'BAD_RESPONSE', 'a proof has 64 bytes');
  const keyPoint = decodeElement(pk);
  const [c, s] = [decodeScalar(proof.subarray(0, 32)), decodeScalar(proof.subarray(32))];
  const ds = weights(pk, blinded, evaluated);
  const m = combine(ds, blinded.map(decodeElement));
  const z = combine(ds, evaluated.map(decodeElement));
  const t2 = Point.BASE.multiply(s).add(keyPoint.multiply(c));
  const t3 = m.multiply(s).add(z.multiply(c));
  demand(challenge(pk, encode(m), encode(z), encode(t2), encode(t3)) === c, 'BAD_PROOF', 'a proof does not verify');
}

export const unblind = (evaluated, blind) =>
  encode(decodeElement(evaluated).multiply(Point.Fn.inv(decodeScalar(blind))));

export const finalize = (input, element) => sha512(lengthPrefixed(input), lengthPrefixed(element), ascii('Finalize'));

/**
 * F for each input, from the answers of every evaluator: answers[i] = {publicKey, blinds, blinded, evaluated, proof}.
 * N = Σ r_i⁻¹·Z_i.
 */
export function finalizeAll(inputs, answers) {
  for (const a of answers) verifyProof(a.publicKey, a.blinded, a.evaluated, a.proof);
  return inputs.map((input, j) => {
    const sum = addElements(answers.map((a) => unblind(a.evaluated[j], a.blinds[j])));
    demand(sum !== null, 'BAD_ELEMENT', 'the sum of the evaluations is the identity');
    return finalize(input, sum);
  });
}

export const sameElement = (a, b) => a !== null && b !== null && equal(a, b);
