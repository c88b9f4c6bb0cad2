// Sealed records (protocol §4).
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concat, hmac512, label, u16, u32, u8 } from './bytes.mjs';
import { demand, ProtocolError } from './error.mjs';

export const ROW = 56;
export const UNKNOWN = 0;
export const NOT_HELD = 1;
export const POSSIBLE = 2;
export const EXPOSED = 3;
const CATEGORIES = 64;
const NONCE = Buffer.alloc(12); // every key seals one plaintext: the salt binds the content

/** states: 64 numbers 0..3; merged: source rows, saturating at 65,535. */
export function encodeRecord(states, merged) {
  const pt = Buffer.alloc(24);
  pt[0] = 1;
  u16(Math.min(merged, 0xffff)).copy(pt, 2);
  states.forEach((state, c) => {
    pt[4 + (c >> 2)] |= state << (2 * (c % 4));
  });
  return pt;
}

export function decodeRecord(pt) {
  const merged = pt.length === 24 ? pt.readUInt16BE(2) : 0;
  const fixed = pt.length === 24 && pt[0] === 1 && pt[1] === 0 && pt.readUInt32BE(20) === 0;
  demand(fixed && merged >= 1, 'BAD_RECORD', 'a record has another form than version 1');
  const states = Array.from({ length: CATEGORIES }, (_, c) => (pt[4 + (c >> 2)] >> (2 * (c % 4))) & 3);
  return { states, merged };
}

function mergeState(states) {
  for (const strongest of [EXPOSED, POSSIBLE, UNKNOWN]) if (states.includes(strongest)) return strongest;
  return NOT_HELD;
}

/** rows: [{states, merged}] of one person. */
export function mergeRows(rows) {
  const states = rows[0].states.map((_, c) => mergeState(rows.map((row) => row.states[c])));
  return {
    states,
    merged: Math.min(
      rows.reduce((sum, row) => sum + row.merged, 0),
      0xffff,
    ),
  };
}

/** place = {epochId, datasetId, salt, bucketBits, index}. */
export function recordKeys(f, { epochId, datasetId, salt }) {
  const hr = hmac512(f, label('record'), epochId, datasetId, salt);
  return { tag: hr.subarray(0, 16), key: hr.subarray(16, 48) };
}

export const recordAad = (tag, { epochId, datasetId, bucketBits, index }) =>
  concat(label('aad'), u8(1), epochId, datasetId, u8(bucketBits), u32(index), tag);

export function sealRecord(f, place, pt) {
  const { tag, key } = recordKeys(f, place);
  const cipher = createCipheriv('chacha20-poly1305', key, NONCE, { authTagLength: 16 });
  cipher.setAAD(recordAad(tag, place), { plaintextLength: pt.length });
  return concat(tag, cipher.update(pt), cipher.final(), cipher.getAuthTag());
}

/** The plaintext of a row with this person's tag. Throws BAD_RECORD. */
export function openRecord(f, place, row) {
  const { tag, key } = recordKeys(f, place);
  const cipher = createDecipheriv('chacha20-poly1305', key, NONCE, { authTagLength: 16 });
  cipher.setAAD(recordAad(tag, place), { plaintextLength: 24 });
  cipher.setAuthTag(row.subarray(40));
  try {
    return concat(cipher.update(row.subarray(16, 40)), cipher.final());
  } catch {
    throw new ProtocolError('BAD_RECORD', 'a record is not what was sealed');
  }
}
