// Sections about signatures and manifests (protocol §6), and the file form (§5).
import assert from 'node:assert/strict';
import { ascii, concat, hex, sha256, u64, unhex } from '../protocol/bytes.mjs';
import { decodeFile, encodeFile } from '../protocol/dataset.mjs';
import {
  decodeManifest,
  detailsHash,
  encodeManifest,
  keyId,
  sign,
  signingPublic,
  verify,
} from '../protocol/signed.mjs';
import { SMALL } from './datasets.mjs';
import { hexAll } from './evaluation.mjs';
import { fixedBytes, reasonOf } from './fixed.mjs';

const seedOf = (name) => fixedBytes(`ed25519 ${name}`, 32);
export const [ROOT, ONLINE, CUSTODIAN, OTHER] = ['root', 'online', 'custodian', 'other'].map(seedOf);
export const DAY = 86400;
export const NOW = 1_790_000_000; // any day in 2026

export function keys() {
  return [
    ['root', ROOT],
    ['online', ONLINE],
    ['custodian', CUSTODIAN],
    ['other', OTHER],
  ].map(([name, seed]) => hexAll({ name, seed, public_key: signingPublic(seed), key_id: keyId(signingPublic(seed)) }));
}

const DETAILS = ascii('details stand here verbatim');
const numbers = { records: 5, read: 9, indexed: 5, merged: 1, quarantined: 3, sealedAt: NOW };
const MANIFEST = encodeManifest({
  ...numbers,
  datasetId: SMALL.datasetId,
  epochId: SMALL.epochId,
  salt: SMALL.salt,
  bucketBits: 2,
  rows: SMALL.rows,
  root: SMALL.root,
  details: DETAILS,
  signer: signingPublic(CUSTODIAN),
});

export function manifests() {
  const signature = sign(CUSTODIAN, 'manifest', MANIFEST);
  return [
    hexAll({
      name: SMALL.name,
      dataset_id: SMALL.datasetId,
      epoch_id: SMALL.epochId,
      salt: SMALL.salt,
      bucket_bits: 2,
      rows: SMALL.rows,
      records: '5',
      rows_read: '9',
      indexed: '5',
      merged: '1',
      quarantined: '3',
      sealed_at: String(NOW),
      root: SMALL.root,
      details: DETAILS,
      details_hash: detailsHash(DETAILS),
      signer_seed: CUSTODIAN,
      signer: signingPublic(CUSTODIAN),
      manifest: MANIFEST,
      signature,
    }),
  ];
}

const u64hex = (value) => hex(u64(value));

export function badManifests() {
  const put = (at, text) => {
    const m = Buffer.from(MANIFEST);
    unhex(text).copy(m, at);
    return m;
  };
  const cases = [
    ['magic', put(7, '32')],
    ['suite', put(72, '02')],
    ['row size', put(74, '0040')],
    ['indexed is not records', put(87, '06')],
    ['sum of rows', put(119, '04')],
    ['too short', MANIFEST.subarray(0, 215)],
    ['too long', concat(MANIFEST, Buffer.alloc(1))],
    ['sum of rows wraps around', put(88, `${u64hex(7)}${u64hex(5)}ffffffffffffffff${u64hex(3)}`)],
    ['B of 25', put(73, '19')],
    ['R not a multiple of 8', put(76, '0000000c')],
    ['R of 0', put(76, '00000000')],
    ['R too large', put(76, '00000030')],
    ['dataset id of another salt', put(40, 'ff')],
  ];
  return cases.map(([name, manifest]) => {
    assert.equal(
      reasonOf(() => decodeManifest(manifest)),
      'BAD_MANIFEST',
      name,
    );
    return hexAll({ name, manifest, reason: 'BAD_MANIFEST' });
  });
}

/** Each signature is good for one label, one key and one body only. */
export function signatures() {
  const good = sign(CUSTODIAN, 'manifest', MANIFEST);
  const changed = Buffer.from(good);
  changed[10] ^= 1;
  const body = Buffer.from(MANIFEST);
  body[100] ^= 1;
  const pk = signingPublic(CUSTODIAN);
  const cases = [
    ['good', pk, 'manifest', MANIFEST, good],
    ['another label', pk, 'catalogue', MANIFEST, good],
    ['another key', signingPublic(OTHER), 'manifest', MANIFEST, good],
    ['another body', pk, 'manifest', body, good],
    ['a changed signature', pk, 'manifest', MANIFEST, changed],
    ['a byte more in front', pk, 'manifest', concat(ascii('x'), MANIFEST), good],
    ['a short signature', pk, 'manifest', MANIFEST, good.subarray(0, 63)],
    ['empty body', pk, 'root', Buffer.alloc(0), sign(CUSTODIAN, 'root', Buffer.alloc(0))],
  ];
  return cases.map(([name, public_key, label, bytes, signature]) =>
    hexAll({ name, public_key, label, body: bytes, signature, accept: verify(public_key, label, bytes, signature) }),
  );
}

export function files() {
  const signature = sign(CUSTODIAN, 'manifest', MANIFEST);
  const file = encodeFile({ manifest: MANIFEST, signature, details: DETAILS, buckets: SMALL.buckets });
  assert.equal(
    reasonOf(() => decodeFile(file)),
    '',
  );
  return [hexAll({ name: SMALL.name, manifest: MANIFEST, signature, details: DETAILS, file, sha256: sha256(file) })];
}
