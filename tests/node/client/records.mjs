// Buckets of an epoch's datasets: by prefix, or from whole sets. Every row is checked against the signed root before it
// is looked at (protocol §3, §5, §7).
import { bucketIndex, prefixOf } from '../protocol/bucket.mjs';
import { equal, hex } from '../protocol/bytes.mjs';
import { decodeFile, splitBucket } from '../protocol/dataset.mjs';
import { demand, ProtocolError } from '../protocol/error.mjs';
import { checkPrefix } from '../protocol/merkle.mjs';
import { decodeRecord, openRecord, recordKeys } from '../protocol/record.mjs';

const MOST_BYTES = 2 * 2 ** 20; // of buckets in one fetch

/** Whether a prefix of p bits is short enough to hide and long enough for one answer. */
export function canFetch(epoch, datasets, p) {
  const bytes = datasets.reduce((sum, d) => sum + 56 * d.manifest.rows * 2 ** (epoch.bucketBits - p), 0);
  return p > 0 && bytes <= MOST_BYTES;
}

/** The record of F in its verified bucket: {states, merged}, or null. */
function look(epoch, dataset, f, bucket) {
  const { datasetId, salt } = dataset.manifest;
  const place = {
    epochId: epoch.id,
    datasetId,
    salt,
    bucketBits: epoch.bucketBits,
    index: bucketIndex(f, epoch.id, epoch.bucketBits),
  };
  const { tag } = recordKeys(f, place);
  const row = splitBucket(bucket).find((r) => equal(r.subarray(0, 16), tag));
  return row === undefined ? null : decodeRecord(openRecord(f, place, row));
}

/** hex of the dataset id → {record} or {problem}. */
function settle(datasets, find) {
  return new Map(
    datasets.map((dataset) => {
      try {
        return [hex(dataset.manifest.datasetId), { record: find(dataset) }];
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        return [hex(dataset.manifest.datasetId), { problem: error }];
      }
    }),
  );
}

/** Asks for the bucket of F in every dataset of the epoch, by a prefix of p bits. */
export async function fetchRecords(service, catalogue, epoch, datasets, f, p) {
  const index = bucketIndex(f, epoch.id, epoch.bucketBits);
  const { encoded, value, first } = prefixOf(index, epoch.bucketBits, p);
  const { rows } = await service.fetchBucket({
    content_hash: catalogue.contentHash,
    epoch_id: epoch.id,
    prefix: encoded,
  });
  const listed = catalogue.datasets.filter((d) => d.manifest && equal(d.manifest.epochId, epoch.id));
  for (const row of rows) {
    demand(
      listed.some((d) => equal(d.manifest.datasetId, row.dataset_id)),
      'UNEXPECTED_DATASET',
      'an answer about a dataset that the catalogue does not list',
    );
  }
  return settle(datasets, (dataset) => {
    const { datasetId, root, rows: perBucket } = dataset.manifest;
    const found = rows.filter((row) => equal(row.dataset_id, datasetId));
    demand(found.length === 1, 'MISSING_DATASET', 'the answer is incomplete');
    const { bucketBits } = epoch;
    const buckets = checkPrefix({ datasetId, root, bucketBits, rows: perBucket, p, value, row: found[0].row });
    return look(epoch, dataset, f, buckets[index - first]);
  });
}

/** Whole datasets, each downloaded and verified once. */
export class WholeSets {
  #service;
  #files = new Map();

  constructor(service) {
    this.#service = service;
  }

  async load(datasets) {
    for (const { manifest, manifestBytes } of datasets) {
      const id = hex(manifest.datasetId);
      if (this.#files.has(id)) continue;
      const file = decodeFile(await this.#service.downloadDataset(manifest.datasetId));
      demand(equal(file.manifest, manifestBytes), 'BAD_DATASET', 'another dataset than the catalogue lists');
      this.#files.set(id, file.buckets);
    }
  }

  /** After load(). */
  find(epoch, datasets, f) {
    const index = bucketIndex(f, epoch.id, epoch.bucketBits);
    return settle(datasets, (dataset) =>
      look(epoch, dataset, f, this.#files.get(hex(dataset.manifest.datasetId))[index]),
    );
  }
}
