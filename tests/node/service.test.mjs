// The independent client against a real service that has published the samples of deploy/samples/generate.py --truth:
// what it finds is what the truth files say, and what `exposure check --json` says. Started by the end-to-end scripts
// with
//   EXPOSURE_SERVER   HOST:PORT or unix:/path
//   EXPOSURE_ROOT     public file of the root key
//   EXPOSURE_SAMPLES  directory with met.truth.csv, psni.truth.csv
//   EXPOSURE_CLI      the `exposure` program
//   EXPOSURE_COUNT    numbers of each sample to check (default 300), and as many absent ones
// Skipped without them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';

const { EXPOSURE_SERVER: server, EXPOSURE_ROOT: root, EXPOSURE_SAMPLES: samples, EXPOSURE_CLI: cli } = process.env;
const count = Number(process.env.EXPOSURE_COUNT ?? 300);
const ready = server && root && samples && cli;
const options = {
  skip: ready ? false : 'no service: set EXPOSURE_SERVER, EXPOSURE_ROOT, EXPOSURE_SAMPLES, EXPOSURE_CLI',
};
const INCIDENTS = { 'met/pay': 'met-2023-supplier', 'psni/service': 'psni-2023-foi' };
const state = mkdtempSync(path.join(tmpdir(), 'exposure-service-'));
after(() => rmSync(state, { recursive: true }));

/** number → {exposed, not_held}: sorted words. */
function truth(name) {
  const lines = readFileSync(path.join(samples, `${name}.truth.csv`), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const words = (text) => text.split(' ').filter(Boolean).sort();
  return new Map(
    lines.map((line) => {
      const [number, , exposed, notHeld] = line.split(',');
      return [number, { exposed: words(exposed), not_held: words(notHeld) }];
    }),
  );
}

const spread = (list, n) => list.filter((_, i) => i % Math.max(1, Math.floor(list.length / n)) === 0).slice(0, n);

/** Questions [{line, scheme, expected}]: present numbers with what must be exposed, absent ones with null. */
function questions() {
  const kinds = {
    'met/pay': [truth('met'), (i) => `Q${String(i * 7).padStart(6, '0')}`],
    'psni/service': [truth('psni'), (i) => String(999999 - i * 11)],
  };
  return Object.entries(kinds).flatMap(([scheme, [known, invent]]) => {
    const absent = Array.from({ length: count }, (_, i) => invent(i)).filter((number) => !known.has(number));
    const question = (number) => ({ line: `${scheme} ${number}`, scheme, expected: known.get(number) ?? null });
    return [...spread([...known.keys()], count), ...absent].map(question);
  });
}

function run(program, args, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.on('error', reject);
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
}

const script = fileURLToPath(new URL('client/check.mjs', import.meta.url));
const ours = (input, ...more) => run(process.execPath, [script, '--server', server, '--root', root, ...more], input);
const theirs = (input, ...more) =>
  run(
    cli,
    ['check', '--json', '--server', server, '--root', root, '--state-dir', path.join(state, 'cli'), ...more],
    input,
  );

/** The lists of categories of an exposed verdict: with --each the program writes them without a group of their own. */
const listsOf = (v) => {
  const { exposed, possibly_exposed, not_held } = v.categories ?? v;
  return { exposed, possibly_exposed, not_held };
};

/** What both clients must agree on. */
const essence = (verdicts) =>
  verdicts.map((v) => ({ incident: v.incident_id, verdict: v.verdict, ...(v.verdict === 'EXPOSED' && listsOf(v)) }));

test('each person by itself: as the truth says, and as the other client says', options, async () => {
  const list = questions();
  const input = list.map(({ line }) => `${line}\n`).join('');
  const [mine, other] = [await ours(input, '--each'), await theirs(input, '--each')];
  assert.deepEqual([mine.code, other.code], [0, 0]);
  assert.equal(mine.answers.length, list.length);
  list.forEach(({ scheme, expected }, i) => {
    const verdict = mine.answers[i].verdicts.find((v) => v.incident_id === INCIDENTS[scheme]);
    const { exposed, not_held } = verdict.categories ?? {};
    const found =
      verdict.verdict === 'EXPOSED' ? { exposed: [...exposed].sort(), not_held: [...not_held].sort() } : null;
    assert.equal(verdict.verdict, expected === null ? 'NOT_IN_THIS_DATASET' : 'EXPOSED', `question ${i}`);
    assert.deepEqual(found, expected, `question ${i}`);
    assert.deepEqual(essence(mine.answers[i].verdicts), essence(other.answers[i].verdicts), `question ${i}`);
  });
  assert.ok(list.filter(({ expected }) => expected !== null).length >= Math.min(2 * count, 200));
});

test('one person with one or several numbers, by prefix', options, async () => {
  const list = questions();
  const of = (scheme, present) =>
    spread(
      list.filter((q) => q.scheme === scheme && (q.expected !== null) === present),
      4,
    );
  const [a, b, c, d] = [of('met/pay', true), of('met/pay', false), of('psni/service', true), of('psni/service', false)];
  const asked = [
    ...[a, b, c, d].flatMap((kind) => kind.map((q) => [q])),
    [a[0], d[0]],
    [b[0], c[0]],
    [a[0], b[0], c[0], d[0]],
  ];
  for (const [i, numbers] of asked.entries()) {
    const input = numbers.map(({ line }) => `${line}\n`).join('');
    const memory = ['--state', path.join(state, 'node.json')]; // the chain is checked from one to the next
    const [mine, other] = [await ours(input, ...memory), await theirs(input)];
    assert.deepEqual([mine.code, other.code], [0, 0], `question ${i}`);
    assert.deepEqual(essence(mine.answers[0].verdicts), essence(other.answers[0].verdicts), `question ${i}`);
    for (const [scheme, incident] of Object.entries(INCIDENTS)) {
      const own = numbers.filter((q) => q.scheme === scheme);
      const expected =
        own.length === 0
          ? 'NEEDS_ANOTHER_NUMBER'
          : own.some((q) => q.expected !== null)
            ? 'EXPOSED'
            : 'NOT_IN_THIS_DATASET';
      assert.equal(mine.answers[0].verdicts.find((v) => v.incident_id === incident).verdict, expected, `question ${i}`);
    }
  }
});
