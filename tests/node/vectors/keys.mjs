// Sections about the life of keys: which root is believed, receipts of destroyed keys (protocol §6), and key files with
// a passphrase (§9).
import assert from 'node:assert/strict';
import { ascii, concat } from '../protocol/bytes.mjs';
import { decodeDestroyedKey, encodeDestroyedKey, findRoot, KINDS, sealKey } from '../protocol/keys.mjs';
import { encodeDelegation, encodeRootChange, keyId, sign, signingPublic } from '../protocol/signed.mjs';
import { hexAll } from './evaluation.mjs';
import { fixedBytes, reasonOf } from './fixed.mjs';
import { DAY, NOW, ONLINE, OTHER, ROOT } from './signed.mjs';

const [SECOND, THIRD] = ['root 2', 'root 3'].map((name) => fixedBytes(`ed25519 ${name}`, 32));
const none = Buffer.alloc(0);

function change(serial, from, to, by = {}) {
  const body = encodeRootChange({
    serial,
    notBefore: by.notBefore ?? NOW - DAY,
    oldRoot: signingPublic(from),
    newRoot: signingPublic(to),
  });
  return { body, oldSignature: sign(by.from ?? from, 'root', body), newSignature: sign(by.to ?? to, 'root', body) };
}

// [name, delegated by, changes, reason, root that is found, how many followed, {pinned, fingerprint, rootKey}]
function cases() {
  const one = change(2, ROOT, SECOND);
  const two = change(3, SECOND, THIRD);
  const key = (seed) => signingPublic(seed);
  const byFingerprint = (seed, rootKey = none) => ({ pinned: none, fingerprint: keyId(key(seed)), rootKey });
  return [
    ['the pinned root delegates', ROOT, [], '', ROOT, 0],
    ['one change', SECOND, [one], '', SECOND, 1],
    ['two changes', THIRD, [one, two], '', THIRD, 2],
    ['a change is listed before it is used', ROOT, [one], '', ROOT, 0],
    ['the newest root is pinned', THIRD, [one, two], '', THIRD, 0, { pinned: key(THIRD) }],
    ['a root in the middle is pinned', THIRD, [one, two], '', THIRD, 1, { pinned: key(SECOND) }],
    ['the old root delegates, the new one is pinned', ROOT, [one], 'BAD_DELEGATION', null, 0, { pinned: key(SECOND) }],
    ['no change leads to the root that delegates', SECOND, [], 'BAD_DELEGATION'],
    ['changes of others only', THIRD, [two], 'BAD_DELEGATION'],
    ['a stranger delegates', OTHER, [one, two], 'BAD_DELEGATION'],
    ['not signed by the old root', SECOND, [change(2, ROOT, SECOND, { from: OTHER })], 'BAD_ROOT_CHANGE'],
    ['not signed by the new root', SECOND, [change(2, ROOT, SECOND, { to: ROOT })], 'BAD_ROOT_CHANGE'],
    ['begins in 300 s', SECOND, [change(2, ROOT, SECOND, { notBefore: NOW + 300 })], '', SECOND, 1],
    ['begins in 301 s', SECOND, [change(2, ROOT, SECOND, { notBefore: NOW + 301 })], 'BAD_ROOT_CHANGE'],
    ['serials stay', THIRD, [one, change(2, SECOND, THIRD)], 'BAD_ROOT_CHANGE'],
    ['serials fall', THIRD, [one, change(1, SECOND, THIRD)], 'BAD_ROOT_CHANGE'],
    ['in the wrong order', THIRD, [two, one], 'BAD_ROOT_CHANGE'],
    ['another layout', SECOND, [{ ...one, body: one.body.subarray(1) }], 'BAD_ROOT_CHANGE'],
    ['a fingerprint of the root that is given', ROOT, [], '', ROOT, 0, byFingerprint(ROOT, key(ROOT))],
    ['a fingerprint of a root that changed', SECOND, [one], '', SECOND, 1, byFingerprint(ROOT, key(SECOND))],
    ['a fingerprint of nothing given', ROOT, [], 'BAD_DELEGATION', null, 0, byFingerprint(ROOT)],
    ['a fingerprint of another root', OTHER, [], 'BAD_DELEGATION', null, 0, byFingerprint(ROOT, key(OTHER))],
  ];
}

