// The independent client against a server made of the same independent implementation: verdicts, what it asks for, and
// that it believes no lie.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hex } from './protocol/bytes.mjs';
import { keyId } from './protocol/signed.mjs';
import { Lookup } from './client/lookup.mjs';
import { canonicalise } from './client/number.mjs';
import { connect } from './client/wire.mjs';
import { startServer } from './fake/server.mjs';
import { World } from './fake/world.mjs';

const NOW = Math.floor(Date.now() / 1000);
let world;
before(() => {
  world = new World(NOW);
});

const met = (number) => ({ force: 'met', scheme: 'pay', number });
const psni = (number) => ({ force: 'psni', scheme: 'service', number });
const words = (verdicts) => verdicts.map((v) => v.verdict);
const CANNOT = ['CANNOT_BE_CHECKED', 'CANNOT_BE_CHECKED', 'CANNOT_BE_CHECKED_YET'];

async function withServer(lies, use, w = world) {
  const server = await startServer(w, lies);
  const service = connect(server.address);
  try {
    return await use(service, server.asked, server.address);
  } finally {
    service.close();
    server.stop();
  }
}

const ask = (numbers, { lies = {}, w = world, ...options } = {}) =>
  withServer(lies, (service) => new Lookup(service, w.root, options).check(numbers), w);

test('every verdict', async () => {
  const [inMet, inPsni] = [world.metSet.people[0].number, world.psniSet.people[3].number];
  assert.deepEqual(words(await ask([met(inMet)])), ['EXPOSED', 'NEEDS_ANOTHER_NUMBER', ...CANNOT]);
  assert.deepEqual(words(await ask([met('Z999999')])), ['NOT_IN_THIS_DATASET', 'NEEDS_ANOTHER_NUMBER', ...CANNOT]);
  assert.deepEqual(words(await ask([met('Z999999'), psni(inPsni)])), ['NOT_IN_THIS_DATASET', 'EXPOSED', ...CANNOT]);
  assert.deepEqual(words(await ask([met('Z999999'), met(inMet)])), ['EXPOSED', 'NEEDS_ANOTHER_NUMBER', ...CANNOT]);
});

test('categories are those that were sealed', async () => {
  const [even, odd] = world.metSet.people;
  const answer = async (...numbers) => {
    const [{ categories }] = await ask(numbers);
    return categories;
  };
  const both = { possibly_exposed: [], not_held: ['home_address'] };
  const [withPhoto, without] = [
    ['name', 'rank_or_grade', 'photo'],
    ['name', 'rank_or_grade'],
  ];
  assert.deepEqual(await answer(met(even.number)), { exposed: withPhoto, ...both });
  assert.deepEqual(await answer(met(odd.number)), { exposed: without, ...both });
  assert.deepEqual(await answer(met(odd.number), met(even.number)), { exposed: withPhoto, ...both });
});

test('a question reveals at most fetch_bits in sum, and equal inputs count once', async () => {
  await withServer({}, async (service, asked) => {
    const lookup = new Lookup(service, world.root);
    const prefixes = async (numbers) => {
      asked.length = 0;
      await lookup.check(numbers);
      return asked.filter(([method]) => method === 'fetchBucket').map(([, { prefix }]) => prefix[0]);
    };
    assert.deepEqual(await prefixes([met('A000001')]), [3]);
    assert.deepEqual(await prefixes([psni('1')]), [6]);
    assert.deepEqual(await prefixes([psni('1'), psni('000001'), psni('0001')]), [6]);
    assert.deepEqual(await prefixes([psni('1'), psni('2')]), [3, 3]);
    assert.deepEqual(await prefixes([met('A000001'), psni('2')]), [1, 1]); // ⌊3 / 2⌋
    assert.deepEqual(await prefixes([1, 2, 3, 4].map((n) => met(`A${n}`))), []); // ⌊3 / 4⌋ = 0: the whole set
    assert.equal(asked.filter(([method]) => method === 'download').length, 1);
  });
});

test('evaluation and fetch share no identifier, and nothing repeats', async () => {
  await withServer({}, async (service, asked) => {
    const lookup = new Lookup(service, world.root);
    await lookup.check([psni('1')]);
    await lookup.check([psni('1')]);
    const [one, two] = asked.filter(([method]) => method === 'evaluate').map(([, request]) => request);
    for (const field of ['blinded', 'subject', 'idempotency']) assert.notEqual(hex(one[field]), hex(two[field]), field);
    assert.equal(one.upload.length, 0);
  });
});

test('people by themselves, from whole sets', async () => {
  const people = [[met(world.metSet.people[1].number)], [met('Z999999')], [met('not a number')], [psni('5')]];
  await withServer({}, async (service, asked) => {
    const answers = await new Lookup(service, world.root).checkEach(people);
    assert.deepEqual(
      answers.map((a) => a.error ?? words(a.verdicts).slice(0, 2)),
      [
        ['EXPOSED', 'NEEDS_ANOTHER_NUMBER'],
        ['NOT_IN_THIS_DATASET', 'NEEDS_ANOTHER_NUMBER'],
        'BAD_NUMBER',
        ['NEEDS_ANOTHER_NUMBER', 'EXPOSED'],
      ],
    );
    assert.equal(asked.filter(([method]) => method === 'fetchBucket').length, 0);
    assert.equal(asked.filter(([method]) => method === 'download').length, 2);
  });
});

