// tests/vectors/tokens.json: bearer tokens of apps as an issuer would make them, and one for each refusal; and JWK
// sets. Fixed keys, a fixed clock and deterministic signatures (RFC 6979): the same bytes on every run.
import { createHash, createHmac } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import { fixedBytes } from './fixed.mjs';

const NOW = 1_800_000_000;
const ISSUER = 'https://sso.police.example';
const AUDIENCE = 'exposure';
const MAX_SECONDS = 900;

const base64url = (bytes) => Buffer.from(bytes).toString('base64url');
const json64 = (value) => base64url(JSON.stringify(value));

/** A key of the issuer: `kid`, and its public half as a JWK. */
function makeKey(kid, curve = p256, crv = 'P-256') {
  const secret = fixedBytes(`token key ${kid}`, curve.lengths.secretKey);
  const point = curve.getPublicKey(secret, false).subarray(1);
  const [x, y] = [point.subarray(0, point.length / 2), point.subarray(point.length / 2)].map(base64url);
  return { kid, curve, secret, jwk: { kty: 'EC', crv, kid, x, y } };
}

const first = makeKey('2026-11');
const second = makeKey('2026-12');
const stranger = makeKey('stranger');
const wide = makeKey('wide', p384, 'P-384');

const signText = (key, text) => `${text}.${base64url(key.curve.sign(Buffer.from(text), key.secret))}`;
const sign = (key, claims, header = {}) =>
  signText(key, `${json64({ alg: 'ES256', typ: 'JWT', kid: key.kid, ...header })}.${json64(claims)}`);
/** Any bytes as claims, under a good header. */
const signBytes = (bytes) => signText(first, `${json64({ alg: 'ES256', kid: first.kid })}.${base64url(bytes)}`);
const hmac = (secret, text) => `${text}.${base64url(createHmac('sha256', secret).update(text).digest())}`;

const good = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: '7c1f0a52-b1d4-4f39-9d5a-0f6a1f9a8e11',
  client_id: 'met-app',
  iat: NOW - 10,
  exp: NOW + 890,
};
/** `good` with some claims changed; undefined: left out. */
const claims = (changes) => ({ ...good, ...changes });

const subjectOf = (sub) =>
  createHash('sha256').update(`exposure/v1/token-subject\0${ISSUER}\0${sub}`).digest().subarray(0, 16).toString('hex');

const accepted = (name, token, { client_id = good.client_id, sub = good.sub } = {}) => ({
  name,
  token,
  reason: '',
  client_id,
  subject: subjectOf(sub),
});
const refused = (reason, name, token) => ({ name, token, reason });

/** The signature of a good token, with `change` done to its bytes. */
function reSigned(change) {
  const [header, payload, signature] = sign(first, good).split('.');
  return `${header}.${payload}.${base64url(change(Buffer.from(signature, 'base64url')))}`;
}

function acceptedTokens() {
  const changed = (name, changes) => accepted(name, sign(first, claims(changes)), changes);
  return [
    accepted('as an issuer makes it', sign(first, good)),
    accepted('by the second key of the set', sign(second, good)),
    changed('another person', { sub: 'f' }),
    changed('a subject of 255 bytes', { sub: 'é'.repeat(127) + 'e' }),
    changed('another app', { client_id: '0-z' + '9'.repeat(61) }),
    changed('one of several audiences', { aud: ['other', AUDIENCE] }),
    changed('the longest life', { iat: NOW - 899, exp: NOW + 1 }),
    changed('a clock that is 60 seconds ahead', { iat: NOW + 60, exp: NOW + 960 }),
    changed('not before now', { nbf: NOW }),
    changed('claims that are not known', { scope: 'check', auth_time: 1.5 }),
  ];
}

