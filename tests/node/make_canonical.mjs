// Writes tests/vectors/canonical.json: the same bytes on every run. Usage: node make_canonical.mjs [FILE]
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeCanonical } from './vectors/canonical.mjs';

const target = process.argv[2] ?? fileURLToPath(new URL('../vectors/canonical.json', import.meta.url));
writeFileSync(target, makeCanonical());
