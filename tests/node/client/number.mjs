// Canonical numbers: protocol §1.
import { ascii } from '../protocol/bytes.mjs';
import { demand, ProtocolError } from '../protocol/error.mjs';

const MAX_BYTES = 200;
export const CHECK = { none: 0, luhn: 1, mod11: 2 };

/** Throws BAD_EPOCH or UNKNOWN_RULE where numbers cannot be read by this CanonicalRule, each in one way only. */
export function checkRule({ prefix_words: words, letters, check, ...rule }) {
  const sound = (condition, what) => demand(condition, 'BAD_EPOCH', `canonical rule: ${what}`);
  demand(Object.values(CHECK).includes(check), 'UNKNOWN_RULE', 'an unknown kind of check digit');
  const inOrder = (...numbers) => numbers.every((n, i) => i === 0 || numbers[i - 1] <= n);
  sound(inOrder(0, rule.min_letters, rule.max_letters, 8), 'letters');
  sound(inOrder(1, rule.min_digits, rule.max_digits, 20), 'digits');
  sound(rule.pad_digits_to <= rule.max_digits, 'padding');
  sound(/^[A-Z]*$/.test(letters) && new Set(letters).size === letters.length, 'alphabet');
  sound(letters === '' || rule.max_letters > 0, 'alphabet without letters');
  for (const word of words) {
    sound(/^[A-Za-z]{1,32}$/.test(word), 'prefix word');
    const own = [...word.toUpperCase()].every((c) => letters === '' || letters.includes(c));
    sound(!own || word.length > rule.max_letters - rule.min_letters, 'a number may begin with a prefix word');
  }
  sound(check === CHECK.none || rule.min_digits > 1, 'check digit alone');
  sound(check !== CHECK.mod11 || rule.max_digits <= 10, 'more than ten digits modulo 11');
}

const refuse = (why) => {
  throw new ProtocolError('BAD_NUMBER', why);
};

function decodeStrictly(input) {
  if (typeof input === 'string') return input.isWellFormed() ? input : refuse('not Unicode');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input);
  } catch {
    return refuse('not UTF-8');
  }
}

/** Digits by value, all of one set. Sets of Nd are ten characters in a row, each beginning with zero. */
function digitsToAscii(text) {
  const isDigit = (code) => /^\p{Nd}$/u.test(String.fromCodePoint(code));
  const zeros = new Set();
  const plain = text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0);
    let run = 0; // digits directly before: sets may follow one another
    while (isDigit(code - run - 1)) run += 1;
    zeros.add(code - (run % 10));
    return String(run % 10);
  });
  return zeros.size <= 1 ? plain : refuse('digits of several scripts');
}

/** What is left of `letters` after prefix words, in every way that a number may begin. */
function readings(letters, { prefix_words: words, min_letters: least, max_letters: most, letters: alphabet }) {
  const found = new Set();
  const seen = new Set();
  const strip = (rest) => {
    if (seen.has(rest)) return;
    seen.add(rest);
    const known = alphabet === '' || [...rest].every((c) => alphabet.includes(c));
    if (known && least <= rest.length && rest.length <= most) found.add(rest);
    for (const word of words) if (rest.startsWith(word.toUpperCase())) strip(rest.slice(word.length));
  };
  strip(letters);
  return [...found];
}

const reversed = (digits) => [...digits].reverse().map(Number);
const CHECKS = {
  [CHECK.none]: () => true,
  [CHECK.luhn]: (digits) =>
    reversed(digits)
      .flatMap((d, i) => (i % 2 === 0 ? [d] : [...String(2 * d)].map(Number)))
      .reduce((a, b) => a + b) %
      10 ===
    0,
  [CHECK.mod11]: (digits) => reversed(digits).reduce((sum, d, i) => sum + (i + 1) * d, 0) % 11 === 0,
};

/**
 * The canonical form of `input`, a string or UTF-8, by a scheme's CanonicalRule. Throws BAD_NUMBER, which never repeats
 * the text, and as checkRule.
 */
export function canonicalise(rule, input) {
  checkRule(rule);
  const text = decodeStrictly(input).replace(/[\r\n]+$/, '');
  if (Buffer.byteLength(text) > MAX_BYTES) refuse('too long');
  if (text.includes('\u202e')) refuse('shown in another order than it is in');
  const visible = digitsToAscii(text.replace(/\p{Default_Ignorable_Code_Point}/gu, ''))
    .replace(/[\t\p{Zs}]/gu, ' ')
    .replace(/\p{Pd}/gu, '-');
  const match = /^(?<front>[A-Za-z .:#'-]*)(?<digits>[0-9](?:[0-9 -]*[0-9])?) *$/.exec(visible);
  if (match === null) refuse('does not fit its scheme');
  const { front, digits: spaced } = match.groups;
  if (/^[ .:#']*-/.test(front)) refuse('begins with a dash');
  const digits = spaced.replace(/[ -]/g, '');
  if (digits.length < rule.min_digits || digits.length > rule.max_digits) refuse('does not fit its scheme');
  if (digits !== spaced && digits.length >= 2 * rule.min_digits) refuse('could be two numbers');
  const own = readings(front.replace(/[ .:#'-]/g, '').toUpperCase(), rule);
  if (own.length !== 1) refuse(own.length === 0 ? 'does not fit its scheme' : 'can be read in two ways');
  const padded = digits.padStart(rule.pad_digits_to, '0');
  if (!CHECKS[rule.check](padded)) refuse('the check digit is another');
  return own[0] + padded;
}

export const oprfInput = (force, scheme, number) => ascii(`exposure/v1/${force}/${scheme}/${number}`);
