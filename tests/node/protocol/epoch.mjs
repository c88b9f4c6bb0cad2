// Epochs and their evaluators (protocol §2), and how many bits a question may reveal (§3).
import { ascii, hex, label, sha256, u8 } from './bytes.mjs';
import { demand, ProtocolError } from './error.mjs';
import { addElements, decodeElement, hashToGroup, sameElement, verifyProof } from './oprf.mjs';

export const RULE_ADDITIVE = 1;
export const MOST_FETCH_BITS = 12; // a client never reveals more
const MOST_BUCKET_BITS = 24;

export const epochId = (publicKey) => sha256(label('epoch'), ascii('ristretto255-SHA512\0'), publicKey).subarray(0, 16);

export const possessionBase = (index, publicKey) =>
  Buffer.from(hashToGroup(Buffer.concat([label('pop'), u8(index), publicKey])).toBytes());

function checkPossession({ index, publicKey, element, proof }) {
  try {
    verifyProof(publicKey, [possessionBase(index, publicKey)], [element], proof);
  } catch (error) {
    throw new ProtocolError('BAD_POSSESSION', `evaluator ${index}: ${error.reason}`);
  }
}

const distinct = (values) => new Set(values).size === values.length;

/** Checks {epochId, publicKey, rule, evaluators: [{index, publicKey, element, proof}]}. */
export function checkEvaluators({ epochId: id, publicKey, rule, evaluators }) {
  demand(rule === RULE_ADDITIVE, 'UNKNOWN_RULE', 'the rule for combining evaluators is not known');
  demand(evaluators.length >= 1 && evaluators.length <= 255, 'BAD_EPOCH', 'no evaluator, or too many');
  for (const e of evaluators) {
    demand(
      Number.isInteger(e.index) && e.index >= 1 && e.index <= 255,
      'BAD_EPOCH',
      'an evaluator index is not 1..255',
    );
  }
  demand(distinct(evaluators.map((e) => e.index)), 'DUPLICATE_EVALUATOR', 'two evaluators have one index');
  demand(distinct(evaluators.map((e) => hex(e.publicKey))), 'DUPLICATE_EVALUATOR', 'two evaluators have one key');
  for (const e of [{ publicKey }, ...evaluators]) decodeElement(e.publicKey);
  demand(
    sameElement(addElements(evaluators.map((e) => e.publicKey)), publicKey),
    'BAD_KEY_SUM',
    'the keys of the evaluators do not add up to that of the epoch',
  );
  demand(Buffer.compare(epochId(publicKey), id) === 0, 'BAD_EPOCH', 'the epoch id is not that of its key');
  evaluators.forEach(checkPossession);
}

/** The largest b ≤ 24 with A ≥ k·2^b and 4·(A − k·2^b)² ≥ 49·A·2^b; 0 where there is none. */
export function fetchBits(population, minPeople) {
  const [a, k] = [BigInt(population), BigInt(minPeople)];
  for (let b = MOST_BUCKET_BITS; b > 0; b--) {
    const t = 1n << BigInt(b);
    const rest = a - k * t;
    if (rest >= 0n && 4n * rest * rest >= 49n * a * t) return b;
  }
  return 0;
}

/** What an epoch of the catalogue may claim: {bucketBits, minPeople, fetchBits, populations}. */
export function checkPrivacy({ bucketBits, minPeople, fetchBits: claimed, populations }) {
  demand(bucketBits <= MOST_BUCKET_BITS, 'BAD_BUCKET_BITS', 'B is more than 24');
  demand(minPeople >= 100, 'BAD_EPOCH', 'k is less than 100');
  demand(populations.length > 0, 'BAD_EPOCH', 'an epoch without schemes');
  const smallest = populations.map(BigInt).reduce((a, b) => (a < b ? a : b));
  demand(
    claimed <= bucketBits && claimed <= fetchBits(smallest, minPeople),
    'FETCH_BITS_TOO_LARGE',
    'the epoch lets a question reveal more than its population allows',
  );
}

/** p of a question of `fetches` (number, epoch) pairs over epochs with these fetch_bits. */
export function questionBits(epochFetchBits, fetches) {
  return Math.floor(Math.min(MOST_FETCH_BITS, ...epochFetchBits) / fetches);
}
