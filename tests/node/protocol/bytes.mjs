// Bytes, big-endian numbers and hashes as docs/protocol.md writes them.
import { createHash, createHmac } from 'node:crypto';

export const concat = (...parts) => Buffer.concat(parts);
export const ascii = (text) => Buffer.from(text, 'latin1');
export const hex = (bytes) => Buffer.from(bytes).toString('hex');
export const unhex = (text) => Buffer.from(text, 'hex');
export const equal = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;

export const u8 = (value) => Buffer.from([value]);

export function u16(value) {
  const out = Buffer.alloc(2);
  out.writeUInt16BE(value);
  return out;
}

export function u32(value) {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
}

export function u64(value) {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(value));
  return out;
}

/** L(s): the domain separator in front of everything hashed or signed. */
export const label = (text) => ascii(`exposure/v1/${text}\0`);

export const sha256 = (...parts) =>
  createHash('sha256')
    .update(concat(...parts))
    .digest();
export const sha512 = (...parts) =>
  createHash('sha512')
    .update(concat(...parts))
    .digest();
export const hmac256 = (key, ...parts) =>
  createHmac('sha256', key)
    .update(concat(...parts))
    .digest();
export const hmac512 = (key, ...parts) =>
  createHmac('sha512', key)
    .update(concat(...parts))
    .digest();
