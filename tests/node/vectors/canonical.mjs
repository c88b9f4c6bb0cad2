// tests/vectors/canonical.json: what people write, and the canonical number or a refusal. Every expected value is
// written here by hand, or the number that noise was put around; the rule itself is in client/number.mjs.
const NONE = 0;
const LUHN = 1;
const MOD_11 = 2;

const rule = (letters, digits, { words = [], pad = 0, alphabet = '', check = NONE } = {}) => ({
  prefix_words: words,
  min_letters: letters[0],
  max_letters: letters[1],
  min_digits: digits[0],
  max_digits: digits[1],
  pad_digits_to: pad,
  letters: alphabet,
  check,
});

const rules = {
  'met/pay': rule([1, 1], [6, 6], { words: ['PAY', 'NO', 'Number'] }),
  'psni/service': rule([0, 0], [6, 6], { words: ['SERVICE', 'NO'] }),
  'kent/collar': rule([0, 0], [4, 6], { words: ['PC', 'P', 'PS', 'NO'] }),
  'essex/payroll': rule([0, 0], [1, 6], { words: ['PAYROLL', 'NO'], pad: 6 }),
  'nca/staff': rule([1, 2], [3, 5], { words: ['STAFF', 'STAFFX', 'NCA'], alphabet: 'XYZ' }),
  'btp/optional': rule([0, 1], [1, 5], { words: ['P', 'PC'], alphabet: 'BT' }),
  'gmp/warrant': rule([1, 1], [4, 4], { words: ['P', 'W'] }),
  'mod/luhn': rule([0, 0], [8, 11], { check: LUHN }),
  'mod/mod-11': rule([0, 0], [10, 10], { words: ['NO'], check: MOD_11 }),
  'cnc/luhn-padded': rule([1, 1], [2, 8], { pad: 8, alphabet: 'CN', check: LUHN }),
  'cnc/mod-11-padded': rule([0, 0], [2, 10], { pad: 10, check: MOD_11 }),
  'wide/letters': rule([8, 8], [20, 20]),
  'wide/digits': rule([0, 0], [1, 20]),
};

