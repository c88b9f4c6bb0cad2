// Sections about records and datasets (protocol §4, §5).
import assert from 'node:assert/strict';
import { bucketIndex, prefixOf } from '../protocol/bucket.mjs';
import { ascii, concat, hex } from '../protocol/bytes.mjs';
import { buildDataset, dummyRow, prefixRow, rowsPerBucket } from '../protocol/dataset.mjs';
import { checkPrefix, climb, leafHash, siblings, treeRoot } from '../protocol/merkle.mjs';
import {
  decodeRecord,
  encodeRecord,
  mergeRows,
  openRecord,
  recordAad,
  recordKeys,
  sealRecord,
} from '../protocol/record.mjs';
import { rowsAllowed } from '../protocol/sizes.mjs';
import { hexAll } from './evaluation.mjs';
import { fixedBytes, fixedBytes64, reasonOf } from './fixed.mjs';

/** 64 states: "0:3 7:2" sets category 0 to 3 and 7 to 2. */
function states(text) {
  const out = Array(64).fill(0);
  for (const part of text.split(' ').filter(Boolean)) {
    const [category, state] = part.split(':').map(Number);
    out[category] = state;
  }
  return out;
}
const digits = (list) => list.join('');

export function records() {
  const cases = [
    ['nothing known', '', 1],
    ['first category', '0:3', 1],
    ['last category', '63:3', 1],
    ['of each state', '0:3 1:2 2:1 3:0 62:1 63:2', 2],
    ['Met', '0:3 2:3 6:3 8:3 9:3 16:1 20:1 21:1 22:1', 1],
    ['merged, at the limit', '0:3', 65535],
    ['merged, beyond it', '0:3', 65536],
  ];
  const out = cases.map(([name, text, merged]) => [name, states(text), merged]);
  out.push(['everything exposed', Array(64).fill(3), 1], ['everything not held', Array(64).fill(1), 3]);
  return out.map(([name, list, merged]) => {
    const pt = encodeRecord(list, merged);
    assert.deepEqual(decodeRecord(pt), { states: list, merged: Math.min(merged, 65535) });
    return { name, states: digits(list), merged, pt: hex(pt) };
  });
}

export function badRecords() {
  const good = encodeRecord(states('0:3'), 1);
  const change = (at, byte) => {
    const pt = Buffer.from(good);
    pt[at] = byte;
    return pt;
  };
  const cases = [
    ['version 0', change(0, 0)],
    ['version 2', change(0, 2)],
    ['second byte', change(1, 1)],
    ['no source row', change(3, 0)],
    ['reserved byte 20', change(20, 1)],
    ['reserved byte 23', change(23, 0x80)],
    ['all zeros', Buffer.alloc(24)],
    ['too short', good.subarray(0, 23)],
    ['too long', concat(good, Buffer.alloc(1))],
  ];
  return cases.map(([name, pt]) => {
    assert.equal(
      reasonOf(() => decodeRecord(pt)),
      'BAD_RECORD',
    );
    return { name, pt: hex(pt), reason: 'BAD_RECORD' };
  });
}

export function merges() {
  const cases = [
    [
      'every pair',
      [
        '0:0 1:0 2:0 3:0 4:1 5:1 6:1 7:1 8:2 9:2 10:2 11:2 12:3 13:3 14:3 15:3',
        '0:0 1:1 2:2 3:3 4:0 5:1 6:2 7:3 8:0 9:1 10:2 11:3 12:0 13:1 14:2 15:3',
      ],
      [1, 1],
    ],
    ['three rows', ['0:1 1:1 2:1', '0:1 1:0 2:1', '0:1 1:1 2:2'], [1, 1, 1]],
    ['one row', ['0:1 1:2'], [7]],
    ['saturating', ['0:3', '0:3'], [65535, 1]],
  ];
  return cases.map(([name, texts, counts]) => {
    const rows = texts.map((text, i) => ({ states: states(text), merged: counts[i] }));
    const { states: list, merged } = mergeRows(rows);
    return {
      name,
      pts: rows.map((row) => hex(encodeRecord(row.states, row.merged))),
      states: digits(list),
      merged,
      pt: hex(encodeRecord(list, merged)),
    };
  });
}

const EPOCH = fixedBytes('dataset epoch', 16);

