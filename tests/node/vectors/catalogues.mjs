// Sections about the catalogue: headers, delegations, root changes and when they are believed (protocol §6).
import assert from 'node:assert/strict';
import { ascii, concat, sha256, unhex } from '../protocol/bytes.mjs';
import { checkChain, checkSerial, checkSignatures, checkTime } from '../protocol/catalogue.mjs';
import {
  contentHash,
  decodeDelegation,
  decodeHeader,
  decodeRootChange,
  encodeDelegation,
  encodeHeader,
  encodeRootChange,
  sign,
  signingPublic,
} from '../protocol/signed.mjs';
import { hexAll } from './evaluation.mjs';
import { reasonOf } from './fixed.mjs';
import { DAY, NOW, ONLINE, OTHER, ROOT } from './signed.mjs';

const delegation = (change = {}) =>
  encodeDelegation({
    serial: 7,
    notBefore: NOW - 10 * DAY,
    notAfter: NOW + 80 * DAY,
    key: signingPublic(ONLINE),
    ...change,
  });
const CONTENTS = ['first content', 'second content', 'third content'].map(ascii);

function chain() {
  const headers = [];
  CONTENTS.forEach((content, i) => {
    headers.push(
      encodeHeader({
        version: i + 1,
        issued: NOW + i * 6 * 3600,
        expires: NOW + i * 6 * 3600 + DAY,
        previous: i === 0 ? Buffer.alloc(32) : sha256(headers[i - 1]),
        contentHash: contentHash(content),
        contentBytes: content.length,
        signer: signingPublic(ONLINE),
      }),
    );
  });
  return headers;
}
const CHAIN = chain();

export function headers() {
  return CHAIN.map((header, i) =>
    hexAll({
      name: `version ${i + 1}`,
      version: String(i + 1),
      issued: String(NOW + i * 6 * 3600),
      expires: String(NOW + i * 6 * 3600 + DAY),
      previous: header.subarray(32, 64),
      content: CONTENTS[i],
      content_hash: contentHash(CONTENTS[i]),
      signer_seed: ONLINE,
      signer: signingPublic(ONLINE),
      header,
      signature: sign(ONLINE, 'catalogue', header),
      header_hash: sha256(header),
    }),
  );
}

export function delegations() {
  const d = delegation();
  return [
    hexAll({
      name: 'for 90 days',
      serial: '7',
      not_before: String(NOW - 10 * DAY),
      not_after: String(NOW + 80 * DAY),
      key: signingPublic(ONLINE),
      root_seed: ROOT,
      root: signingPublic(ROOT),
      delegation: d,
      signature: sign(ROOT, 'delegation', d),
    }),
  ];
}

export function rootChanges() {
  const body = encodeRootChange({
    serial: 2,
    notBefore: NOW,
    oldRoot: signingPublic(ROOT),
    newRoot: signingPublic(OTHER),
  });
  return [
    hexAll({
      name: 'a new root',
      serial: '2',
      not_before: String(NOW),
      old_root_seed: ROOT,
      old_root: signingPublic(ROOT),
      new_root_seed: OTHER,
      new_root: signingPublic(OTHER),
      root_change: body,
      old_signature: sign(ROOT, 'root', body),
      new_signature: sign(OTHER, 'root', body),
    }),
  ];
}

/** Bodies of the other kinds that must not decode. */
export function badBodies() {
  const put = (body, at, text) => {
    const b = Buffer.from(body);
    unhex(text).copy(b, at);
    return b;
  };
  const root = encodeRootChange({
    serial: 2,
    notBefore: NOW,
    oldRoot: signingPublic(ROOT),
    newRoot: signingPublic(OTHER),
  });
  const [one, two] = CHAIN;
  const cases = [
    ['header', 'magic', put(two, 7, '32')],
    ['header', 'version 0', put(two, 8, '00'.repeat(8))],
    ['header', 'first with a predecessor', put(one, 63, '01')],
    ['header', 'too short', two.subarray(0, 135)],
    ['header', 'too long', concat(two, Buffer.alloc(1))],
    ['delegation', 'magic', put(delegation(), 0, '00')],
    ['delegation', 'too short', delegation().subarray(0, 63)],
    ['delegation', 'too long', concat(delegation(), Buffer.alloc(1))],
    ['delegation', 'a second more than 90 days', delegation({ notAfter: NOW + 80 * DAY + 1 })],
    ['delegation', 'ends before it begins', delegation({ notBefore: NOW, notAfter: NOW - 1 })],
    ['root_change', 'magic', put(root, 0, '00')],
    ['root_change', 'too short', root.subarray(0, 87)],
    ['root_change', 'too long', concat(root, Buffer.alloc(1))],
  ];
  const decode = { header: decodeHeader, delegation: decodeDelegation, root_change: decodeRootChange };
  return cases.map(([kind, name, body]) => {
    const reason = { header: 'CATALOGUE_MALFORMED', delegation: 'BAD_DELEGATION', root_change: 'BAD_ROOT_CHANGE' }[kind];
    assert.equal(
      reasonOf(() => decode[kind](body)),
      reason,
      name,
    );
    return hexAll({ name: `${kind}: ${name}`, kind, body, reason });
  });
}

