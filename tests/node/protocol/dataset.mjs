// A sealed dataset: salt, dummies, matrix and file form (protocol §4, §5).
import { bucketIndex } from './bucket.mjs';
import { ascii, concat, equal, hmac256, hmac512, label, sha256, u16, u32 } from './bytes.mjs';
import { demand } from './error.mjs';
import { leafHash, siblings, treeLevels, treeRoot } from './merkle.mjs';
import { ROW, sealRecord } from './record.mjs';
import { decodeManifest, detailsHash, MANIFEST_BYTES } from './signed.mjs';
import { datasetIdOf } from './sizes.mjs';

/** people: [{input, f, pt}], inputs distinct. */
export function rowsDigest(people) {
  const sorted = [...people].sort((a, b) => Buffer.compare(a.input, b.input));
  return sha256(label('rows'), ...sorted.flatMap(({ input, pt }) => [u16(input.length), input, pt]));
}

export const saltOf = (seed, epochId, digest) => hmac256(seed, label('salt'), epochId, digest);
export const dummyRow = (seed, index, j) => hmac512(seed, label('dummy'), u32(index), u32(j)).subarray(0, ROW);

export const rowsPerBucket = (largest) => Math.max(8, Math.ceil(largest / 8) * 8);

const byTag = (a, b) => Buffer.compare(a.subarray(0, 16), b.subarray(0, 16));

/** Builds the whole dataset from people, a seed and an epoch. */
export function buildDataset({ seed, epochId, bucketBits, people }) {
  const digest = rowsDigest(people);
  const salt = saltOf(seed, epochId, digest);
  const datasetId = datasetIdOf(epochId, salt);
  const real = Array.from({ length: 2 ** bucketBits }, () => []);
  for (const { f, pt } of people) {
    const index = bucketIndex(f, epochId, bucketBits);
    real[index].push(sealRecord(f, { epochId, datasetId, salt, bucketBits, index }, pt));
  }
  const rows = rowsPerBucket(Math.max(...real.map((bucket) => bucket.length)));
  const buckets = real.map((bucket, i) => {
    const dummies = Array.from({ length: rows - bucket.length }, (_, d) => dummyRow(seed, i, bucket.length + d));
    return concat(...[...bucket, ...dummies].sort(byTag));
  });
  const levels = treeLevels(buckets.map((bucket, i) => leafHash(datasetId, i, bucket)));
  return { digest, salt, datasetId, rows, buckets, levels, root: levels.at(-1)[0], records: people.length };
}

/** What FetchBucket sends for a prefix: the buckets in order, then the siblings above their sub-root. */
export function prefixRow({ buckets, levels }, bucketBits, p, value) {
  const count = 2 ** (bucketBits - p);
  return concat(...buckets.slice(value * count, (value + 1) * count), ...siblings(levels, value, bucketBits - p));
}

export const encodeFile = ({ manifest, signature, details, buckets }) =>
  concat(ascii('EXPDSET1'), u32(280), manifest, signature, u32(details.length), details, ...buckets);

/** The rows of a bucket; ascending and distinct tags, or BAD_ROW_ORDER. */
export function splitBucket(bucket) {
  const rows = Array.from({ length: bucket.length / ROW }, (_, i) => bucket.subarray(i * ROW, (i + 1) * ROW));
  rows.slice(1).forEach((row, i) => demand(byTag(rows[i], row) < 0, 'BAD_ROW_ORDER', 'rows are not in order'));
  return rows;
}

/** Takes a file apart and checks its root; signatures and membership are the catalogue's affair. */
export function decodeFile(file) {
  const short = 'a dataset file is shorter or longer than its manifest says';
  demand(
    file.length >= 12 + 280 + 4 && equal(file.subarray(0, 8), ascii('EXPDSET1')) && file.readUInt32BE(8) === 280,
    'BAD_DATASET',
    'not a sealed dataset file',
  );
  const manifest = file.subarray(12, 12 + MANIFEST_BYTES);
  const signature = file.subarray(12 + MANIFEST_BYTES, 292);
  const end = 296 + file.readUInt32BE(292);
  demand(file.length >= end, 'BAD_DATASET', short);
  const m = decodeManifest(manifest);
  const details = file.subarray(296, end);
  demand(equal(detailsHash(details), m.detailsHash), 'BAD_DATASET', 'the details are not those of the manifest');
  const size = ROW * m.rows;
  demand(file.length === end + size * 2 ** m.bucketBits, 'BAD_DATASET', short);
  const buckets = Array.from({ length: 2 ** m.bucketBits }, (_, i) =>
    file.subarray(end + i * size, end + (i + 1) * size),
  );
  buckets.forEach(splitBucket);
  const root = treeRoot(buckets.map((bucket, i) => leafHash(m.datasetId, i, bucket)));
  demand(equal(root, m.root), 'BAD_DATASET', 'the file is not that of the signed root');
  return { manifest, signature, details, buckets, decoded: m };
}
