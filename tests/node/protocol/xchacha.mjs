// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) on OpenSSL's ChaCha20.
import { createCipheriv } from 'node:crypto';
import { ascii, concat } from './bytes.mjs';

/** HChaCha20: words 0–3 and 12–15 of a block, without the addition of the state that ends ChaCha20. */
function subkey(key, nonce16) {
  const block = createCipheriv('chacha20', key, nonce16).update(Buffer.alloc(64));
  const state = concat(ascii('expand 32-byte k'), key, nonce16);
  const out = Buffer.alloc(32);
  [0, 4, 8, 12, 48, 52, 56, 60].forEach((at, i) => {
    out.writeUInt32LE((block.readUInt32LE(at) - state.readUInt32LE(at)) >>> 0, 4 * i);
  });
  return out;
}

/** Ciphertext and tag. */
export function xchachaSeal(key, nonce24, aad, plain) {
  const nonce = concat(Buffer.alloc(4), nonce24.subarray(16));
  const cipher = createCipheriv('chacha20-poly1305', subkey(key, nonce24.subarray(0, 16)), nonce, {
    authTagLength: 16,
  });
  cipher.setAAD(aad, { plaintextLength: plain.length });
  return concat(cipher.update(plain), cipher.final(), cipher.getAuthTag());
}
