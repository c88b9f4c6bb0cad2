// Inputs to F: blinded for each evaluator by itself, evaluated, verified, added (protocol §2).
import { randomBytes } from 'node:crypto';
import { concat } from '../protocol/bytes.mjs';
import { demand } from '../protocol/error.mjs';
import { blindElement, finalizeAll, reduce } from '../protocol/oprf.mjs';

const MOST = 1024; // elements of one call

const split = (bytes) => Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(32 * i, 32 * (i + 1)));

async function askEvaluator(service, epoch, evaluator, inputs) {
  demand(evaluator.address === '', 'BAD_EPOCH', 'this client asks one address only');
  const blinds = inputs.map(() => reduce(randomBytes(64)));
  const blinded = inputs.map((input, i) => blindElement(input, blinds[i]));
  const { evaluated, proof } = await service.evaluate({
    epoch_id: epoch.id,
    blinded: concat(...blinded),
    subject: randomBytes(16),
    idempotency: randomBytes(16),
    upload: Buffer.alloc(0),
  });
  demand(evaluated.length === 32 * inputs.length && proof.length === 64, 'BAD_RESPONSE', 'an answer of another length');
  return { publicKey: evaluator.publicKey, blinds, blinded, evaluated: split(evaluated), proof };
}

/** F of each input, in order. */
export async function evaluateInputs(service, epoch, inputs) {
  const outputs = [];
  for (let from = 0; from < inputs.length; from += MOST) {
    const batch = inputs.slice(from, from + MOST);
    const answers = [];
    for (const evaluator of epoch.evaluators) answers.push(await askEvaluator(service, epoch, evaluator, batch));
    outputs.push(...finalizeAll(batch, answers));
  }
  return outputs;
}
