// What is said of each incident (design: never a bare "safe").
import { hex } from '../protocol/bytes.mjs';
import { ProtocolError } from '../protocol/error.mjs';
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
    const say = (verdict, more = {}) => ({ incident_id: notice.incident_id, verdict, ...more });
    if (notice.checkability !== BY_NUMBER) return say('CANNOT_BE_CHECKED');
    // A dataset that is refused may lie about where it belongs: it takes the answer from both incidents.
    const datasets = catalogue.datasets.filter((d) => [d.incident, d.ownIncident].includes(notice.incident_id));
    const needs = notice.schemes.filter((scheme) => !asked.has(scheme));
    const removed = notice.removed_lists.map((list) => list.scheme);
    const without = (schemes) =>
      schemes.every((scheme) => removed.includes(scheme)) ? 'CANNOT_BE_CHECKED' : 'CANNOT_BE_CHECKED_YET';
    if (datasets.length === 0) return say(without(notice.schemes));
    if (needs.length === notice.schemes.length) return say('NEEDS_ANOTHER_NUMBER', { needs });

    const concerned = datasets.filter((d) => d.problem !== null || asked.has(d.scheme));
    if (concerned.length === 0) return say(without(notice.schemes.filter((scheme) => asked.has(scheme))), { needs });
    const found = concerned.flatMap((d) => {
      if (d.problem !== null) return [{ problem: d.problem }];
      const own = findings.map((map) => map.get(hex(d.manifest.datasetId))).filter((finding) => finding !== undefined);
      return own.length > 0 ? own : [{ problem: new ProtocolError('MISSING_DATASET', 'not looked in') }];
    });
    const records = found.map((finding) => finding.record).filter(Boolean);
    if (records.length > 0) return say('EXPOSED', { categories: categories(mergeRows(records).states) });
    const problem = found.find((finding) => finding.problem !== undefined)?.problem;
    if (problem !== undefined) return say('NO_ANSWER', { problem: { reason: problem.reason } });
    return say('NOT_IN_THIS_DATASET', needs.length > 0 ? { needs } : {});
  });
}
