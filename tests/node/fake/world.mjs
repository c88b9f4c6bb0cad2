// Everything that a service knows, made by the independent implementation: keys, epochs, sealed datasets, notices and a
// chain of signed catalogues. People and numbers are invented.
import { randomBytes } from 'node:crypto';
import { bucketIndex } from '../protocol/bucket.mjs';
import { concat, sha256 } from '../protocol/bytes.mjs';
import { buildDataset, encodeFile } from '../protocol/dataset.mjs';
import { epochId, fetchBits, possessionBase } from '../protocol/epoch.mjs';
import {
  encodeScalar,
  evaluate,
  finalize,
  hashToGroup,
  hedgedNonce,
  ORDER,
  publicKey,
  reduce,
} from '../protocol/oprf.mjs';
import { encodeRecord } from '../protocol/record.mjs';
import {
  contentHash,
  encodeDelegation,
  encodeHeader,
  encodeManifest,
  sign,
  signingPublic,
} from '../protocol/signed.mjs';
import { oprfInput } from '../client/number.mjs';
import { encode } from '../client/wire.mjs';

export { ORDER, encodeScalar };
export const EXPOSED_TO_ALL = { 0: 3, 2: 3, 21: 1 }; // category → state; photo (6) differs from person to person

const hedged = (key) => (composite) => hedgedNonce(key, composite, randomBytes(64));

export function makeEpoch({ force, scheme, rule, population }) {
  const key = reduce(randomBytes(64));
  const pk = publicKey(key);
  const possession = evaluate(key, [possessionBase(1, pk)], hedged(key));
  const bits = fetchBits(population, 100);
  return {
    key,
    force,
    scheme,
    id: epochId(pk),
    bucketBits: bits,
    message: {
      epoch_id: epochId(pk),
      public_key: pk,
      bucket_bits: bits,
      min_people: 100,
      fetch_bits: bits,
      rule: 1,
      state: 1,
      evaluators: [
        { index: 1, public_key: pk, possession_element: possession.evaluated[0], possession_proof: possession.proof },
      ],
      schemes: [{ force, name: scheme, population, rule }],
    },
  };
}

/** What the evaluator answers. */
export function answerEvaluate(epoch, blinded) {
  const elements = Array.from({ length: blinded.length / 32 }, (_, i) => blinded.subarray(32 * i, 32 * (i + 1)));
  const { evaluated, proof } = evaluate(epoch.key, elements, hedged(epoch.key));
  return { evaluated: concat(...evaluated), proof };
}

// As a custodian would find it out through Evaluate, without the blind.
function outputOf(epoch, input) {
  const k = BigInt(`0x${Buffer.from(epoch.key).reverse().toString('hex')}`);
  return finalize(input, Buffer.from(hashToGroup(input).multiply(k).toBytes()));
}

export function sealDataset(epoch, custodian, incident, numbers, sealedAt) {
  const people = numbers.map((number, i) => {
    const states = Array.from({ length: 64 }, (_, c) => EXPOSED_TO_ALL[c] ?? 0);
    states[6] = i % 2 === 0 ? 3 : 0;
    const input = oprfInput(epoch.force, epoch.scheme, number);
    return { number, input, f: outputOf(epoch, input), states, pt: encodeRecord(states, 1) };
  });
  const built = buildDataset({ seed: randomBytes(32), epochId: epoch.id, bucketBits: epoch.bucketBits, people });
  const details = encode('exposure.v1.DatasetDetails', {
    incident_id: incident,
    mapping: { force: epoch.force, scheme: epoch.scheme },
  });
  const manifest = encodeManifest({
    ...built,
    epochId: epoch.id,
    bucketBits: epoch.bucketBits,
    read: people.length,
    indexed: people.length,
    merged: 0,
    quarantined: 0,
    sealedAt,
    details,
    signer: signingPublic(custodian),
  });
  const signature = sign(custodian, 'manifest', manifest);
  const message = { manifest, signature, details, incident_id: incident };
  const indexOf = (person) => bucketIndex(person.f, epoch.id, epoch.bucketBits);
  return {
    ...built,
    epoch,
    people,
    message,
    indexOf,
    file: encodeFile({ manifest, signature, details, buckets: built.buckets }),
  };
}

const notice = (incident_id, force, checkability, schemes = []) => ({
  incident_id,
  force,
  version: 1,
  title: { en: incident_id },
  checkability,
  schemes,
});

export const numbersOf = (letter, from, count) =>
  Array.from({ length: count }, (_, i) => `${letter}${String(from + i * 37).padStart(6, '0')}`);

export class World {
  constructor(now) {
    this.now = now;
    const [root, online, met, psni] = Array.from({ length: 4 }, () => randomBytes(32));
    Object.assign(this, {
      rootSeed: root,
      onlineSeed: online,
      root: signingPublic(root),
      metSeed: met,
      psniSeed: psni,
    });
    const rule = (letters, digits) => ({
      prefix_words: ['PC', 'NO'],
      min_letters: letters,
      max_letters: letters,
      min_digits: 1,
      max_digits: digits,
      pad_digits_to: digits,
    });
    this.met = makeEpoch({ force: 'met', scheme: 'pay', rule: rule(1, 6), population: 1500 });
    this.psni = makeEpoch({ force: 'psni', scheme: 'service', rule: rule(0, 6), population: 9483 });
    this.metSet = sealDataset(this.met, met, 'met-2023-supplier', numbersOf('A', 100, 150), now - 1000);
    this.psniSet = sealDataset(this.psni, psni, 'psni-2023-foi', numbersOf('', 5, 150), now - 1000);
    const custodian = (name, seed) => ({
      name,
      force: name,
      public_key: signingPublic(seed),
      valid_from: 0,
      valid_until: now + 1e9,
    });
    this.content = {
      epochs: [this.met.message, this.psni.message],
      custodians: [custodian('met', met), custodian('psni', psni)],
      incidents: [
        notice('met-2023-supplier', 'met', 1, ['met/pay']),
        notice('psni-2023-foi', 'psni', 1, ['psni/service']),
        notice('norfolk-suffolk-2023-foi', 'norfolk', 2),
        notice('south-yorkshire-2023-footage', 'south-yorkshire', 3),
        notice('met-2026-announced', 'met', 1, ['met/pay']),
      ],
      datasets: [this.metSet.message, this.psniSet.message],
    };
    this.delegation = { serial: 3, notBefore: now - 86400, notAfter: now + 30 * 86400 };
    this.headers = [];
    this.issue();
  }

  /** Signs the content as the next version; `change` may falsify the header. */
  issue(change = {}) {
    const bytes = encode('exposure.v1.CatalogueContent', this.content);
    const last = this.headers.at(-1);
    const header = encodeHeader({
      version: this.headers.length + 1,
      issued: this.now,
      expires: this.now + 86400,
      previous: last === undefined ? Buffer.alloc(32) : sha256(last),
      contentHash: contentHash(bytes),
      contentBytes: bytes.length,
      signer: signingPublic(this.onlineSeed),
      ...change,
    });
    this.headers.push(header);
    this.previousHash = this.contentHash;
    this.contentHash = contentHash(bytes);
    const delegation = encodeDelegation({ ...this.delegation, key: signingPublic(this.onlineSeed) });
    this.signed = {
      header,
      signature: sign(this.onlineSeed, 'catalogue', header),
      content: bytes,
      delegation,
      delegation_signature: sign(this.rootSeed, 'delegation', delegation),
    };
  }

  get sets() {
    return [this.metSet, this.psniSet];
  }

  epochOf(id) {
    return [this.met, this.psni].find((epoch) => epoch.id.equals(id));
  }
}