/** People with given F's; the F's stand for any evaluation. */
function people(count) {
  return Array.from({ length: count }, (_, i) => ({
    input: ascii(`exposure/v1/met/pay/A${String((i * 7919) % 1000000).padStart(6, '0')}`),
    f: fixedBytes64(`F of person ${i}`),
    pt: encodeRecord(states(i % 3 === 0 ? '0:3 2:3 21:1' : '0:3 6:2 9:3'), 1 + (i % 2)),
  }));
}

function dataset(name, bucketBits, list) {
  const seed = fixedBytes(`seed ${name}`, 32);
  return {
    name,
    seed,
    epochId: EPOCH,
    bucketBits,
    people: list,
    ...buildDataset({ seed, epochId: EPOCH, bucketBits, people: list }),
  };
}

export const SMALL = dataset('5 people, B = 2', 2, people(5));
const DATASETS = [
  SMALL,
  dataset('12 people, B = 3', 3, people(12)),
  dataset('6 people, B = 0', 0, people(6)),
  dataset('30 people, B = 1: 16 or more rows in a bucket', 1, people(30)),
  dataset('nobody, B = 1: dummies only', 1, []),
];
assert(DATASETS[3].rows >= 16);

export function datasets() {
  return DATASETS.map((d) => {
    const real = d.buckets.map((_, i) => d.people.filter((p) => bucketIndex(p.f, EPOCH, d.bucketBits) === i).length);
    assert.equal(d.rows, rowsPerBucket(Math.max(...real)));
    const paths = d.buckets.map((_, i) => siblings(d.levels, i));
    paths.forEach((path, i) => assert.equal(hex(climb(d.levels[0][i], i, path)), hex(d.root)));
    return {
      ...hexAll({
        name: d.name,
        seed: d.seed,
        epoch_id: EPOCH,
        bucket_bits: d.bucketBits,
        inputs: d.people.map((p) => p.input),
        outputs: d.people.map((p) => p.f),
        pts: d.people.map((p) => p.pt),
        digest: d.digest,
        salt: d.salt,
        dataset_id: d.datasetId,
        rows: d.rows,
      }),
      real_rows: real,
      buckets: d.buckets.map(hex),
      leaves: d.levels[0].map(hex),
      paths: paths.map((path) => path.map(hex).join('')),
      root: hex(d.root),
    };
  });
}

export function seals() {
  return DATASETS.slice(0, 2).map((d) => {
    const [{ f, pt }] = d.people;
    const index = bucketIndex(f, EPOCH, d.bucketBits);
    const place = { epochId: EPOCH, datasetId: d.datasetId, salt: d.salt, bucketBits: d.bucketBits, index };
    const { tag, key } = recordKeys(f, place);
    const row = sealRecord(f, place, pt);
    assert.equal(hex(openRecord(f, place, row)), hex(pt));
    return hexAll({
      name: d.name,
      f,
      epoch_id: EPOCH,
      dataset_id: d.datasetId,
      salt: d.salt,
      bucket_bits: d.bucketBits,
      index,
      pt,
      tag,
      key,
      aad: recordAad(tag, place),
      row,
    });
  });
}

/** Rows with the right tag that must not open. */
export function badRows() {
  const d = SMALL;
  const [{ f, pt }] = d.people;
  const index = bucketIndex(f, EPOCH, 2);
  const place = { epochId: EPOCH, datasetId: d.datasetId, salt: d.salt, bucketBits: 2, index };
  const flip = (at) => {
    const row = sealRecord(f, place, pt);
    row[at] ^= 1;
    return row;
  };
  const cases = [
    ['ciphertext changed', flip(16)],
    ['last byte of the ciphertext changed', flip(39)],
    ['MAC changed', flip(40)],
    ['last byte changed', flip(55)],
    ['sealed for another bucket', sealRecord(f, { ...place, index: index ^ 1 }, pt)],
    ['sealed for another B', sealRecord(f, { ...place, bucketBits: 3 }, pt)],
  ];
  return cases.map(([name, row]) => {
    assert.equal(
      reasonOf(() => openRecord(f, place, row)),
      'BAD_RECORD',
    );
    return hexAll({
      name,
      f,
      epoch_id: EPOCH,
      dataset_id: d.datasetId,
      salt: d.salt,
      bucket_bits: 2,
      index,
      row,
      reason: 'BAD_RECORD',
    });
  });
}

