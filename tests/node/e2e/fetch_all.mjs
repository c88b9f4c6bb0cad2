// node e2e/fetch_all.mjs SERVER PROXY FORCE P COMPRESSION: fetches every prefix of P bits of the force's epoch through the
// proxy, each on a connection of its own, and prints how many were answered. The client offers to take gzip and deflate
// (grpc-js always does); with COMPRESSION "sent" it sends gzip itself, which the service does not take.
import grpc from '@grpc/grpc-js';
import { connect, decode, services } from '../client/wire.mjs';
import { concat, u32, u8 } from '../protocol/bytes.mjs';
import { decodeHeader } from '../protocol/signed.mjs';

const [server, proxy, force, bits, compression] = process.argv.slice(2);
const p = Number(bits);

const direct = connect(server);
const catalogue = await direct.getCatalogue({});
direct.close();
const epoch = decode('exposure.v1.CatalogueContent', catalogue.content).epochs.find(
  (e) => e.schemes[0].force === force,
);
const content_hash = decodeHeader(catalogue.header).contentHash;

function fetchOne(value) {
  const client = new services.RecordService(proxy, grpc.credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.max_receive_message_length': 64 << 20,
    'grpc-node.flow_control_window': 8 << 20, // no frame is split for want of a window
    'grpc.default_compression_algorithm': compression === 'sent' ? 2 : 0,
  });
  const request = { content_hash, epoch_id: epoch.epoch_id, prefix: concat(u8(p), u32(value)) };
  return new Promise((resolve, reject) => {
    client.FetchBucket(request, (error, response) => {
      client.close();
      if (error?.code === grpc.status.UNIMPLEMENTED && compression === 'sent') return resolve(false);
      if (error || response.rows.length === 0) return reject(error ?? new Error('an answer without a dataset'));
      return resolve(true);
    });
  });
}

let answered = 0;
for (let value = 0; value < 2 ** p; ++value) answered += await fetchOne(value);
console.log(answered);
