// tests/vectors/canonical.json: it is what its maker writes, and this implementation reads every number in it so.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { canonicalise, checkRule } from './client/number.mjs';
import { unhex } from './protocol/bytes.mjs';
import { makeCanonical } from './vectors/canonical.mjs';
import { reasonOf } from './vectors/fixed.mjs';

const committed = readFileSync(fileURLToPath(new URL('../vectors/canonical.json', import.meta.url)), 'utf8');
const { rules, rule_checks: ruleChecks, cases } = JSON.parse(committed);
const labelOf = (c) => `${c.name}, ${c.rule}: ${JSON.stringify(c.text ?? c.hex)}`;

test('the committed vectors are what their maker writes', () => {
  assert.equal(makeCanonical(), committed);
});

test('every case has its form or is refused, and none is there twice', () => {
  assert.ok(cases.length >= 300);
  for (const c of cases) {
    const read = () => canonicalise(rules[c.rule], c.hex === undefined ? c.text : unhex(c.hex));
    if (c.number === '') {
      assert.equal(reasonOf(read), 'BAD_NUMBER', labelOf(c));
    } else {
      assert.equal(read(), c.number, labelOf(c));
      assert.equal(canonicalise(rules[c.rule], c.number), c.number, labelOf(c));
    }
  }
  assert.equal(new Set(cases.map((c) => `${c.rule} ${c.text ?? c.hex}`)).size, cases.length);
});

test('every rule has cases that are accepted and cases that are refused', () => {
  for (const name of Object.keys(rules)) {
    const own = cases.filter((c) => c.rule === name);
    assert.ok(own.some((c) => c.number === '') && own.some((c) => c.number !== ''), name);
  }
});

test('a rule by which numbers could be misread is refused', () => {
  for (const { name, rule, reason } of ruleChecks) {
    assert.equal(
      reasonOf(() => checkRule(rule)),
      reason,
      name,
    );
  }
  for (const rule of Object.values(rules)) checkRule(rule);
});
