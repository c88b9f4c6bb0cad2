// Sections about receipts of removals (protocol §6).
import assert from 'node:assert/strict';
import { concat } from '../protocol/bytes.mjs';
import { decodeReceipt, encodeReceipt } from '../protocol/receipt.mjs';
import { sign } from '../protocol/signed.mjs';
import { SMALL } from './datasets.mjs';
import { hexAll } from './evaluation.mjs';
import { reasonOf } from './fixed.mjs';
import { NOW, ONLINE } from './signed.mjs';

const CAUSES = { retracted: 1, ended: 2, replaced: 3, 'epoch retired': 4 };

const receiptFor = (cause) =>
  encodeReceipt({
    datasetId: SMALL.datasetId,
    root: SMALL.root,
    records: 5,
    version: 0x0102030405060708n,
    removedAt: NOW,
    cause,
  });

export function receipts() {
  return Object.entries(CAUSES).map(([name, cause]) => {
    const receipt = receiptFor(cause);
    assert.equal(decodeReceipt(receipt).cause, cause);
    return hexAll({
      name,
      dataset_id: SMALL.datasetId,
      root: SMALL.root,
      records: '5',
      version: '72623859790382856',
      removed_at: String(NOW),
      cause,
      receipt,
      signer_seed: ONLINE,
      signature: sign(ONLINE, 'receipt', receipt),
    });
  });
}

export function badReceipts() {
  const good = receiptFor(1);
  const put = (at, byte) => {
    const changed = Buffer.from(good);
    changed[at] = byte;
    return changed;
  };
  const cases = [
    ['magic', put(7, 0x32)],
    ['no cause', put(80, 0)],
    ['an unknown cause', put(80, 5)],
    ['too short', good.subarray(0, 80)],
    ['too long', concat(good, Buffer.alloc(1))],
    ['empty', Buffer.alloc(0)],
  ];
  return cases.map(([name, receipt]) => {
    assert.equal(
      reasonOf(() => decodeReceipt(receipt)),
      'BAD_RECEIPT',
      name,
    );
    return hexAll({ name, receipt, reason: 'BAD_RECEIPT' });
  });
}
