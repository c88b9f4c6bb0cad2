// tests/vectors/tokens.json: this implementation still makes exactly it, and OpenSSL agrees with its signatures.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeTokens } from './vectors/tokens.mjs';

const committed = readFileSync(fileURLToPath(new URL('../vectors/tokens.json', import.meta.url)), 'utf8');
const { settings, tokens } = JSON.parse(committed);

/** Whether OpenSSL finds the signature to be by the key that the token names. */
function isSigned(token) {
  const [header, payload, signature] = token.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url'));
  const jwk = JSON.parse(settings.key_set).keys.find((key) => key.kid === kid);
  const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  return verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
}

test('the committed tokens are what this implementation makes', () => {
  assert.equal(makeTokens(), committed);
});

test('OpenSSL agrees with every signature that is accepted, and with those of tokens refused for what they say', () => {
  const signed = ['', 'TOKEN_AUDIENCE', 'TOKEN_EXPIRED', 'TOKEN_NOT_YET_VALID'];
  const cases = tokens.filter(({ reason }) => signed.includes(reason));
  assert.ok(cases.length > 10);
  for (const { name, token } of cases) assert.ok(isSigned(token), name);
});
