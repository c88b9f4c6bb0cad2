// Bytes that look random but are the same on every run, and the RFC's own key.
import { ascii, sha512, unhex } from '../protocol/bytes.mjs';
import { reduce } from '../protocol/oprf.mjs';

const bytes64 = (name) => sha512(ascii(`exposure test vector ${name}`));

export const fixedBytes = (name, length) => bytes64(name).subarray(0, length);
export const fixedBytes64 = (name) => bytes64(name);
export const fixedScalar = (name) => reduce(bytes64(`scalar ${name}`));

/** skSm of RFC 9497 §A.1.2. */
export const RFC_KEY = unhex('e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909');

/** Runs `f` and gives the reason of its refusal; "" when it accepts. */
export function reasonOf(f) {
  try {
    f();
  } catch (error) {
    if (error.reason === undefined) throw error;
    return error.reason;
  }
  return '';
}