// [name, now, reason, {delegation, delegationSeed, header, headerSeed, content, highestSerial}]
function catalogueCases() {
  const header = CHAIN[2];
  const issued = NOW + 12 * 3600;
  const expires = issued + DAY;
  const signed = (change) =>
    encodeHeader({
      version: 3,
      issued,
      expires,
      previous: sha256(CHAIN[1]),
      contentHash: contentHash(CONTENTS[2]),
      contentBytes: CONTENTS[2].length,
      signer: signingPublic(ONLINE),
      ...change,
    });
  const end = NOW + 80 * DAY;
  const late = { header: signed({ issued: end - DAY, expires: end }) };
  return [
    ['good', issued, '', {}],
    ['issued 300 s ahead', issued - 300, '', {}],
    ['issued 301 s ahead', issued - 301, 'CLOCK_BEHIND', {}],
    ['expired 299 s ago', expires + 299, '', {}],
    ['expired 300 s ago', expires + 300, 'CATALOGUE_EXPIRED', {}],
    ['header signed by another', issued, 'CATALOGUE_WRONGLY_SIGNED', { headerSeed: OTHER }],
    [
      'header names another signer',
      issued,
      'CATALOGUE_WRONGLY_SIGNED',
      { header: signed({ signer: signingPublic(OTHER) }) },
    ],
    [
      'header signed by the root',
      issued,
      'CATALOGUE_WRONGLY_SIGNED',
      { header: signed({ signer: signingPublic(ROOT) }), headerSeed: ROOT },
    ],
    [
      'header of another layout',
      issued,
      'CATALOGUE_MALFORMED',
      { header: concat(ascii('EXPCAT02'), header.subarray(8)) },
    ],
    ['other content', issued, 'CATALOGUE_CONTENT', { content: CONTENTS[1] }],
    [
      'content of another length',
      issued,
      'CATALOGUE_CONTENT',
      { header: signed({ contentBytes: CONTENTS[2].length + 1 }) },
    ],
    ['delegation signed by another', issued, 'BAD_DELEGATION', { delegationSeed: OTHER }],
    [
      'delegation of 90 days and a second',
      issued,
      'BAD_DELEGATION',
      { delegation: delegation({ notAfter: NOW + 80 * DAY + 1 }) },
    ],
    [
      'delegation that ends before it begins',
      issued,
      'BAD_DELEGATION',
      { delegation: delegation({ notBefore: NOW, notAfter: NOW - 1 }) },
    ],
    [
      'delegation of another layout',
      issued,
      'BAD_DELEGATION',
      { delegation: concat(ascii('EXPDEL02'), delegation().subarray(8)) },
    ],
    [
      'issued before the delegation',
      issued,
      'DELEGATION_EXPIRED',
      { delegation: delegation({ notBefore: issued + 1 }) },
    ],
    ['issued as the delegation begins', issued, '', { delegation: delegation({ notBefore: issued }) }],
    [
      'expires after the delegation',
      issued,
      'DELEGATION_EXPIRED',
      { delegation: delegation({ notAfter: expires - 1 }) },
    ],
    ['expires as the delegation ends', issued, '', { delegation: delegation({ notAfter: expires }) }],
    ['delegation ended 299 s ago', end + 299, '', late],
    ['delegation ended 300 s ago, the catalogue with it', end + 300, 'CATALOGUE_EXPIRED', late],
    ['delegation ended 301 s ago', end + 301, 'DELEGATION_EXPIRED', late],
    ['same serial as before', issued, '', { highestSerial: 7 }],
    ['a higher serial was seen', issued, 'DELEGATION_OLD', { highestSerial: 8 }],
  ];
}

export function catalogueChecks() {
  return catalogueCases().map(([name, now, reason, change]) => {
    const v = {
      delegation: delegation(),
      delegationSeed: ROOT,
      header: CHAIN[2],
      headerSeed: ONLINE,
      content: CONTENTS[2],
      highestSerial: 0,
      ...change,
    };
    const out = {
      root: signingPublic(ROOT),
      delegation: v.delegation,
      delegation_signature: sign(v.delegationSeed, 'delegation', v.delegation),
      header: v.header,
      signature: sign(v.headerSeed, 'catalogue', v.header),
      content: v.content,
    };
    const found = reasonOf(() => {
      const checked = checkSignatures({ ...out, delegationSignature: out.delegation_signature }, out.root);
      checkTime(checked, now);
      checkSerial(checked.delegation, v.highestSerial);
    });
    assert.equal(found, reason, name);
    return hexAll({ name, now: String(now), highest_serial: String(v.highestSerial), ...out, reason });
  });
}

export function chains() {
  const [one, two, three] = CHAIN;
  const other = (i, change = {}) =>
    encodeHeader({
      version: i + 1,
      issued: NOW,
      expires: NOW + DAY,
      previous: i === 0 ? Buffer.alloc(32) : sha256(CHAIN[i - 1]),
      contentHash: contentHash(CONTENTS[i]),
      contentBytes: CONTENTS[i].length,
      signer: signingPublic(ONLINE),
      ...change,
    });
  const forkedTwo = other(1, { issued: NOW + 1 });
  const cases = [
    ['nothing known', null, [], three, ''],
    ['the next', two, [three], three, ''],
    ['over one missed', one, [two, three], three, ''],
    ['the same', three, [], three, ''],
    ['an older one', three, [], two, 'CATALOGUE_ROLLED_BACK'],
    ['another of the same version', two, [], forkedTwo, 'CATALOGUE_FORKED'],
    ['on another branch', forkedTwo, [three], three, 'CATALOGUE_FORKED'],
    ['a missing header', one, [three], three, 'CATALOGUE_FORKED'],
    ['a header changed', one, [forkedTwo, three], three, 'CATALOGUE_FORKED'],
    ['headers exchanged', one, [three, two], three, 'CATALOGUE_FORKED'],
    ['headers that stop short', one, [two], three, 'CATALOGUE_FORKED'],
    ['no headers though it is newer', one, [], three, 'CATALOGUE_FORKED'],
  ];
  return cases.map(([name, known, headers, newest, reason]) => {
    assert.equal(
      reasonOf(() => checkChain(known, headers, newest)),
      reason,
      name,
    );
    return hexAll({ name, known: known ?? Buffer.alloc(0), headers, newest, reason });
  });
}