function badTokens() {
  const bad = (name, changes) => refused('BAD_TOKEN', name, sign(first, claims(changes)));
  const header = (name, text) => refused('BAD_TOKEN', name, signText(first, `${text}.${json64(good)}`));
  const names = ['iss', 'aud', 'sub', 'client_id', 'iat', 'exp'];
  return [
    refused('BAD_TOKEN', 'nothing', ''),
    refused('BAD_TOKEN', 'two parts', sign(first, good).split('.').slice(0, 2).join('.')),
    refused('BAD_TOKEN', 'four parts', `${sign(first, good)}.`),
    refused('BAD_TOKEN', 'five parts: an encrypted token', `${json64({ alg: 'dir', enc: 'A128GCM' })}..a.b.c`),
    bad('longer than 4 KiB', { scope: 'x'.repeat(4096) }),
    header('an empty header', ''),
    header('a header that is no base64url', '!!!!'),
    header('a padded header', Buffer.from('{"alg":"ES256","kid":"2026-11" }').toString('base64')),
    header('a header that is no JSON', base64url('{"alg":"ES256"')),
    header('a header that is a list', json64([{ alg: 'ES256' }])),
    header('a header without kid', json64({ alg: 'ES256' })),
    header('a kid that is a number', json64({ alg: 'ES256', kid: 1 })),
    header('crit', json64({ alg: 'ES256', kid: first.kid, crit: ['b64'], b64: false })),
    refused('BAD_TOKEN', 'claims that are no JSON', signBytes('{')),
    refused('BAD_TOKEN', 'claims that are a list', sign(first, [good])),
    refused('BAD_TOKEN', 'claims that are not UTF-8', signBytes(Buffer.from('{"\xff":1}', 'latin1'))),
    ...names.map((name) => bad(`without ${name}`, { [name]: undefined })),
    ...names.map((name) => bad(`${name} is an object`, { [name]: {} })),
    bad('an audience that is a number in a list', { aud: [AUDIENCE, 1] }),
    bad('an empty subject', { sub: '' }),
    bad('a subject of 256 bytes', { sub: 's'.repeat(256) }),
    bad('an empty client_id', { client_id: '' }),
    bad('a client_id of 65 bytes', { client_id: 'a'.repeat(65) }),
    bad('a client_id with a capital', { client_id: 'Met-app' }),
    bad('a client_id with a slash', { client_id: 'met/app' }),
    bad('a life of one second too many', { exp: good.iat + MAX_SECONDS + 1 }),
    bad('a life without end', { exp: 2 ** 63 }),
    bad('ends when it is issued', { exp: good.iat }),
    bad('ends before it is issued', { exp: good.iat - 1 }),
    bad('iat before 1970', { iat: -1 }),
    bad('exp with a fraction', { exp: NOW + 0.5 }),
    bad('exp in words', { exp: `${NOW + 100}` }),
    bad('nbf in words', { nbf: `${NOW}` }),
  ];
}

function wrongAlgorithms() {
  const named = (alg) => `${json64({ alg, kid: first.kid })}.${json64(good)}`;
  const bad = (name, token) => refused('TOKEN_ALGORITHM', name, token);
  const x = Buffer.from(first.jwk.x, 'base64url');
  const y = Buffer.from(first.jwk.y, 'base64url');
  return [
    bad('none, without a signature', `${named('none')}.`),
    bad('None, without a signature', `${named('None')}.`),
    bad('none, with a good signature', signText(first, named('none'))),
    bad('no algorithm', signText(first, `${json64({ kid: first.kid })}.${json64(good)}`)),
    bad('an algorithm that is a list', signText(first, named(['ES256']))),
    bad('es256', signText(first, named('es256'))),
    bad('HS256, keyed with the public key', hmac(Buffer.concat([Buffer.from([4]), x, y]), named('HS256'))),
    bad('HS256, keyed with the JWK', hmac(JSON.stringify(first.jwk), named('HS256'))),
    bad('RS256', signText(first, named('RS256'))),
    bad('ES384', sign(wide, good, { alg: 'ES384' })),
    bad('ES256K', signText(first, named('ES256K'))),
  ];
}

function wrongSignatures() {
  const bad = (name, token) => refused('TOKEN_SIGNATURE', name, token);
  const [header, payload] = sign(first, good).split('.');
  const other = sign(first, claims({ sub: 'other' })).split('.');
  const der = p256.sign(Buffer.from(`${header}.${payload}`), first.secret, { format: 'der' });
  const zeroBeforeEach = (s) => Buffer.concat([Buffer.of(0), s.subarray(0, 32), Buffer.of(0), s.subarray(32)]);
  return [
    bad('a key that is not in the set', sign(stranger, good)),
    bad('a stranger who names a key of the set', sign(stranger, good, { kid: first.kid })),
    bad('the other key of the set', sign(second, good, { kid: first.kid })),
    bad('a key of the set for encryption', sign(makeKey('encryption'), good)),
    bad('a key of the set for ES384', sign(wide, good)),
    bad('an empty kid', sign(first, good, { kid: '' })),
    bad('other claims', [other[0], payload.slice(0, -2) + 'AA', other[2]].join('.')),
    bad('the signature of another token', [header, payload, other[2]].join('.')),
    bad('no signature', `${header}.${payload}.`),
    bad('a signature in DER', `${header}.${payload}.${base64url(der)}`),
    bad('one bit of r', reSigned((s) => ((s[0] ^= 1), s))),
    bad('one bit of s', reSigned((s) => ((s[63] ^= 1), s))),
    bad('a signature of zeros', reSigned((s) => s.fill(0))),
    bad('a byte less', reSigned((s) => s.subarray(0, 63))),
    bad('a zero before each half', reSigned(zeroBeforeEach)),
    bad('a padded signature', `${sign(first, good)}==`),
  ];
}

