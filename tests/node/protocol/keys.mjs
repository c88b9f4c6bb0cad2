// Roots and the changes that lead from one to the next, receipts of destroyed keys (protocol §6), and key files with a
// passphrase (§9).
import { argon2id } from '@noble/hashes/argon2.js';
import { ascii, concat, equal, hex, u64, u8 } from './bytes.mjs';
import { demand } from './error.mjs';
import { decodeRootChange, keyId, verify } from './signed.mjs';
import { xchachaSeal } from './xchacha.mjs';

const SKEW = 300n;
export const KINDS = ['root', 'catalogue', 'evaluator', 'custodian', 'operator'];

/** Gives { root, followed }. `pinned` is the key, or null where only `fingerprint` is known. */
export function findRoot({ delegation, delegationSignature, rootKey, changes }, pinned, fingerprint, now) {
  const all = changes.map((c) => ({ ...decodeRootChange(c.body), ...c }));
  all.forEach((c, i) => demand(i === 0 || c.serial > all[i - 1].serial, 'BAD_ROOT_CHANGE', 'serials do not grow'));
  const known = [rootKey, ...all.flatMap((c) => [c.oldRoot, c.newRoot])];
  let root = pinned ?? known.find((key) => key.length === 32 && equal(keyId(key), fingerprint));
  demand(root !== undefined, 'BAD_DELEGATION', 'no key has the fingerprint that is pinned');
  const delegates = () => verify(root, 'delegation', delegation, delegationSignature);
  let followed = 0;
  for (const c of all) {
    if (delegates()) break;
    if (!equal(c.oldRoot, root)) continue;
    demand(
      verify(c.oldRoot, 'root', c.body, c.oldSignature) && verify(c.newRoot, 'root', c.body, c.newSignature),
      'BAD_ROOT_CHANGE',
      'a change is not signed by both roots',
    );
    demand(c.notBefore <= BigInt(now) + SKEW, 'BAD_ROOT_CHANGE', 'a change has not begun');
    root = c.newRoot;
    followed += 1;
  }
  demand(delegates(), 'BAD_DELEGATION', 'no root that is trusted signed the delegation');
  return { root, followed };
}

export const encodeDestroyedKey = (d) =>
  concat(ascii('EXPDKEY1'), u8(KINDS.indexOf(d.kind)), d.publicKey, u64(d.destroyedAt));

export function decodeDestroyedKey(b) {
  demand(
    b.length === 49 && equal(b.subarray(0, 8), ascii('EXPDKEY1')) && b[8] < KINDS.length,
    'BAD_RECEIPT',
    'a receipt has another layout',
  );
  return { kind: KINDS[b[8]], publicKey: b.subarray(9, 41), destroyedAt: b.readBigUInt64BE(41) };
}

const sealingKey = (passphrase, salt, operations, memory) =>
  Buffer.from(argon2id(passphrase, salt, { t: operations, m: memory / 1024, p: 1, dkLen: 32 }));

/** One line of text, as bytes. */
export function sealKey({ kind, key, passphrase, operations, memory, salt, nonce }) {
  const head = ascii(`exposure-key/2 ${kind} argon2id ${operations} ${memory} ${hex(salt)} ${hex(nonce)} `);
  const sealed = xchachaSeal(sealingKey(passphrase, salt, operations, memory), nonce, head, key);
  return concat(head, ascii(`${hex(sealed)}\n`));
}
