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
  path.reduce((running, sibling, d) =>
    (index >>> d) & 1 ? nodeHash(sibling, running) : nodeHash(running, sibling), hash);

/** Checks the buckets of one prefix against a root. value: the prefix of p bits; path: p siblings. */
export function checkPrefix({ datasetId, root, bucketBits, p, value, buckets, path }) {
  demand(buckets.length === 2 ** (bucketBits - p) && path.length === p, 'BAD_ROW_LENGTH', 'wrong number of buckets');
  const first = value * 2 ** (bucketBits - p);
  const subRoot = treeRoot(buckets.map((bucket, i) => leafHash(datasetId, first + i, bucket)));
  demand(equal(climb(subRoot, value, path), root), 'BAD_PATH', 'the buckets are not those of the signed root');
}
