// The service as its .proto files describe it: messages, and calls that reject with the service's own reason.
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProtocolError } from '../protocol/error.mjs';

const PROTO = process.env.EXPOSURE_PROTO ?? fileURLToPath(new URL('../../../proto', import.meta.url));
const FILES = readdirSync(path.join(PROTO, 'exposure/v1')).filter((name) => name.endsWith('.proto'));
const FORMAT = { keepCase: true, longs: String, enums: Number, defaults: true, arrays: true, objects: true };

const root = new protobuf.Root();
root.resolvePath = (_, target) => path.join(PROTO, target);
root.loadSync(
  [...FILES.map((name) => `exposure/v1/${name}`), 'google/rpc/status.proto', 'google/rpc/error_details.proto'],
  { keepCase: true },
);

/** Decodes a message by its full name; 64-bit numbers become decimal strings. */
export function decode(name, bytes) {
  const type = root.lookupType(name);
  return type.toObject(type.decode(bytes), { longs: String, enums: Number, defaults: true, arrays: true });
}

export function encode(name, object) {
  const type = root.lookupType(name);
  return Buffer.from(type.encode(type.fromObject(object)).finish());
}

/** Number → name of an enum of exposure.v1. */
export const enumNames = (name) => root.lookupEnum(`exposure.v1.${name}`).valuesById;

const definition = loader.loadSync(
  FILES.filter((name) => name.endsWith('_service.proto')).map((name) => `exposure/v1/${name}`),
  { ...FORMAT, includeDirs: [PROTO] },
);
/** The services: CatalogueService, EvaluationService, RecordService, CustodianService. */
export const services = grpc.loadPackageDefinition(definition).exposure.v1;

/** The reason of ErrorInfo, or the gRPC code's name where there is none. */
function reasonOf(error) {
  const [details] = error.metadata?.get('grpc-status-details-bin') ?? [];
  if (details !== undefined) {
    for (const any of decode('google.rpc.Status', details).details) {
      if (any.type_url.endsWith('/google.rpc.ErrorInfo')) return decode('google.rpc.ErrorInfo', any.value).reason;
    }
  }
  return grpc.status[error.code] ?? 'UNKNOWN';
}

const asProtocolError = (error) => new ProtocolError(reasonOf(error), 'the service refused');

/** connect('127.0.0.1:7443') → calls by method name, each with a deadline. */
export function connect(server, seconds = 60) {
  const open = (service) =>
    new services[service](server, grpc.credentials.createInsecure(), { 'grpc.max_receive_message_length': 64 << 20 });
  const clients = Object.fromEntries(
    ['CatalogueService', 'EvaluationService', 'RecordService'].map((name) => [name, open(name)]),
  );
  const deadline = () => ({ deadline: Date.now() + seconds * 1000 });
  const unary = (service, method) => (request) =>
    new Promise((resolve, reject) => {
      clients[service][method](request, deadline(), (error, response) =>
        error ? reject(asProtocolError(error)) : resolve(response),
      );
    });
  return {
    getCatalogue: unary('CatalogueService', 'GetCatalogue'),
    getCatalogueHeaders: unary('CatalogueService', 'GetCatalogueHeaders'),
    evaluate: unary('EvaluationService', 'Evaluate'),
    fetchBucket: unary('RecordService', 'FetchBucket'),
    async downloadDataset(datasetId) {
      const chunks = [];
      try {
        const request = { dataset_id: datasetId, offset: 0 };
        for await (const { data } of clients.RecordService.DownloadDataset(request, deadline())) chunks.push(data);
      } catch (error) {
        throw asProtocolError(error);
      }
      return Buffer.concat(chunks);
    },
    close: () => Object.values(clients).forEach((client) => client.close()),
  };
}