export function dummies() {
  const seed = fixedBytes('dummy seed', 32);
  return [
    [0, 0],
    [0, 7],
    [1, 0],
    [65537, 3],
    [16777215, 255],
  ].map(([index, j]) => ({ seed: hex(seed), index, j, row: hex(dummyRow(seed, index, j)) }));
}

export function prefixFetches() {
  const cases = [];
  for (const d of DATASETS.slice(0, 3)) {
    for (let p = 0; p <= d.bucketBits; p++) {
      for (const value of new Set([0, 2 ** p - 1])) {
        const count = 2 ** (d.bucketBits - p);
        const first = value * count;
        const subRoot = treeRoot(
          d.buckets.slice(first, first + count).map((bucket, i) => leafHash(d.datasetId, first + i, bucket)),
        );
        cases.push({
          name: `${d.name}, p = ${p}, value ${value}`,
          dataset: d.name,
          bucket_bits: d.bucketBits,
          rows: d.rows,
          dataset_id: hex(d.datasetId),
          root: hex(d.root),
          prefix: hex(prefixOf(first, d.bucketBits, p).encoded),
          first,
          count,
          row: hex(prefixRow(d, d.bucketBits, p, value)),
          sub_root: hex(subRoot),
        });
      }
    }
  }
  return cases;
}

/** Answers to a fetch that must be refused. */
export function badPrefixFetches() {
  const d = DATASETS[1]; // B = 3
  const [p, value] = [2, 1];
  const good = prefixRow(d, 3, p, value);
  const other = prefixRow(d, 3, p, 2);
  const size = 2 * d.buckets[0].length;
  const flip = (at) => {
    const row = Buffer.from(good);
    row[at] ^= 1;
    return row;
  };
  const cases = [
    ['a row changed', flip(60), 'BAD_PATH'],
    ['a sibling changed', flip(size), 'BAD_PATH'],
    ['buckets of another prefix', other, 'BAD_PATH'],
    ['buckets of another prefix with this path', concat(other.subarray(0, size), good.subarray(size)), 'BAD_PATH'],
    ['buckets exchanged', concat(d.buckets[3], d.buckets[2], good.subarray(size)), 'BAD_PATH'],
    [
      'siblings exchanged',
      concat(good.subarray(0, size), good.subarray(size + 32), good.subarray(size, size + 32)),
      'BAD_PATH',
    ],
    ['a sibling missing', good.subarray(0, size + 32), 'BAD_ROW_LENGTH'],
    ['a sibling more', concat(good, Buffer.alloc(32)), 'BAD_ROW_LENGTH'],
    ['a row withheld', good.subarray(56), 'BAD_ROW_LENGTH'],
    ['a byte missing', good.subarray(0, -1), 'BAD_ROW_LENGTH'],
    ['nothing', Buffer.alloc(0), 'BAD_ROW_LENGTH'],
  ];
  return cases.map(([name, row, reason]) => {
    const fetch = { datasetId: d.datasetId, root: d.root, bucketBits: 3, rows: d.rows, p, value, row };
    assert.equal(
      reasonOf(() => checkPrefix(fetch)),
      reason,
      name,
    );
    return hexAll({
      name,
      dataset_id: d.datasetId,
      root: d.root,
      bucket_bits: 3,
      rows: d.rows,
      prefix: prefixOf(2 * value, 3, p).encoded,
      row,
      reason,
    });
  });
}

export function rowRule() {
  const cases = [
    [8, 0, 0],
    [16, 0, 0],
    [24, 0, 0],
    [0, 0, 0],
    [4, 0, 4],
    [12, 0, 12],
    [8, 8, 0],
    [16, 8, 100],
    [24, 8, 100],
    [48, 8, 2047],
    [48, 8, 4096],
    [24, 8, 255],
    [24, 8, 256],
    [32, 8, 1024],
    [32, 8, 512],
    [32, 8, 500],
    [88, 0, 16],
    [72, 0, 16],
    [64, 0, 16],
    [56, 0, 16],
    [240, 8, 47000],
    [256, 8, 25000],
    [304, 8, 47000],
    [312, 8, 47000],
    [320, 8, 47000],
    [80, 24, '167772160'],
    [16, 24, 1],
    [24, 24, 1],
    [4294967288, 24, '1099511627776'],
    [4294967288, 24, '72057594037927936'],
  ];
  return cases.map(([rows, bucketBits, count]) => ({
    rows: String(rows),
    bucket_bits: bucketBits,
    records: String(count),
    accept: rowsAllowed(rows, bucketBits, count),
  }));
}
