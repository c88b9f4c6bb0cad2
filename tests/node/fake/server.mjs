// A gRPC server over a World, for testing the client alone. `lies` replaces answers: {getCatalogue, getCatalogueHeaders,
// evaluate, fetchBucket, download}: (honest answer, request) → answer.
import grpc from '@grpc/grpc-js';
import { concat } from '../protocol/bytes.mjs';
import { decodePrefix } from '../protocol/bucket.mjs';
import { prefixRow } from '../protocol/dataset.mjs';
import { ProtocolError } from '../protocol/error.mjs';
import { encode, services } from '../client/wire.mjs';
import { answerEvaluate } from './world.mjs';

function refusal(code, reason) {
  const info = encode('google.rpc.ErrorInfo', { reason, domain: 'exposure.v1' });
  const details = [{ type_url: 'type.googleapis.com/google.rpc.ErrorInfo', value: info }];
  const metadata = new grpc.Metadata();
  metadata.set('grpc-status-details-bin', encode('google.rpc.Status', { code, message: reason, details }));
  return { code, details: reason, metadata };
}

const CODES = { STALE_CATALOGUE: 9, PREFIX_TOO_SHORT: 9, BAD_PREFIX: 3, UNKNOWN_EPOCH: 5, UNKNOWN_DATASET: 5 };
const refuse = (reason) => {
  throw new ProtocolError(reason, 'refused');
};

/** Starts on a free port of loopback. Returns {address, asked, stop}; `asked` lists [method, request]. */
export async function startServer(world, lies = {}) {
  const asked = [];
  const handle = (method, honest) => (call, callback) => {
    asked.push([method, call.request]);
    try {
      const answer = honest(call.request);
      callback(null, lies[method] ? lies[method](answer, call.request) : answer);
    } catch (error) {
      callback(refusal(CODES[error.reason] ?? 13, error.reason));
    }
  };
  const server = new grpc.Server();
  server.addService(services.CatalogueService.service, {
    GetCatalogue: handle('getCatalogue', () => world.signed),
    GetCatalogueHeaders: handle('getCatalogueHeaders', ({ after_version }) => ({
      headers: world.headers.slice(Number(after_version)),
    })),
  });
  server.addService(services.EvaluationService.service, {
    Evaluate: handle('evaluate', ({ epoch_id, blinded }) =>
      answerEvaluate(world.epochOf(epoch_id) ?? refuse('UNKNOWN_EPOCH'), blinded),
    ),
  });
  server.addService(services.RecordService.service, {
    FetchBucket: handle('fetchBucket', ({ content_hash, epoch_id, prefix }) => {
      if (!content_hash.equals(world.contentHash)) refuse('STALE_CATALOGUE');
      const epoch = world.epochOf(epoch_id) ?? refuse('UNKNOWN_EPOCH');
      const { p, value } = decodePrefix(prefix, epoch.message.fetch_bits);
      if (p === 0 && epoch.bucketBits > 0) refuse('PREFIX_TOO_SHORT');
      const sets = world.sets.filter((set) => set.epoch === epoch);
      return {
        rows: sets.map((set) => ({ dataset_id: set.datasetId, row: prefixRow(set, epoch.bucketBits, p, value) })),
      };
    }),
    DownloadDataset: (call) => {
      asked.push(['download', call.request]);
      const set = world.sets.find(({ datasetId }) => datasetId.equals(call.request.dataset_id));
      if (set === undefined) return call.emit('error', refusal(5, 'UNKNOWN_DATASET'));
      const file = lies.download ? lies.download(concat(set.file), call.request) : set.file;
      for (let at = Number(call.request.offset); at < file.length; at += 4096) {
        call.write({ data: file.subarray(at, at + 4096) });
      }
      return call.end();
    },
  });
  const port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, asked, stop: () => server.forceShutdown() };
}