function wrongContext() {
  const bad = (reason, name, changes) => refused(reason, name, sign(first, claims(changes)));
  return [
    bad('TOKEN_AUDIENCE', 'another audience', { aud: 'other' }),
    bad('TOKEN_AUDIENCE', 'an audience that begins like ours', { aud: `${AUDIENCE}-2` }),
    bad('TOKEN_AUDIENCE', 'a list without ours', { aud: ['other', 'exposur'] }),
    bad('TOKEN_AUDIENCE', 'an empty list', { aud: [] }),
    bad('TOKEN_AUDIENCE', 'another issuer', { iss: 'https://sso.police.example/' }),
    bad('TOKEN_EXPIRED', 'over now', { exp: NOW }),
    bad('TOKEN_EXPIRED', 'over for an hour', { iat: NOW - 4500, exp: NOW - 3600 }),
    bad('TOKEN_NOT_YET_VALID', 'issued 61 seconds from now', { iat: NOW + 61, exp: NOW + 900 }),
    bad('TOKEN_NOT_YET_VALID', 'not before 61 seconds from now', { nbf: NOW + 61 }),
    bad('TOKEN_NOT_YET_VALID', 'not before the end of time', { nbf: 2 ** 63 }),
  ];
}

function keySets() {
  const set = (name, reason, keys) => ({ name, reason, key_set: JSON.stringify({ keys }) });
  const bad = (name, ...keys) => set(name, 'BAD_CONFIG', keys);
  const offCurve = { ...first.jwk, y: first.jwk.x };
  const rsa = { kty: 'RSA', n: 'AQAB', e: 'AQAB' };
  const forElse = [{ use: 'enc' }, { alg: 'ECDH-ES' }, { kty: 'OKP' }].map((change) => ({ ...first.jwk, ...change }));
  return [
    set('two keys', '', [first.jwk, second.jwk]),
    set('what else is in a set is passed over', '', [{ ...rsa, kid: first.kid }, { kty: 'new' }, first.jwk]),
    bad('no keys'),
    bad('no key for ES256', wide.jwk, ...forElse),
    bad('a secret key', { ...first.jwk, d: base64url(first.secret) }),
    bad('the secret key of something else', first.jwk, { ...rsa, d: 'AQAB' }),
    bad('a symmetric key', first.jwk, { kty: 'oct', k: 'AQAB' }),
    bad('two keys of one kid', first.jwk, { ...second.jwk, kid: first.kid }),
    bad('a key without kid', { ...first.jwk, kid: undefined }),
    bad('an empty kid', { ...first.jwk, kid: '' }),
    bad('a point that is not on the curve', offCurve),
    bad('a coordinate of 31 bytes', { ...first.jwk, x: base64url(Buffer.alloc(31, 1)) }),
    bad('a coordinate that is missing', { ...first.jwk, y: undefined }),
    bad('a coordinate in base64', { ...first.jwk, x: `${first.jwk.x}=` }),
    bad('a key that is a string', 'key'),
    { name: 'no list', reason: 'BAD_CONFIG', key_set: JSON.stringify({ keys: first.jwk }) },
    { name: 'one key without a set', reason: 'BAD_CONFIG', key_set: JSON.stringify(first.jwk) },
    { name: 'no JSON', reason: 'BAD_CONFIG', key_set: '-----BEGIN PUBLIC KEY-----' },
    { name: 'nothing', reason: 'BAD_CONFIG', key_set: '' },
  ];
}

export function makeTokens() {
  const settings = {
    now: NOW,
    issuer: ISSUER,
    audience: AUDIENCE,
    max_seconds: MAX_SECONDS,
    key_set: JSON.stringify({
      keys: [
        { ...first.jwk, use: 'sig', alg: 'ES256' },
        second.jwk,
        wide.jwk,
        { ...makeKey('encryption').jwk, use: 'enc' },
      ],
    }),
  };
  const tokens = [...acceptedTokens(), ...badTokens(), ...wrongAlgorithms(), ...wrongSignatures(), ...wrongContext()];
  // One case a line: a changed vector is one changed line.
  const lines = (cases) => `[\n${cases.map((c) => JSON.stringify(c)).join(',\n')}\n]`;
  const sections = [
    `"settings": ${JSON.stringify(settings)}`,
    `"tokens": ${lines(tokens)}`,
    `"key_sets": ${lines(keySets())}`,
  ];
  return `{\n${sections.join(',\n')}\n}\n`;
}
