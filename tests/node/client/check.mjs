// node client/check.mjs --server HOST:PORT --root ROOT_PUBLIC_FILE [--each] [--force F --scheme S] [--state FILE]
// Reads lines "force/scheme NUMBER", or "NUMBER" with --force and --scheme, from standard input: one person's question,
// or with --each a person a line. Prints {"verdicts": [{incident_id, verdict, categories}]}, with
// --each a line {"row", "verdicts" or "error"} for each line; exit code 0, 2 (wrong use), 3 (could not verify), 5 (cannot reach).
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { hex, unhex } from '../protocol/bytes.mjs';
import { demand, ProtocolError } from '../protocol/error.mjs';
import { keyId } from '../protocol/signed.mjs';
import { Lookup } from './lookup.mjs';
import { connect } from './wire.mjs';

const EXIT = { BAD_USAGE: 2, BAD_NUMBER: 2, UNKNOWN_FORCE: 2, UNKNOWN_SCHEME: 2, UNAVAILABLE: 5, DEADLINE_EXCEEDED: 5 };

/** The key of a SigningPublic text file. */
function readRoot(file) {
  const text = readFileSync(file, 'utf8');
  const field = (name) => new RegExp(`^\\s*${name}\\s*:\\s*"([0-9a-z]*)"`, 'm').exec(text)?.[1] ?? '';
  const key = unhex(field('public_key'));
  demand(field('kind') === 'root' && key.length === 32, 'BAD_USAGE', 'not the public file of a root key');
  demand(field('fingerprint') === hex(keyId(key)), 'BAD_USAGE', 'key and fingerprint do not belong together');
  return key;
}

function parseLine(line, { force, scheme }) {
  const match = /^([a-z0-9-]{1,32})\/([a-z0-9-]{1,32})\s+(.+)$/.exec(line);
  if (match) return { force: match[1], scheme: match[2], number: match[3] };
  demand(force && scheme, 'BAD_USAGE', 'a line is not "force/scheme NUMBER"');
  return { force, scheme, number: line };
}

function readState(file) {
  if (!file || !existsSync(file)) return null;
  const { header, serial } = JSON.parse(readFileSync(file, 'utf8'));
  return { headerBytes: unhex(header), serial };
}

async function main() {
  const text = (name) => [name, { type: 'string' }];
  const options = Object.fromEntries(['server', 'root', 'force', 'scheme', 'state'].map(text));
  const { values } = parseArgs({ options: { ...options, each: { type: 'boolean' } } });
  demand(values.server && values.root, 'BAD_USAGE', '--server and --root are needed');
  const lines = readFileSync(0, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const numbers = lines.map((line) => parseLine(line.trim(), values));
  demand(numbers.length > 0, 'BAD_USAGE', 'no number');
  const service = connect(values.server);
  try {
    const lookup = new Lookup(service, readRoot(values.root), { seen: readState(values.state) });
    const answers = values.each
      ? (await lookup.checkEach(numbers.map((number) => [number]))).map((answer, i) => ({ row: i + 1, ...answer }))
      : [{ verdicts: await lookup.check(numbers) }];
    if (values.state) {
      const { headerBytes, serial } = lookup.seen;
      writeFileSync(values.state, JSON.stringify({ header: hex(headerBytes), serial: String(serial) }));
    }
    return answers;
  } finally {
    service.close();
  }
}

try {
  const answers = await main();
  console.log(answers.map((answer) => JSON.stringify(answer)).join('\n'));
  const verdicts = answers.flatMap((answer) => answer.verdicts ?? []);
  if (answers.some((answer) => answer.error)) process.exitCode = 2;
  if (verdicts.some((v) => v.verdict === 'NO_ANSWER')) process.exitCode = 3;
} catch (error) {
  if (!(error instanceof ProtocolError)) throw error;
  console.log(JSON.stringify({ error: error.reason }));
  process.exitCode = EXIT[error.reason] ?? 3;
}
