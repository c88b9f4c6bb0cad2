// The audit log: entries that each hold the hash of the one before, and the head that is signed (protocol §10).
import { ascii, concat, equal, label, sha256, u16, u64, u8 } from './bytes.mjs';
import { demand } from './error.mjs';

const FIXED = 60;
const SLACK = 300n; // seconds
const LIMITS = { who: 128, what: 32, object: 512 };
const CONTROLS = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;

export const entryHash = (entry) => sha256(label('audit'), entry);

/** `who`, `what` and `object` are bytes. */
export const encodeEntry = (e) =>
  concat(
    ascii('EXPAUD01'),
    u64(e.sequence),
    u64(e.time),
    e.previous,
    u8(e.who.length),
    u8(e.what.length),
    u16(e.object.length),
    e.who,
    e.what,
    e.object,
  );

export const encodeHead = (h) => concat(ascii('EXPAUDH1'), u64(h.sequence), h.hash, u64(h.time));

function demandText(name, bytes, number) {
  demand(bytes.length <= LIMITS[name] && (bytes.length > 0 || name === 'object'), 'BAD_AUDIT', `entry ${number}: ${name}`);
  let text;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    demand(false, 'BAD_AUDIT', `entry ${number}: ${name} is not UTF-8`);
  }
  demand(!CONTROLS.test(text), 'BAD_AUDIT', `entry ${number}: ${name} has a control character`);
}

/** Reads a whole log; `head` = {sequence, hash} or nothing. Gives the last {sequence, hash}. */
export function verifyLog(log, head) {
  let last = { sequence: 0n, hash: Buffer.alloc(32) };
  let latest = 0n;
  for (let at = 0; at < log.length; ) {
    const number = last.sequence + 1n;
    const fixed = log.subarray(at, at + FIXED);
    demand(fixed.length === FIXED, 'BAD_AUDIT', `entry ${number} was cut`);
    demand(equal(fixed.subarray(0, 8), ascii('EXPAUD01')), 'BAD_AUDIT', `entry ${number} has another layout`);
    demand(fixed.readBigUInt64BE(8) === number, 'BAD_AUDIT', `entry ${number} is missing`);
    demand(equal(fixed.subarray(24, 56), last.hash), 'BAD_AUDIT', `entry ${number} does not follow`);
    let from = at + FIXED;
    const texts = {};
    for (const [name, length] of [
      ['who', fixed[56]],
      ['what', fixed[57]],
      ['object', fixed.readUInt16BE(58)],
    ]) {
      texts[name] = log.subarray(from, from + length);
      demand(texts[name].length === length, 'BAD_AUDIT', `entry ${number} was cut`);
      demandText(name, texts[name], number);
      from += length;
    }
    const time = fixed.readBigUInt64BE(16);
    if (equal(texts.what, ascii('clock'))) latest = time;
    demand(time + SLACK >= latest, 'BAD_AUDIT', `entry ${number} is dated before an earlier one`);
    if (time > latest) latest = time;
    last = { sequence: number, hash: entryHash(log.subarray(at, from)) };
    demand(!head || head.sequence !== number || equal(head.hash, last.hash), 'BAD_AUDIT', `entry ${number} was replaced`);
    at = from;
  }
  demand(!head || head.sequence <= last.sequence, 'BAD_AUDIT', `entry ${last.sequence + 1n} is missing`);
  return last;
}