test('every sealed person is found, and absent numbers are not', async () => {
  const present = world.psniSet.people.map((person) => [psni(person.number)]);
  const absent = Array.from({ length: 100 }, (_, i) => [psni(`9${String(i).padStart(5, '0')}`)]);
  await withServer({}, async (service) => {
    const answers = await new Lookup(service, world.root).checkEach([...present, ...absent]);
    const found = answers.map((answer) => answer.verdicts[1].verdict);
    assert.deepEqual(found, [...present.map(() => 'EXPOSED'), ...absent.map(() => 'NOT_IN_THIS_DATASET')]);
  });
});

test('canonical numbers', () => {
  const rule = {
    prefix_words: ['PC', 'No'],
    min_letters: 0,
    max_letters: 1,
    min_digits: 1,
    max_digits: 6,
    pad_digits_to: 6,
    letters: '',
    check: 0,
  };
  const forms = { a123456: 'A123456', ' １２ ': '000012', 'PC 42': '000042', 'no. 7': '000007', 'P 5': 'P000005' };
  for (const [typed, canonical] of Object.entries(forms)) assert.equal(canonicalise(rule, typed), canonical);
  for (const bad of ['', '1234567', 'AB12', '12A', 'A', '12-34']) {
    assert.throws(() => canonicalise(rule, bad), { reason: 'BAD_NUMBER' });
  }
});

test('mistakes are refused before anything is asked', async () => {
  await withServer({}, async (service, asked) => {
    const lookup = new Lookup(service, world.root);
    const wrong = {
      UNKNOWN_FORCE: { ...met('A1'), force: 'x' },
      UNKNOWN_SCHEME: { ...met('A1'), scheme: 'x' },
      BAD_NUMBER: met('12345678'),
    };
    for (const [reason, number] of Object.entries(wrong)) {
      await assert.rejects(lookup.check([number]), { reason });
    }
    assert.deepEqual([...new Set(asked.map(([method]) => method))], ['getCatalogue']);
  });
});

test('a stale catalogue is fetched again, once', async () => {
  const fresh = new World(NOW);
  await withServer(
    {
      getCatalogue: (honest) => {
        fresh.content.service_name = `renamed ${fresh.headers.length}`; // meanwhile another version is issued
        if (fresh.headers.length < 2) fresh.issue();
        return honest;
      },
    },
    async (service, asked) => {
      const verdicts = await new Lookup(service, fresh.root).check([met(fresh.metSet.people[0].number)]);
      assert.equal(verdicts[0].verdict, 'EXPOSED');
      const methods = asked.map(([method]) => method);
      assert.equal(methods.filter((m) => m === 'evaluate').length, 1);
      assert.equal(methods.filter((m) => m === 'fetchBucket').length, 2);
    },
    fresh,
  );
  await assert.rejects(
    ask([met('A1')], {
      lies: {
        fetchBucket: () => {
          throw Object.assign(new Error(), { reason: 'STALE_CATALOGUE' });
        },
      },
    }),
    { reason: 'STALE_CATALOGUE' },
  );
});

test('the command line', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'exposure-node-'));
  const root = path.join(directory, 'root.public');
  writeFileSync(root, `kind: "root"\npublic_key: "${hex(world.root)}"\nfingerprint: "${hex(keyId(world.root))}"\n`);
  const state = path.join(directory, 'state.json');
  after(() => rmSync(directory, { recursive: true }));
  await withServer({}, async (service, asked, address) => {
    const run = (input, ...more) =>
      new Promise((resolve) => {
        const script = fileURLToPath(new URL('client/check.mjs', import.meta.url));
        const child = spawn(process.execPath, [script, '--server', address, '--root', root, '--state', state, ...more]);
        let out = '';
        child.stdout.on('data', (data) => {
          out += data;
        });
        child.on('close', (code) =>
          resolve({
            code,
            answers: out
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line)),
          }),
        );
        child.stdin.end(input);
      });
    const { number } = world.metSet.people[0];
    const one = await run(`met/pay ${number}\npsni/service 999\n`);
    assert.deepEqual([one.code, words(one.answers[0].verdicts).slice(0, 2)], [0, ['EXPOSED', 'NOT_IN_THIS_DATASET']]);
    const each = await run(`${number}\nZ999999\n1\n`, '--each', '--force', 'met', '--scheme', 'pay');
    assert.deepEqual(
      each.answers.map((a) => [a.row, a.verdicts?.[0].verdict ?? a.error]),
      [
        [1, 'EXPOSED'],
        [2, 'NOT_IN_THIS_DATASET'],
        [3, 'BAD_NUMBER'],
      ],
    );
    assert.deepEqual(await run('met/pay 1\n'), { code: 2, answers: [{ error: 'BAD_NUMBER' }] });
  });
});
