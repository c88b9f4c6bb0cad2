// Sections about the audit log (protocol §10).
import { encodeEntry, encodeHead, entryHash, verifyLog } from '../protocol/audit.mjs';
import { concat } from '../protocol/bytes.mjs';
import { sign, signingPublic } from '../protocol/signed.mjs';
import { hexAll } from './evaluation.mjs';
import { fixedBytes, reasonOf } from './fixed.mjs';
import { NOW } from './signed.mjs';

const OPERATOR = fixedBytes('ed25519 operator', 32);
const utf8 = (text) => Buffer.from(text, 'utf8');

function chain(events) {
  const entries = [];
  let previous = Buffer.alloc(32);
  for (const [time, who, what, object] of events) {
    const entry = { sequence: entries.length + 1, time, previous, who: utf8(who), what: utf8(what), object: utf8(object) };
    const bytes = encodeEntry(entry);
    previous = entryHash(bytes);
    entries.push({ ...entry, bytes, hash: previous });
  }
  return entries;
}

const CHAIN = chain([
  [NOW, 'service', 'started', 'roles=evaluator,records,catalogue version=0.1.0'],
  [NOW + 60, 'custodian/met-response', 'published', 'dataset=aaa48560e5aa83f08238a1353cd1cf19'],
  [NOW + 59, 'operator/siân', 'exported', ''],
]);
const LAST = CHAIN.at(-1);
const log = (entries) => concat(...entries.map((e) => e.bytes));

export function auditEntries() {
  return CHAIN.map((e, i) =>
    hexAll({
      name: `entry ${i + 1}`,
      sequence: String(e.sequence),
      time: String(e.time),
      previous: e.previous,
      who: e.who,
      what: e.what,
      object: e.object,
      entry: e.bytes,
      hash: e.hash,
    }),
  );
}

export function auditHeads() {
  const head = encodeHead({ sequence: 3, hash: LAST.hash, time: NOW + 3600 });
  return [
    hexAll({
      name: 'of entry 3',
      sequence: '3',
      hash: LAST.hash,
      time: String(NOW + 3600),
      head,
      operator_seed: OPERATOR,
      operator: signingPublic(OPERATOR),
      signature: sign(OPERATOR, 'audit', head),
    }),
  ];
}

/** `at`: the entry that the refusal names. */
export function auditLogs() {
  const [one, two, three] = CHAIN;
  const edited = (at) => {
    const bytes = Buffer.from(log(CHAIN));
    bytes[at] ^= 1;
    return bytes;
  };
  const times = (...list) => log(chain(list.map((t) => (Array.isArray(t) ? [t[0], 'service', t[1], ''] : [t, 'a', 'b', '']))));
  const text = (object) => log(chain([[NOW, 'a', 'b', object]]));
  const cases = [
    ['three entries', log(CHAIN), 0],
    ['nothing', Buffer.alloc(0), 0],
    ['the head is reached', log(CHAIN), 0, LAST],
    ['the head is older', log(CHAIN), 0, two],
    ['cut at the end', log([one, two]), 3, LAST],
    ['empty, with a head', Buffer.alloc(0), 1, LAST],
    ['replaced whole', times(NOW, NOW, NOW, NOW), 3, LAST],
    ['cut in an entry', log(CHAIN).subarray(0, -1), 3],
    ['cut in the fixed part', concat(one.bytes, two.bytes.subarray(0, 30)), 2],
    ['the first is missing', log([two, three]), 1],
    ['one is missing', log([one, three]), 2],
    ['swapped', log([one, three, two]), 2],
    ['twice', log([one, one]), 2],
    ['a letter of the first is edited', edited(70), 2],
    ['a letter of the second is edited', edited(one.bytes.length + 70), 3],
    ['another magic', edited(0), 1],
    ['300 seconds back', times(NOW, NOW - 300), 0],
    ['301 seconds back', times(NOW, NOW - 301), 2],
    ['back in small steps', times(NOW, NOW - 200, NOW - 400), 3],
    ['the clock was set back', times(NOW, [NOW - 4000, 'clock'], NOW - 4000), 0],
    ['and then again', times(NOW, [NOW - 4000, 'clock'], NOW - 4301), 3],
    ['a new line', text('a\nb'), 1],
    ['a mark of direction', text('a\u202eb'), 1],
    ['512 bytes', text('x'.repeat(512)), 0],
    ['513 bytes', text('x'.repeat(513)), 1],
    ['nobody', log(chain([[NOW, '', 'b', '']])), 1],
  ];
  return cases.map(([name, bytes, at, head]) => ({
    ...hexAll({ name, log: bytes, ...(head && { head_sequence: String(head.sequence), head_hash: head.hash }) }),
    at,
    reason: reasonOf(() => verifyLog(bytes, head && { sequence: BigInt(head.sequence), hash: head.hash })),
  }));
}
