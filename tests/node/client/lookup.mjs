// One person's question, and many people's: protocol §3.
import { equal, hex } from '../protocol/bytes.mjs';
import { questionBits } from '../protocol/epoch.mjs';
import { demand, ProtocolError } from '../protocol/error.mjs';
import { fetchCatalogue } from './catalogue.mjs';
import { evaluateInputs } from './evaluation.mjs';
import { canonicalise, oprfInput } from './number.mjs';
import { canFetch, fetchRecords, WholeSets } from './records.mjs';
import { verdicts } from './verdict.mjs';

const systemClock = () => Math.floor(Date.now() / 1000);

export class Lookup {
  #service;
  #root;
  #clock;
  #catalogue = null;

  /** seen: {headerBytes, serial} of the newest catalogue known, or null. */
  constructor(service, root, { seen = null, clock = systemClock } = {}) {
    this.#service = service;
    this.#root = root;
    this.#clock = clock;
    this.seen = seen;
  }

  async refresh() {
    this.#catalogue = await fetchCatalogue(this.#service, this.#root, this.seen, this.#clock());
    this.seen = { headerBytes: this.#catalogue.headerBytes, serial: this.#catalogue.serial };
    return this.#catalogue;
  }

  /** numbers: [{force, scheme, number}], of one person. Returns the verdict of each incident. */
  async check(numbers) {
    const catalogue = await this.refresh();
    const question = plan(catalogue, numbers);
    const outputs = await this.#evaluate(question.pairs);
    const find = (current) => this.#find(current, question, outputs);
    let [current, findings] = [catalogue, null];
    try {
      findings = await find(current);
    } catch (error) {
      if (error.reason !== 'STALE_CATALOGUE') throw error;
      current = await this.refresh(); // once; epochs and p stay
      findings = await find(current);
    }
    return verdicts(current, question.schemes, findings);
  }

  /** people: a list of such lists; each gets its verdicts, or {error}. Whole sets: no bucket is revealed. */
  async checkEach(people) {
    const catalogue = await this.refresh();
    const questions = people.map((numbers) => {
      try {
        return plan(catalogue, numbers);
      } catch (error) {
        if (error instanceof ProtocolError) return { error: error.reason, pairs: [] };
        throw error;
      }
    });
    const all = questions.flatMap((question) => question.pairs);
    const outputs = await this.#evaluate(all);
    const sets = new WholeSets(this.#service);
    for (const epoch of new Set(all.map((pair) => pair.epoch))) await sets.load(usable(catalogue, epoch));
    return questions.map(({ error, pairs, schemes }) => {
      if (error !== undefined) return { error };
      const findings = pairs.map((pair) => sets.find(pair.epoch, usable(catalogue, pair.epoch), outputs.get(pair)));
      return { verdicts: verdicts(catalogue, schemes, findings) };
    });
  }

  /** pair → F. */
  async #evaluate(pairs) {
    const outputs = new Map();
    for (const epoch of new Set(pairs.map((pair) => pair.epoch))) {
      const own = pairs.filter((pair) => pair.epoch === epoch);
      const fs = await evaluateInputs(
        this.#service,
        epoch,
        own.map((pair) => pair.input),
      );
      own.forEach((pair, i) => outputs.set(pair, fs[i]));
    }
    return outputs;
  }

  /** A map of findings for each pair. */
  async #find(catalogue, { pairs, p }, outputs) {
    const sets = new WholeSets(this.#service);
    const findings = [];
    for (const pair of pairs) {
      const epoch = catalogue.epochs.find((e) => equal(e.id, pair.epoch.id));
      demand(epoch?.live && epoch.problem === null, 'UNKNOWN_EPOCH', 'the epoch has gone meanwhile');
      const datasets = usable(catalogue, epoch);
      if (datasets.length === 0) continue;
      const f = outputs.get(pair);
      if (canFetch(epoch, datasets, p) && p <= epoch.fetchBits) {
        findings.push(await fetchRecords(this.#service, catalogue, epoch, datasets, f, p));
      } else {
        await sets.load(datasets);
        findings.push(sets.find(epoch, datasets, f));
      }
    }
    return findings;
  }
}

const usable = (catalogue, epoch) =>
  catalogue.datasets.filter((d) => d.problem === null && equal(d.manifest.epochId, epoch.id));

/** The pairs (input, live epoch) of a question, equal inputs once, and p. */
function plan(catalogue, numbers) {
  const inScope = (e, force, scheme) => e.live && e.schemes.some((s) => s.force === force && s.name === scheme);
  const pairs = new Map();
  for (const { force, scheme, number } of numbers) {
    const epochs = catalogue.epochs.filter((e) => inScope(e, force, scheme));
    const known = catalogue.epochs.some((e) => e.live && e.schemes.some((s) => s.force === force));
    demand(known, 'UNKNOWN_FORCE', 'no such force');
    demand(epochs.length > 0, 'UNKNOWN_SCHEME', 'no such scheme');
    for (const epoch of epochs) {
      const { rule } = epoch.schemes.find((s) => s.force === force && s.name === scheme);
      const input = oprfInput(force, scheme, canonicalise(rule, number));
      if (epoch.problem === null) pairs.set(`${hex(epoch.id)} ${input}`, { epoch, input });
    }
  }
  const list = [...pairs.values()];
  const p =
    list.length === 0
      ? 0
      : questionBits(
          list.map((pair) => pair.epoch.fetchBits),
          list.length,
        );
  return { pairs: list, p, schemes: new Set(numbers.map(({ force, scheme }) => `${force}/${scheme}`)) };
}
