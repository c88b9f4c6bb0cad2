// The hash tree over buckets (protocol §5).
import { equal, sha256, u32 } from './bytes.mjs';
import { demand } from './error.mjs';

export const leafHash = (datasetId, index, bucket) => sha256(Buffer.from([0]), datasetId, u32(index), bucket);
export const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);

/** Levels from the leaves (first) to the root (last, of length one). The number of leaves is a power of two. */
export function treeLevels(leaves) {
  const levels = [leaves];
  while (levels.at(-1).length > 1) {
    const below = levels.at(-1);
    levels.push(Array.from({ length: below.length / 2 }, (_, i) => nodeHash(below[2 * i], below[2 * i + 1])));
  }
  return levels;
}

export const treeRoot = (leaves) => treeLevels(leaves).at(-1)[0];

/** Siblings from level `from` upwards of the node with this index at that level. */
export function siblings(levels, index, from = 0) {
  const path = [];
  for (let level = from, i = index; level < levels.length - 1; level++, i >>>= 1) path.push(levels[level][i ^ 1]);
  return path;
}

/** The root that a hash at `index` and its siblings lead to. */
export const climb = (hash, index, path) =>
  path.reduce(
    (running, sibling, d) => ((index >>> d) & 1 ? nodeHash(sibling, running) : nodeHash(running, sibling)),
    hash,
  );

/** Checks what a fetch returned against a root: the buckets of the prefix, then p siblings. Returns the buckets. */
export function checkPrefix({ datasetId, root, bucketBits, rows, p, value, row }) {
  const count = 2 ** (bucketBits - p);
  const [size, end] = [56 * rows, 56 * rows * count];
  demand(row.length === end + 32 * p, 'BAD_ROW_LENGTH', 'an answer has another length than its prefix demands');
  const buckets = Array.from({ length: count }, (_, i) => row.subarray(i * size, (i + 1) * size));
  const path = Array.from({ length: p }, (_, d) => row.subarray(end + 32 * d, end + 32 * (d + 1)));
  const subRoot = treeRoot(buckets.map((bucket, i) => leafHash(datasetId, value * count + i, bucket)));
  demand(equal(climb(subRoot, value, path), root), 'BAD_PATH', 'the buckets are not those of the signed root');
  return buckets;
}