export function rootPaths() {
  return cases().map(([name, by, changes, reason, root, followed = 0, pin = {}]) => {
    const delegation = encodeDelegation({
      serial: 9,
      notBefore: NOW,
      notAfter: NOW + DAY,
      key: signingPublic(ONLINE),
    });
    const v = { pinned: signingPublic(ROOT), fingerprint: none, rootKey: none, ...pin };
    const signature = sign(by, 'delegation', delegation);
    let found = { root: none, followed: 0 };
    const refused = reasonOf(() => {
      const catalogue = { delegation, delegationSignature: signature, rootKey: v.rootKey, changes };
      found = findRoot(catalogue, v.pinned.length > 0 ? v.pinned : null, v.fingerprint, NOW);
    });
    assert.equal(refused, reason, name);
    if (reason === '') {
      assert.deepEqual([found.root, found.followed], [signingPublic(root), followed], name);
    }
    return hexAll({
      name,
      now: String(NOW),
      pinned: v.pinned,
      fingerprint: v.fingerprint,
      root_key: v.rootKey,
      delegation,
      delegation_signature: signature,
      root_changes: changes.map((c) => c.body),
      old_signatures: changes.map((c) => c.oldSignature),
      new_signatures: changes.map((c) => c.newSignature),
      root: found.root,
      followed: String(found.followed),
      reason,
    });
  });
}

const receipt = (kind) => encodeDestroyedKey({ kind, publicKey: signingPublic(OTHER), destroyedAt: NOW });

export function destroyedKeys() {
  return KINDS.map((kind) =>
    hexAll({
      name: kind,
      kind,
      public_key: signingPublic(OTHER),
      destroyed_at: String(NOW),
      operator: signingPublic(ROOT),
      receipt: receipt(kind),
      signature: sign(ROOT, 'destroyed', receipt(kind)),
    }),
  );
}

export function badDestroyedKeys() {
  const good = receipt('evaluator');
  const unknown = Buffer.from(good);
  unknown[8] = KINDS.length;
  return [
    ['magic', concat(ascii('EXPDKEY2'), good.subarray(8))],
    ['unknown kind', unknown],
    ['too short', good.subarray(0, 48)],
    ['too long', concat(good, Buffer.alloc(1))],
  ].map(([name, body]) => {
    assert.equal(
      reasonOf(() => decodeDestroyedKey(body)),
      'BAD_RECEIPT',
      name,
    );
    return hexAll({ name, body, reason: 'BAD_RECEIPT' });
  });
}

/** With little memory, so that tests are fast; the format is the same. */
export function sealedKeys() {
  const sealed = (kind, operations) => {
    const v = {
      kind,
      key: fixedBytes(`sealed ${kind}`, 32),
      passphrase: ascii('correct horse battery staple'),
      operations,
      memory: 8 << 20,
      salt: fixedBytes(`salt ${kind}`, 16),
      nonce: fixedBytes(`nonce ${kind}`, 24),
    };
    return { ...v, text: sealKey(v) };
  };
  const [root, evaluator] = [sealed('root', 1), sealed('evaluator', 2)];
  const swapped = Buffer.from(root.text.toString('latin1').replace(' root ', ' operator '), 'latin1');
  return [
    ['root', { ...root, reason: '' }],
    ['evaluator, two passes', { ...evaluator, reason: '' }],
    ['another passphrase', { ...root, passphrase: ascii('correct horse'), reason: 'PASSPHRASE' }],
    ['another kind', { ...root, kind: 'operator', text: swapped, reason: 'PASSPHRASE' }],
  ].map(([name, { kind, key, passphrase, text, reason }]) => ({
    ...hexAll({ name, key, passphrase, text, reason }),
    kind,
  }));
}
