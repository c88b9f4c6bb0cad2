// What a manifest must agree with itself about: the id of a dataset, and the size of its buckets (protocol §4, §5).
import { label, sha256 } from './bytes.mjs';

export const datasetIdOf = (epochId, salt) => sha256(label('dataset'), epochId, salt).subarray(0, 16);

/** Whether the server accepts R rows in each of 2^B buckets for so many records. */
export function rowsAllowed(rows, bucketBits, records) {
  if (rows < 8 || rows % 8 !== 0) return false;
  const [n, buckets] = [BigInt(records), 1n << BigInt(bucketBits)];
  const x = (BigInt(rows) - 16n) * buckets - n;
  return x <= 0n || x * x <= 64n * n * buckets;
}
