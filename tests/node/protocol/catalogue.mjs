// Checks of a signed catalogue: delegation, header, time and chain (protocol §6).
import { equal, sha256 } from './bytes.mjs';
import { demand } from './error.mjs';
import { contentHash, decodeDelegation, decodeHeader, keyId, verify } from './signed.mjs';

const SLACK = 300n; // seconds that clocks may differ

/** Signatures, layout, content and the delegation's bounds: what holds at any time. Returns {header, delegation}. */
export function checkSignatures({ header, signature, content, delegation, delegationSignature }, root) {
  demand(
    verify(root, 'delegation', delegation, delegationSignature),
    'BAD_DELEGATION',
    'not signed by the pinned root',
  );
  const d = decodeDelegation(delegation);
  const h = decodeHeader(header);
  demand(equal(h.signerId, keyId(d.key)), 'CATALOGUE_WRONGLY_SIGNED', 'signed by another key');
  demand(verify(d.key, 'catalogue', header, signature), 'CATALOGUE_WRONGLY_SIGNED', 'the signature is wrong');
  demand(
    h.contentBytes === BigInt(content.length) && equal(h.contentHash, contentHash(content)),
    'CATALOGUE_CONTENT',
    'the content is not what was signed',
  );
  demand(
    h.issued >= d.notBefore && h.expires <= d.notAfter,
    'DELEGATION_EXPIRED',
    'the catalogue is outside its delegation',
  );
  return { header: h, delegation: d };
}

/** Whether it may be used now (Unix seconds). */
export function checkTime({ header, delegation }, now) {
  const time = BigInt(now);
  demand(header.issued <= time + SLACK && delegation.notBefore <= time + SLACK, 'CLOCK_BEHIND', 'issued in the future');
  demand(time <= delegation.notAfter + SLACK, 'DELEGATION_EXPIRED', 'the delegation is over');
  demand(header.expires + SLACK > time, 'CATALOGUE_EXPIRED', 'the catalogue has expired');
}

export function checkSerial(delegation, highestSerial) {
  demand(delegation.serial >= BigInt(highestSerial), 'DELEGATION_OLD', 'a newer delegation was seen before');
}

/**
 * The chain from the newest header known (null: none, nothing to check) to `newest`: `headers` are those after the known
 * one, up to and including the newest; empty where nothing is newer.
 */
export function checkChain(known, headers, newest) {
  if (known === null) return;
  const [old, current] = [decodeHeader(known).version, decodeHeader(newest).version];
  demand(current >= old, 'CATALOGUE_ROLLED_BACK', 'an older catalogue than one seen before');
  const links = [known, ...headers];
  links.slice(1).forEach((header, i) => {
    const h = decodeHeader(header);
    demand(
      h.version === decodeHeader(links[i]).version + 1n && equal(h.previous, sha256(links[i])),
      'CATALOGUE_FORKED',
      'the chain of catalogues is broken',
    );
  });
  demand(equal(links.at(-1), newest), 'CATALOGUE_FORKED', 'the chain does not lead to this catalogue');
}
