// Writes tests/vectors/protocol.json: the same bytes on every run. Usage: node make_vectors.mjs [FILE]
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeVectors } from './vectors/all.mjs';

const target = process.argv[2] ?? fileURLToPath(new URL('../vectors/protocol.json', import.meta.url));
writeFileSync(target, await makeVectors());
