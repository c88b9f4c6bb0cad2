// node e2e/outputs.mjs EVALUATOR_KEY_FILE < INPUTS: prints F, in hexadecimal, of each line, evaluated with the secret key
// itself, as a thief who has it would.
import { readFileSync } from 'node:fs';
import { hex, unhex } from '../protocol/bytes.mjs';
import { finalize, hashToGroup, multiply } from '../protocol/oprf.mjs';

const key = unhex(/^exposure-key\/1 evaluator ([0-9a-f]{64})\n$/.exec(readFileSync(process.argv[2], 'latin1'))[1]);
for (const line of readFileSync(0, 'latin1').split('\n').filter(Boolean)) {
  const input = Buffer.from(line, 'latin1');
  console.log(hex(finalize(input, multiply(key, hashToGroup(input).toBytes()))));
}
