// tests/vectors/protocol.json: this implementation still makes exactly it, two others agree with its evaluations, and
// so do the RFC's own vectors where there is a copy of them.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { hex, unhex } from './protocol/bytes.mjs';
import { decodeFile } from './protocol/dataset.mjs';
import { blindElement, evaluate, finalizeAll, publicKey } from './protocol/oprf.mjs';
import { checkPrivacy, questionBits } from './protocol/epoch.mjs';
import { makeVectors } from './vectors/all.mjs';
import { reasonOf } from './vectors/fixed.mjs';
import { agreeWithCloudflare, agreeWithNoble } from './vectors/oracles.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const committed = readFileSync(here('../vectors/protocol.json'), 'utf8');
const vectors = JSON.parse(committed);

test('the committed vectors are what this implementation makes', async () => {
  assert.equal(await makeVectors(), committed);
});

test('every section has cases, and every refusal has a case that is accepted beside it', () => {
  for (const [name, cases] of Object.entries(vectors)) assert.ok(cases.length > 0, name);
  for (const name of ['elements', 'proofs', 'epochs', 'prefixes', 'catalogue_checks', 'chains', 'root_paths', 'sealed_keys']) {
    assert.ok(vectors[name].some((c) => c.reason === '') && vectors[name].some((c) => c.reason !== ''), name);
  }
});

const buffers = (c) =>
  Object.fromEntries(
    Object.entries(c).map(([key, v]) => [key, key === 'name' ? v : Array.isArray(v) ? v.map(unhex) : unhex(v)]),
  );

test('noble and Cloudflare agree with the committed evaluations', async () => {
  for (const c of vectors.evaluations) {
    agreeWithNoble(buffers(c));
    await agreeWithCloudflare(buffers(c));
  }
});

test('both notice an evaluation that is wrong', async () => {
  const wrong = buffers(vectors.evaluations[0]);
  wrong.proof[40] ^= 1;
  assert.throws(() => agreeWithNoble(wrong));
  await assert.rejects(agreeWithCloudflare(wrong));
});

test('the committed file verifies, and no byte of it may change', () => {
  const [{ file }] = vectors.files;
  assert.equal(hex(decodeFile(unhex(file)).manifest), vectors.manifests[0].manifest);
  for (const at of [0, 11, 20, 140, 320, file.length / 2 - 1]) {
    const changed = unhex(file);
    changed[at] ^= 1;
    assert.notEqual(
      reasonOf(() => decodeFile(changed)),
      '',
      `byte ${at}`,
    );
  }
});

test('a client reveals at most 12 bits, and never what the population does not allow', () => {
  assert.equal(questionBits([24, 13], 1), 12);
  const epoch = { bucketBits: 11, minPeople: 100, fetchBits: 8, populations: [300000, 47000] };
  assert.equal(
    reasonOf(() => checkPrivacy(epoch)),
    '',
  );
  assert.equal(
    reasonOf(() => checkPrivacy({ ...epoch, fetchBits: 9 })),
    'FETCH_BITS_TOO_LARGE',
  );
  assert.equal(
    reasonOf(() => checkPrivacy({ ...epoch, bucketBits: 7 })),
    'FETCH_BITS_TOO_LARGE',
  );
  assert.equal(
    reasonOf(() => checkPrivacy({ ...epoch, bucketBits: 25 })),
    'BAD_BUCKET_BITS',
  );
  assert.equal(
    reasonOf(() => checkPrivacy({ ...epoch, minPeople: 99 })),
    'BAD_EPOCH',
  );
});

// A copy of the RFC's vectors is not part of this repository: EXPOSURE_RFC9497_VECTORS names one.
const rfcFile = process.env.EXPOSURE_RFC9497_VECTORS ?? '';

test('RFC 9497 §A.1.2', { skip: existsSync(rfcFile) ? false : 'EXPOSURE_RFC9497_VECTORS names no file' }, () => {
  const suites = JSON.parse(readFileSync(rfcFile, 'utf8')).filter(
    (s) => s.mode === 1 && s.identifier === 'ristretto255-SHA512',
  );
  assert.equal(suites.length, 1);
  const [{ skSm, pkSm, vectors: cases }] = suites;
  assert.equal(hex(publicKey(unhex(skSm))), pkSm);
  assert.ok(cases.length >= 3);
  for (const c of cases) {
    const list = (text) => text.split(',').map(unhex);
    const [inputs, blinds] = [list(c.Input), list(c.Blind)];
    const blinded = inputs.map((input, i) => blindElement(input, blinds[i]));
    assert.equal(blinded.map(hex).join(), c.BlindedElement);
    const { evaluated, proof } = evaluate(unhex(skSm), blinded, () => unhex(c.Proof.r));
    assert.equal(evaluated.map(hex).join(), c.EvaluationElement);
    assert.equal(hex(proof), c.Proof.proof);
    const answer = { publicKey: unhex(pkSm), blinds, blinded, evaluated, proof };
    assert.equal(finalizeAll(inputs, [answer]).map(hex).join(), c.Output);
  }
});
