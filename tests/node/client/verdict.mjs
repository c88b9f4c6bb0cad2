// What is said of each incident (design: never a bare "safe").
import { hex } from '../protocol/bytes.mjs';
import { mergeRows } from '../protocol/record.mjs';
import { BY_NUMBER } from './catalogue.mjs';
import { enumNames } from './wire.mjs';

const STATES = { exposed: 3, possibly_exposed: 2, not_held: 1 }; // the rest is unknown

/** {"exposed": ["name", …], …}. The enum's number is the category's plus one. */
function categories(states) {
  const names = enumNames('Category');
  const nameOf = (c) => names[c + 1]?.replace(/^CATEGORY_/, '').toLowerCase() ?? `category_${c}`;
  const inState = (state) => [...states.keys()].filter((c) => states[c] === state).map(nameOf);
  return Object.fromEntries(Object.entries(STATES).map(([word, state]) => [word, inState(state)]));
}

/**
 * asked: schemes ("met/pay") of the numbers; findings: a list of maps from dataset id (hex) to {record} or {problem}.
 * The answer to several numbers is the union.
 */
export function verdicts(catalogue, asked, findings) {
  return catalogue.incidents.map((notice) => {
    const say = (verdict, more = {}) => ({ incident: notice.incident_id, verdict, ...more });
    if (notice.checkability !== BY_NUMBER) return say('CANNOT_BE_CHECKED');
    const datasets = catalogue.datasets.filter((d) => d.incident === notice.incident_id);
    if (datasets.length === 0) return say('CANNOT_BE_CHECKED_YET');
    const found = datasets.flatMap((d) =>
      d.problem !== null
        ? [{ problem: d.problem }]
        : findings.map((map) => map.get(hex(d.manifest.datasetId))).filter((finding) => finding !== undefined),
    );
    const records = found.map((finding) => finding.record).filter(Boolean);
    if (records.length > 0) return say('EXPOSED', categories(mergeRows(records).states));
    const problem = found.find((finding) => finding.problem !== undefined)?.problem;
    if (problem !== undefined) return say('NO_ANSWER', { reason: problem.reason });
    const needs = datasets.map((d) => d.scheme).filter((scheme) => !asked.has(scheme));
    return needs.length > 0 ? say('NEEDS_ANOTHER_NUMBER', { needs }) : say('NOT_IN_THIS_DATASET');
  });
}