const codes = (text) => text.split(' ').map((code) => String.fromCodePoint(Number.parseInt(code, 16)));
const nameOf = (c) => `U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

const SPACES = codes('9 20 A0 1680 2000 2001 2002 2003 2004 2005 2006 2007 2008 2009 200A 202F 205F 3000');
const DASHES = codes('2D 58A 5BE 1400 1806 2010 2011 2012 2013 2014 2015 2E3A 301C 3030 FE31 FE58 FE63 FF0D');
const IGNORED = codes(
  'AD 34F 61C 115F 17B4 180B 180E 200B 200C 200D 200E 200F 202A 202C 2060 2066 2069 3164 FE0F FEFF E0020',
);
const MARKS = ['.', ':', '#', "'"];
const ZEROS = codes(
  '30 660 6F0 7C0 966 9E6 A66 AE6 B66 BE6 C66 CE6 D66 DE6 E50 ED0 F20 1040 17E0 1810 1946 19D0 1A80 1B50 A620 A8D0 ' +
    'AA50 FF10 104A0 11066 110F0 11450 16A60 1D7CE 1D7D8 1D7E2 1D7EC 1D7F6 1E140 1E950',
);
// Categories No, Nl and So, letters that look like others, marks, symbols, controls and line breaks.
const REFUSED = codes(
  'B2 B3 B9 BC BD BE 2070 2074 2082 2460 2488 24EA 2776 3220 109F6 1F100 2160 2170 2188 3007 10140 2116 B0 A9 2122 ' +
    '2B50 1F600 1F51F AA BA 391 392 39F 410 412 41E 430 FF21 FF41 212A 24B6 1D400 C0 DF 131 3A9 5D0 627 4E00 301 308 ' +
    '20E3 2212 2B 2044 2F 5C 2C 3B 5F 2A 26 28 29 22 3D 40 21 3F 7E 2019 2018 2032 60 201C FF0E B7 2022 202E FFFD ' +
    '1 7 B C 7F 85 2028 2029',
);

const kept = (rule, number, ...written) => written.map((text) => ({ rule, text, number }));
const refused = (rule, ...written) => written.map((text) => ({ rule, text, number: '' }));
const named = (name, cases) => cases.map((c, i) => ({ name: cases.length === 1 ? name : `${name} ${i + 1}`, ...c }));
const inSet = (zero, digits) => digits.replace(/[0-9]/g, (d) => String.fromCodePoint(zero.codePointAt(0) + Number(d)));

const noise = () => [
  ...SPACES.flatMap((c) =>
    named(`space ${nameOf(c)}`, [
      ...kept('met/pay', 'A123456', `${c}A${c}123${c}456${c}`),
      ...refused('kent/collar', `1234${c}5678`, `12${c}34${c}5678`),
    ]),
  ),
  ...DASHES.flatMap((c) =>
    named(`dash ${nameOf(c)}`, [
      ...kept('met/pay', 'A123456', `A${c}123${c}456`),
      ...kept('kent/collar', '123456', `P${c}123456`),
      ...refused('kent/collar', `1234${c}5678`, `${c}1234`, `1234${c}`),
    ]),
  ),
  ...IGNORED.flatMap((c) =>
    named(`ignored ${nameOf(c)}`, [
      ...kept('met/pay', 'A123456', `${c}A${c}12${c}3456${c}`),
      ...refused('met/pay', c, `A12345${c}`),
    ]),
  ),
  ...MARKS.flatMap((c) =>
    named(`mark ${c}`, [
      ...kept('kent/collar', '1234', `${c}1234`, `No${c} 1234`, `N${c}o${c}1234`),
      ...refused('kent/collar', `1234${c}`, `12${c}34`, `1234 ${c}`, `${c}`),
    ]),
  ),
  ...ZEROS.flatMap((zero) =>
    named(`digits from ${nameOf(zero)}`, [
      ...kept('kent/collar', '907856', inSet(zero, '907856')),
      ...kept('essex/payroll', '000042', `No ${inSet(zero, '42')}`),
      ...(zero === '0' ? [] : refused('kent/collar', `12${inSet(zero, '34')}`)),
    ]),
  ),
  ...REFUSED.flatMap((c) =>
    named(`never ${nameOf(c)}`, refused('wide/digits', `12${c}`, `1${c}2`, `${c}12`)),
  ),
];

const people = () => [
  ...named('plain', [
    ...kept('met/pay', 'A123456', 'A123456', 'a123456', '  A 123 456 ', 'A123456\r\n', 'A123456\n\n', 'a-123456'),
    ...kept('psni/service', '012345', '012345', 'Service No. 012345', "'012345", '#012345', '012 345', '012-345'),
    ...kept('essex/payroll', '000042', '42', '042', '000042', '#42', "'42", 'Payroll no: 42'),
    ...kept('essex/payroll', '000000', '0', '000000'),
    ...kept('wide/letters', 'ABCDEFGH12345678901234567890', 'abcdefgh12345678901234567890'),
    ...kept('wide/digits', '0', '0'),
    ...kept('wide/digits', '00', '00'),
    ...kept('wide/digits', '00000000000000000001', '00000000000000000001'),
  ]),
  ...named('what people write in front', [
    ...kept('kent/collar', '1234', 'PC 1234', 'pc1234', 'P.C. 1234', 'PS: 1234', 'NO1234', 'PC No. 1234'),
    ...kept('kent/collar', '123456', 'p123456', 'P 123456', 'PC-No-123456', 'P P 123456', 'PCPS 123456'),
    ...kept('met/pay', 'A123456', 'Pay No. A123456', 'PAYA123456', 'number a123456', 'Pay Number: A-123456', 'NOA123456'),
    ...kept('met/pay', 'N123456', 'N123456', 'NON123456', 'pay n 123456'),
    ...refused('kent/collar', 'SGT 1234', 'WPC 1234', '1234 PC', 'PC', 'No.', 'PC P', 'P1234C', 'N01234'),
    ...refused('met/pay', 'PAY 123456', 'NO 123456', 'PA123456', 'PAYNA 123456', 'OA123456'),
  ]),
  ...named('a letter that is also a word', [
    ...kept('gmp/warrant', 'P1234', 'P1234', 'PP1234', 'W P 1234', 'wp1234'),
    ...kept('gmp/warrant', 'W1234', 'W1234', 'W-W-1234', 'PW 1234'),
    ...kept('gmp/warrant', 'C1234', 'C1234', 'P C 1234', 'WPC1234'),
    ...refused('gmp/warrant', '1234', 'CP', 'CW1234X', 'XP1234'),
  ]),
  ...named('letters of an alphabet', [
    ...kept('nca/staff', 'X123', 'X123', 'x 123', 'Staff X123', 'NCA-X123'),
    ...kept('nca/staff', 'YZ12345', 'YZ12345', 'yz-12345', 'NCA staff YZ 12345'),
    ...kept('nca/staff', 'XY123', 'XY123', 'NCA XY123'),
    ...refused('nca/staff', '123', 'A123', 'XA123', 'AX123', 'XYZ123', 'NCA123', 'O123'),
    ...kept('btp/optional', '42', '42', 'P42', 'PC 42', 'p-c-42'),
    ...kept('btp/optional', 'B42', 'B42', 'b42', 'PB42', 'PC B42'),
    ...refused('btp/optional', 'A42', 'C42', 'BT42', 'PBP42', 'BP42'),
  ]),
  ...named('words that leave two readings', [
    ...refused('nca/staff', 'STAFF XY123', 'StaffX Y123', 'NCA STAFFXZ123'),
    ...kept('nca/staff', 'Y123', 'Y123', 'STAFF Y123'),
    ...kept('nca/staff', 'YX123', 'STAFF YX123', 'STAFFX YX123'),
  ]),
  ...named('two numbers', [
    ...refused('kent/collar', '1234/5678', '1234, 5678', '1234;5678', '1234\n5678', '1234 & 5678'),
    ...refused('kent/collar', '1234 or 5678', '1234 (5678)', 'PC 1234 PC 5678', '12345678'),
    ...refused('met/pay', 'A123456 A123457', 'A123456/A123457', 'A123456A123457', 'A123456 123457'),
    ...refused('essex/payroll', '1 2', '12 34', '12-34', '123 456', '1-2-3'),
    ...refused('wide/digits', '1234 5678', '1\t2', '1\r2'),
    ...refused('nca/staff', 'X123 456'),
    ...kept('kent/collar', '1234567'.slice(0, 6), '123 456', '12-3456', '1 2 3 4 5 6'),
    ...kept('nca/staff', 'X12345', 'X12 345', 'X 1234-5'),
  ]),
  ...named('what spreadsheets make of numbers', [
    ...refused('wide/digits', '1.23457E+11', '1.23457e11', '12E34', '1E5', '1234.0', '1,234', '1 234,0', '-1234'),
    ...refused('wide/digits', '="001234"', '=001234', '"001234"', '01/02/2023', '2-Jan', '#N/A', '#REF!', '####'),
    ...refused('wide/digits', '\u2212123', '(1234)', '1234%', '\u00a31234', '12:34', '+441234'),
    ...refused('met/pay', 'A12E345', 'A1.23457E+05', '="A123456"', 'A123456.0'),
    ...kept('wide/digits', '001234', "'001234", '001234'),
  ]),
  ...named('no number', [
    ...refused('kent/collar', '', ' ', '\t', '\r\n', '\u00a0', '\u200b', '-', '--', '..'),
    ...refused('kent/collar', 'N/A', 'n/a', 'NA', 'TBC', 'tbc', 'none', 'unknown', 'nil', '?', '*', 'x', 'NULL', 'see above'),
    ...refused('met/pay', 'N/A', 'TBC', 'A', 'pay', 'pay number', 'Jane Smith', 'AB12 3CD'),
  ]),
  ...named('letters for digits', [
    ...refused('met/pay', 'A12345O', 'AO12345', 'A1234S6', 'A12345l', 'A12345I', 'A123B56'),
    ...refused('kent/collar', 'O1234', '123O', '1234O', '12O4', 'l234', 'I234', '123S'),
    ...refused('psni/service', 'O12345', '01234O'),
  ]),
  ...named('too many or too few', [
    ...refused('met/pay', 'A12345', 'A1234567', '123456', 'AB123456', 'A123456B', '1A23456', '123456A'),
    ...refused('psni/service', '12345', '0123456', '42'),
    ...refused('kent/collar', '123', '1234567', '0001234'),
    ...refused('essex/payroll', '1234567', '0000042'),
    ...refused('wide/letters', 'ABCDEFGH1234567890123456789', 'ABCDEFG12345678901234567890'),
    ...refused('wide/digits', '123456789012345678901'),
  ]),
  ...named('scripts', [
    ...kept('met/pay', 'A123456', 'A\uff11\uff12\uff13\uff14\uff15\uff16', 'A\u0661\u0662\u0663\u0664\u0665\u0666'),
    ...refused('met/pay', '\uff21123456', '\u0410123456', '\u0391123456', 'A12345\u0666', 'A\uff11\uff12\uff13456'),
    ...refused('met/pay', 'A\u0301123456', '\u00c1123456', 'A123456\u00b2', 'A12345\u2076', '\u24b6123456'),
    ...refused('kent/collar', '1\u00b22345', '123\u00b9', '\u0661\u0662\u06f3\u06f4', '\u202e1234', '1\u20e32\u20e33\u20e34\u20e3'),
  ]),
  ...named('length of what was written', [
    ...kept('wide/digits', '1', `${' '.repeat(199)}1`, `${'\u00a0'.repeat(99)} 1`, `${' '.repeat(199)}1\r\n\n`),
    ...refused('wide/digits', `${' '.repeat(200)}1`, `${'\u00a0'.repeat(100)}1`, `1${'\u200b'.repeat(67)}`),
  ]),
];

/** The number with its last digit changed to each of the others. */
const otherChecks = (number) =>
  [...'0123456789'].filter((d) => d !== number.at(-1)).map((d) => number.slice(0, -1) + d);

// Published examples: ISO/IEC 7812's 7992739871 with its 3, card numbers for tests, and ISBNs.
const checks = () => [
  ...named('check digit by Luhn', [
    ...kept('mod/luhn', '79927398713', '79927398713', '7992739-8713', '79927 398713'),
    ...refused('mod/luhn', ...otherChecks('79927398713'), '97927398713', '79927398731', '79927398722'),
    ...kept('mod/luhn', '00000018', '00000018'),
    ...kept('mod/luhn', '00000000', '00000000'),
    ...refused('mod/luhn', '00000081', '12345678', '18', '7992739871'),
    ...kept('cnc/luhn-padded', 'C00000018', 'C18', 'c018', 'C-00000018', 'C 000018', 'C1 8'),
    ...kept('cnc/luhn-padded', 'N00000059', 'N59', 'N0059'),
    ...refused('cnc/luhn-padded', 'C19', 'C81', 'A18', 'C', 'C8', 'C00 18', '18'),
  ]),
  ...named('check digit modulo 11', [
    ...kept('mod/mod-11', '0306406152', '0306406152', 'No. 0306406152', '0-306-40615-2', '0 306 40615 2'),
    ...kept('mod/mod-11', '0198534531', '0198534531', '0-19-853453-1'),
    ...refused('mod/mod-11', ...otherChecks('0306406152'), '0360406152', '0306406125', '306406152', '080442957X'),
    ...refused('mod/mod-11', ...[...'0123456789'].map((d) => `080442957${d}`)), // 0-8044-2957-X
    ...kept('cnc/mod-11-padded', '0306406152', '306406152', '0306406152'),
    ...kept('cnc/mod-11-padded', '0000000019', '19', '0019'),
    ...refused('cnc/mod-11-padded', '18', '91', '50', '60', '306406153', '00306406152', '9'),
  ]),
];

const badRules = () => {
  const bad = (name, reason, made) => ({ name, rule: made, reason });
  return [
    bad('letters the wrong way round', 'BAD_EPOCH', rule([2, 1], [1, 6])),
    bad('nine letters', 'BAD_EPOCH', rule([0, 9], [1, 6])),
    bad('no digit', 'BAD_EPOCH', rule([0, 1], [0, 6])),
    bad('digits the wrong way round', 'BAD_EPOCH', rule([0, 1], [6, 5])),
    bad('21 digits', 'BAD_EPOCH', rule([0, 1], [1, 21])),
    bad('padding beyond the digits', 'BAD_EPOCH', rule([0, 1], [1, 6], { pad: 7 })),
    bad('alphabet in lower case', 'BAD_EPOCH', rule([0, 1], [1, 6], { alphabet: 'ab' })),
    bad('alphabet with a digit', 'BAD_EPOCH', rule([0, 1], [1, 6], { alphabet: 'A0' })),
    bad('alphabet with a letter twice', 'BAD_EPOCH', rule([0, 1], [1, 6], { alphabet: 'ABA' })),
    bad('alphabet without letters', 'BAD_EPOCH', rule([0, 0], [1, 6], { alphabet: 'A' })),
    bad('word that is empty', 'BAD_EPOCH', rule([1, 1], [1, 6], { words: ['PC', ''] })),
    bad('word with a mark', 'BAD_EPOCH', rule([1, 1], [1, 6], { words: ['No.'] })),
    bad('word with a digit', 'BAD_EPOCH', rule([1, 1], [1, 6], { words: ['P1'] })),
    bad('word with a letter of another script', 'BAD_EPOCH', rule([1, 1], [1, 6], { words: ['N\u00b0'] })),
    bad('word of 33 letters', 'BAD_EPOCH', rule([1, 1], [1, 6], { words: ['A'.repeat(33)] })),
    bad('word that a number may begin with', 'BAD_EPOCH', rule([0, 1], [1, 6], { words: ['P'] })),
    bad('word that a number may begin with, in its alphabet', 'BAD_EPOCH', rule([1, 3], [1, 6], { words: ['pc'], alphabet: 'CPX' })),
    bad('word that no number begins with', '', rule([1, 3], [1, 6], { words: ['PC'], alphabet: 'CX' })),
    bad('word longer than a number may have in front', '', rule([1, 2], [1, 6], { words: ['PC'] })),
    bad('check of one digit', 'BAD_EPOCH', rule([0, 0], [1, 6], { check: LUHN })),
    bad('check modulo 11 of eleven digits', 'BAD_EPOCH', rule([0, 0], [2, 11], { check: MOD_11 })),
    bad('check that nobody knows', 'UNKNOWN_RULE', rule([0, 0], [2, 6], { check: 3 })),
    bad('check of 20 digits', '', rule([8, 8], [2, 20], { pad: 20, check: LUHN })),
  ];
};

// Not well-formed UTF-8: as hexadecimal.
const bytes = () =>
  named(
    'not UTF-8',
    ['31323334ff', '31323334c2', 'c0b1323334', '80313233', '31e28032', 'eda0803132', 'f4908080', '31f09f98'].map((hex) => ({
      rule: 'wide/digits',
      hex,
      number: '',
    })),
  );

const escape = (json) => json.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const lines = (values) => values.map((value) => `    ${escape(JSON.stringify(value))}`).join(',\n');

/** The file's text: a case on each line, in ASCII. */
export function makeCanonical() {
  const cases = [...people(), ...checks(), ...bytes(), ...noise()];
  const list = Object.entries(rules).map(([name, value]) => `    "${name}": ${escape(JSON.stringify(value))}`);
  return (
    `{\n  "rules": {\n${list.join(',\n')}\n  },\n  "rule_checks": [\n${lines(badRules())}\n  ],\n` +
    `  "cases": [\n${lines(cases)}\n  ]\n}\n`
  );
}
