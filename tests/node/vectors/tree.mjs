// Root and one path of a list of buckets.
import { leafHash, siblings, treeLevels } from '../protocol/merkle.mjs';

export function buildTree(datasetId, buckets, index) {
  const levels = treeLevels(buckets.map((bucket, i) => leafHash(datasetId, i, bucket)));
  return { root: levels.at(-1)[0], path: siblings(levels, index) };
}
