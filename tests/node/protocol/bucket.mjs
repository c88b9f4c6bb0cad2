// Buckets and prefixes (protocol §3).
import { demand } from './error.mjs';
import { concat, hmac512, label, u32, u8 } from './bytes.mjs';

export const bucketHash = (f, epochId) => hmac512(f, label('bucket'), epochId);

export const bucketIndex = (f, epochId, bucketBits) =>
  bucketBits === 0 ? 0 : bucketHash(f, epochId).readUInt32BE(0) >>> (32 - bucketBits);

/** The prefix of p bits of a bucket, as sent: u8 p || u32 value; and the buckets that it stands for. */
export function prefixOf(index, bucketBits, p) {
  const shift = bucketBits - p;
  const value = Math.floor(index / 2 ** shift);
  return { encoded: concat(u8(p), u32(value)), value, first: value * 2 ** shift, count: 2 ** shift };
}

/** What a server accepts: at most `most` bits, none beyond them. */
export function decodePrefix(bytes, most) {
  demand(
    bytes.length === 5 && bytes[0] <= most && bytes.readUInt32BE(1) < 2 ** bytes[0],
    'BAD_PREFIX',
    'a prefix is malformed',
  );
  return { p: bytes[0], value: bytes.readUInt32BE(1) };
}
