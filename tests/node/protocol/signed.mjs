// Ed25519 and the bodies of fixed layout that are signed (protocol §6).
import { createPrivateKey, createPublicKey, sign as signBytes, verify as verifyBytes } from 'node:crypto';
import { ascii, concat, equal, label, sha256, u16, u32, u64, u8 } from './bytes.mjs';
import { demand } from './error.mjs';
import { datasetIdOf, rowsAllowed } from './sizes.mjs';

export const MANIFEST_BYTES = 216;
export const HEADER_BYTES = 136;
const LONGEST_DELEGATION = 90n * 86400n; // seconds
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex'); // PKCS #8 around a seed
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex'); // SubjectPublicKeyInfo

const privateKey = (seed) => createPrivateKey({ key: concat(PRIVATE_PREFIX, seed), format: 'der', type: 'pkcs8' });

export const signingPublic = (seed) =>
  createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' }).subarray(-32);

const signedBytes = (what, body) => concat(label(`sig/${what}`), u64(body.length), body);

export const sign = (seed, what, body) => signBytes(null, signedBytes(what, body), privateKey(seed));

export function verify(publicKey, what, body, signature) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    const key = createPublicKey({ key: concat(PUBLIC_PREFIX, publicKey), format: 'der', type: 'spki' });
    return verifyBytes(null, signedBytes(what, body), key, signature);
  } catch {
    return false;
  }
}

export const keyId = (publicKey) => sha256(publicKey);
export const detailsHash = (details) => sha256(label('details'), details);
export const contentHash = (content) => sha256(label('content'), content);

export const encodeManifest = (m) =>
  concat(
    ascii('EXPMAN01'),
    m.datasetId,
    m.epochId,
    m.salt,
    u8(1),
    u8(m.bucketBits),
    u16(56),
    u32(m.rows),
    u64(m.records),
    u64(m.read),
    u64(m.indexed),
    u64(m.merged),
    u64(m.quarantined),
    u64(m.sealedAt),
    m.root,
    detailsHash(m.details),
    keyId(m.signer).subarray(0, 24),
  );

export function decodeManifest(b) {
  demand(
    b.length === MANIFEST_BYTES &&
      equal(b.subarray(0, 8), ascii('EXPMAN01')) &&
      b[72] === 1 &&
      b.readUInt16BE(74) === 56,
    'BAD_MANIFEST',
    'a manifest has another layout than version 1',
  );
  const at = (offset) => b.readBigUInt64BE(offset);
  const m = {
    datasetId: b.subarray(8, 24),
    epochId: b.subarray(24, 40),
    salt: b.subarray(40, 72),
    bucketBits: b[73],
    rows: b.readUInt32BE(76),
    records: at(80),
    read: at(88),
    indexed: at(96),
    merged: at(104),
    quarantined: at(112),
    sealedAt: at(120),
    root: b.subarray(128, 160),
    detailsHash: b.subarray(160, 192),
    signerId: b.subarray(192),
  };
  demand(m.bucketBits <= 24 && rowsAllowed(m.rows, m.bucketBits, m.records), 'BAD_MANIFEST', 'B or R is not allowed');
  demand(equal(m.datasetId, datasetIdOf(m.epochId, m.salt)), 'BAD_MANIFEST', 'the dataset id is not that of the salt');
  demand(
    m.read === m.indexed + m.merged + m.quarantined && m.indexed === m.records,
    'BAD_MANIFEST',
    'rows read are not indexed + merged + quarantined',
  );
  return m;
}

export const encodeHeader = (h) =>
  concat(
    ascii('EXPCAT01'),
    u64(h.version),
    u64(h.issued),
    u64(h.expires),
    h.previous,
    h.contentHash,
    u64(h.contentBytes),
    keyId(h.signer),
  );

export function decodeHeader(b) {
  demand(
    b.length === HEADER_BYTES && equal(b.subarray(0, 8), ascii('EXPCAT01')),
    'CATALOGUE_MALFORMED',
    'a catalogue header has another layout',
  );
  const h = {
    version: b.readBigUInt64BE(8),
    issued: b.readBigUInt64BE(16),
    expires: b.readBigUInt64BE(24),
    previous: b.subarray(32, 64),
    contentHash: b.subarray(64, 96),
    contentBytes: b.readBigUInt64BE(96),
    signerId: b.subarray(104),
  };
  demand(
    h.version > 0n && (h.version > 1n || equal(h.previous, Buffer.alloc(32))),
    'CATALOGUE_MALFORMED',
    'versions begin at 1, without a predecessor',
  );
  return h;
}

export const encodeDelegation = (d) =>
  concat(ascii('EXPDEL01'), u64(d.serial), u64(d.notBefore), u64(d.notAfter), d.key);

export function decodeDelegation(b) {
  demand(
    b.length === 64 && equal(b.subarray(0, 8), ascii('EXPDEL01')),
    'BAD_DELEGATION',
    'a delegation has another layout',
  );
  const d = {
    serial: b.readBigUInt64BE(8),
    notBefore: b.readBigUInt64BE(16),
    notAfter: b.readBigUInt64BE(24),
    key: b.subarray(32),
  };
  demand(
    d.notAfter >= d.notBefore && d.notAfter - d.notBefore <= LONGEST_DELEGATION,
    'BAD_DELEGATION',
    'a delegation lasts longer than 90 days, or ends before it begins',
  );
  return d;
}

export const encodeRootChange = (r) => concat(ascii('EXPROOT1'), u64(r.serial), u64(r.notBefore), r.oldRoot, r.newRoot);

export function decodeRootChange(b) {
  demand(
    b.length === 88 && equal(b.subarray(0, 8), ascii('EXPROOT1')),
    'BAD_ROOT_CHANGE',
    'a root change has another layout',
  );
  return {
    serial: b.readBigUInt64BE(8),
    notBefore: b.readBigUInt64BE(16),
    oldRoot: b.subarray(24, 56),
    newRoot: b.subarray(56),
  };
}
