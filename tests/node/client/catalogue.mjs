// The catalogue: fetched, verified against the pinned root and the newest one seen before, and read entry by entry. A bad
// entry is refused by itself: its `problem` says why.
import { equal, hex } from '../protocol/bytes.mjs';
import { checkChain, checkSerial, checkSignatures, checkTime } from '../protocol/catalogue.mjs';
import { checkEvaluators, checkPrivacy } from '../protocol/epoch.mjs';
import { demand, ProtocolError } from '../protocol/error.mjs';
import { decodeHeader, decodeManifest, detailsHash, keyId, verify } from '../protocol/signed.mjs';
import { checkRule } from './number.mjs';
import { decode } from './wire.mjs';

const LIVE = 1;
export const BY_NUMBER = 1;

/** null, or the error that `check` threw. */
function problemOf(check) {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

function decodeSigned(name, bytes, reason) {
  try {
    return decode(name, bytes);
  } catch {
    throw new ProtocolError(reason, `${name} does not parse`);
  }
}

function readEpoch(message) {
  const epoch = {
    id: message.epoch_id,
    live: message.state === LIVE,
    bucketBits: message.bucket_bits,
    fetchBits: message.fetch_bits,
    schemes: message.schemes,
    evaluators: message.evaluators.map((e) => ({
      index: e.index,
      publicKey: e.public_key,
      element: e.possession_element,
      proof: e.possession_proof,
      address: e.address,
    })),
  };
  epoch.problem = problemOf(() => {
    checkEvaluators({
      epochId: epoch.id,
      publicKey: message.public_key,
      rule: message.rule,
      evaluators: epoch.evaluators,
    });
    demand(
      message.schemes.every((s) => s.rule !== null),
      'BAD_EPOCH',
      'a scheme has no canonical rule',
    );
    for (const scheme of message.schemes) checkRule(scheme.rule);
    checkPrivacy({
      bucketBits: message.bucket_bits,
      minPeople: message.min_people,
      fetchBits: message.fetch_bits,
      populations: message.schemes.map((scheme) => scheme.population),
    });
  });
  return epoch;
}

function checkSigner(content, manifestBytes, signature, manifest, force) {
  const custodian = content.custodians.find((c) => equal(keyId(c.public_key).subarray(0, 24), manifest.signerId));
  demand(custodian !== undefined, 'UNKNOWN_CUSTODIAN', 'signed by nobody whom the catalogue names');
  demand(
    verify(custodian.public_key, 'manifest', manifestBytes, signature),
    'BAD_SIGNATURE',
    'a manifest is not signed',
  );
  demand(custodian.force === force, 'WRONG_FORCE', 'signed by the custodian of another force');
  const good = !custodian.revoked || custodian.still_good.some((id) => equal(id, manifest.datasetId));
  demand(good, 'REVOKED_CUSTODIAN', 'signed with a revoked key');
  const sealed = manifest.sealedAt;
  demand(
    BigInt(custodian.valid_from) <= sealed && sealed <= BigInt(custodian.valid_until),
    'REVOKED_CUSTODIAN',
    'sealed while its key was not valid',
  );
}

function readDataset(message, content, epochs) {
  const dataset = { incident: message.incident_id, problem: null };
  dataset.problem = problemOf(() => {
    const manifest = decodeManifest(message.manifest);
    Object.assign(dataset, { manifest, manifestBytes: message.manifest });
    demand(equal(detailsHash(message.details), manifest.detailsHash), 'BAD_MANIFEST', 'other details than signed');
    const details = decodeSigned('exposure.v1.DatasetDetails', message.details, 'BAD_MANIFEST');
    demand(details.mapping !== null, 'BAD_MANIFEST', 'the details have no mapping');
    dataset.ownIncident = details.incident_id;
    const { force, scheme } = details.mapping;
    dataset.scheme = `${force}/${scheme}`;
    const notice = content.incidents.find((n) => n.incident_id === message.incident_id);
    demand(
      notice !== undefined &&
        details.incident_id === message.incident_id &&
        notice.force === force &&
        notice.schemes.includes(dataset.scheme),
      'WRONG_INCIDENT',
      'a dataset is listed under another incident',
    );
    const epoch = epochs.find((e) => equal(e.id, manifest.epochId));
    demand(epoch !== undefined && epoch.live, 'UNKNOWN_EPOCH', 'a dataset of no live epoch');
    if (epoch.problem !== null) throw epoch.problem;
    demand(manifest.bucketBits === epoch.bucketBits, 'BAD_BUCKET_BITS', 'another B than the epoch has');
    demand(
      epoch.schemes.some((s) => s.force === force && s.name === scheme),
      'UNKNOWN_SCHEME',
      'not in the scope',
    );
    checkSigner(content, message.manifest, message.signature, manifest, force);
  });
  return dataset;
}

/** Reads content bytes that were verified. */
export function readContent(bytes) {
  const content = decodeSigned('exposure.v1.CatalogueContent', bytes, 'CATALOGUE_MALFORMED');
  const epochs = content.epochs.map(readEpoch);
  const datasets = content.datasets.map((message) => readDataset(message, content, epochs));
  const ids = datasets.filter((d) => d.manifest).map((d) => hex(d.manifest.datasetId));
  demand(new Set(ids).size === ids.length, 'CATALOGUE_MALFORMED', 'a dataset is listed twice');
  return { incidents: content.incidents, epochs, datasets };
}

/**
 * Fetches and verifies. `seen` is what was returned before ({headerBytes, serial}), or null. `now` in Unix seconds.
 */
export async function fetchCatalogue(service, root, seen, now) {
  const c = await service.getCatalogue({});
  const checked = checkSignatures({ ...c, delegationSignature: c.delegation_signature }, root);
  checkTime(checked, now);
  if (seen !== null) {
    checkSerial(checked.delegation, seen.serial);
    const known = decodeHeader(seen.headerBytes).version;
    const newer = checked.header.version > known;
    const { headers } = newer ? await service.getCatalogueHeaders({ after_version: String(known) }) : { headers: [] };
    checkChain(seen.headerBytes, headers, c.header);
  }
  return {
    ...readContent(c.content),
    contentHash: checked.header.contentHash,
    version: checked.header.version,
    headerBytes: c.header,
    serial: checked.delegation.serial,
  };
}
