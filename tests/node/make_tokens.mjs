// Writes tests/vectors/tokens.json: the same bytes on every run. Usage: node make_tokens.mjs [FILE]
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeTokens } from './vectors/tokens.mjs';

const target = process.argv[2] ?? fileURLToPath(new URL('../vectors/tokens.json', import.meta.url));
writeFileSync(target, makeTokens());
