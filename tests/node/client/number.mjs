// Canonical numbers (protocol §1), as far as numbers typed in plain letters and digits go.
import { ascii } from '../protocol/bytes.mjs';
import { demand } from '../protocol/error.mjs';

const escape = (word) => word.replace(/[^A-Z0-9]/g, '\\$&');

/** The canonical form of `text` by a scheme's CanonicalRule. Throws BAD_NUMBER, which never repeats the text. */
export function canonicalise(rule, text) {
  let plain = text.toUpperCase().replace(/[\s./_-]/g, '');
  const words = rule.prefix_words.map((word) => word.toUpperCase().replace(/[\s./_-]/g, '')).filter(Boolean);
  words.sort((a, b) => b.length - a.length);
  const shape = new RegExp(
    `^([A-Z]{${rule.min_letters},${rule.max_letters}})([0-9]{${rule.min_digits},${rule.max_digits}})$`,
  );
  if (words.length > 0 && !shape.test(plain)) {
    plain = plain.replace(new RegExp(`^(?:${words.map(escape).join('|')})`), '');
  }
  const match = shape.exec(plain);
  demand(match !== null, 'BAD_NUMBER', 'the number does not fit its scheme');
  return match[1] + match[2].padStart(rule.pad_digits_to, '0');
}

export const oprfInput = (force, scheme, number) => ascii(`exposure/v1/${force}/${scheme}/${number}`);
