// Every section of tests/vectors/protocol.json, in the order of docs/protocol.md.
import * as audit from './audit.mjs';
import * as catalogues from './catalogues.mjs';
import * as datasets from './datasets.mjs';
import * as epochs from './epochs.mjs';
import * as evaluation from './evaluation.mjs';
import * as keys from './keys.mjs';
import * as receipts from './receipts.mjs';
import * as signed from './signed.mjs';

export async function makeVectors() {
  const sections = {
    evaluations: await evaluation.evaluations(),
    hedged_nonces: evaluation.hedgedNonces(),
    elements: evaluation.elements(),
    scalars: evaluation.scalars(),
    proofs: evaluation.proofs(),
    epoch_ids: evaluation.epochIds(),
    possessions: epochs.possessions(),
    two_evaluators: epochs.twoEvaluators(),
    epochs: epochs.epochs(),
    buckets: evaluation.buckets(),
    prefixes: evaluation.prefixes(),
    fetch_bits: epochs.fetchBitsTable(),
    questions: epochs.questions(),
    records: datasets.records(),
    bad_records: datasets.badRecords(),
    merges: datasets.merges(),
    seals: datasets.seals(),
    bad_rows: datasets.badRows(),
    dummies: datasets.dummies(),
    datasets: datasets.datasets(),
    prefix_fetches: datasets.prefixFetches(),
    bad_prefix_fetches: datasets.badPrefixFetches(),
    row_rule: datasets.rowRule(),
    keys: signed.keys(),
    signatures: signed.signatures(),
    manifests: signed.manifests(),
    bad_manifests: signed.badManifests(),
    bad_bodies: catalogues.badBodies(),
    files: signed.files(),
    headers: catalogues.headers(),
    delegations: catalogues.delegations(),
    root_changes: catalogues.rootChanges(),
    root_paths: keys.rootPaths(),
    destroyed_keys: keys.destroyedKeys(),
    bad_destroyed_keys: keys.badDestroyedKeys(),
    sealed_keys: keys.sealedKeys(),
    receipts: receipts.receipts(),
    bad_receipts: receipts.badReceipts(),
    catalogue_checks: catalogues.catalogueChecks(),
    chains: catalogues.chains(),
    construction: evaluation.construction(),
    audit_entries: audit.auditEntries(),
    audit_heads: audit.auditHeads(),
    audit_logs: audit.auditLogs(),
  };
  // One case a line: a changed vector is one changed line.
  const lines = Object.entries(sections).map(
    ([name, cases]) => `"${name}": [\n${cases.map((c) => JSON.stringify(c)).join(',\n')}\n]`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}
