// The receipt of a removal (protocol §6).
import { ascii, concat, equal, u64, u8 } from './bytes.mjs';
import { demand } from './error.mjs';

export const encodeReceipt = (r) =>
  concat(ascii('EXPRCPT1'), r.datasetId, r.root, u64(r.records), u64(r.version), u64(r.removedAt), u8(r.cause));

export function decodeReceipt(b) {
  demand(b.length === 81 && equal(b.subarray(0, 8), ascii('EXPRCPT1')), 'BAD_RECEIPT', 'a receipt has another layout');
  const r = {
    datasetId: b.subarray(8, 24),
    root: b.subarray(24, 56),
    records: b.readBigUInt64BE(56),
    version: b.readBigUInt64BE(64),
    removedAt: b.readBigUInt64BE(72),
    cause: b[80],
  };
  demand(r.cause >= 1 && r.cause <= 4, 'BAD_RECEIPT', 'a receipt gives an unknown cause');
  return r;
}
