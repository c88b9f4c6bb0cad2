// A lying server is caught, each lie by its own reason; a lie about one dataset leaves the other verdicts alone.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { concat, unhex } from './protocol/bytes.mjs';
import { ORDER, publicKey } from './protocol/oprf.mjs';
import { encodeManifest, sign, signingPublic } from './protocol/signed.mjs';
import { Lookup } from './client/lookup.mjs';
import { connect, encode } from './client/wire.mjs';
import { startServer } from './fake/server.mjs';
import { answerEvaluate, encodeScalar, makeEpoch, numbersOf, sealDataset, World } from './fake/world.mjs';

const NOW = Math.floor(Date.now() / 1000);
let world;
before(() => {
  world = new World(NOW);
});

const present = () => [{ force: 'met', scheme: 'pay', number: world.metSet.people[0].number }];
const absent = [{ force: 'met', scheme: 'pay', number: 'Z999999' }];

async function ask(lies, { w = world, numbers = present(), ...options } = {}) {
  const server = await startServer(w, lies);
  const service = connect(server.address);
  try {
    return await new Lookup(service, options.root ?? w.root, options).check(numbers);
  } finally {
    service.close();
    server.stop();
  }
}

const flip = (bytes, at) => {
  const out = Buffer.from(bytes);
  out[at] ^= 1;
  return out;
};

test('a wrong evaluation', async (t) => {
  const scalar = (bytes) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  const lies = {
    'a proof that is changed': [(a) => ({ ...a, proof: flip(a.proof, 3) }), 'BAD_PROOF'],
    'another key': [(_, q) => answerEvaluate(world.psni, q.blinded), 'BAD_PROOF'],
    'an element sent back as it came': [(a, q) => ({ ...a, evaluated: q.blinded }), 'BAD_PROOF'],
    'a proof scalar not reduced': [
      (a) => ({ ...a, proof: concat(a.proof.subarray(0, 32), encodeScalar(scalar(a.proof.subarray(32)) + ORDER)) }),
      'BAD_SCALAR',
    ],
    'the identity': [(a) => ({ ...a, evaluated: Buffer.alloc(32) }), 'BAD_ELEMENT'],
    'an element not canonical': [(a) => ({ ...a, evaluated: Buffer.alloc(32, 0xff) }), 'BAD_ELEMENT'],
    'no element': [(a) => ({ ...a, evaluated: Buffer.alloc(0) }), 'BAD_RESPONSE'],
    'one element more': [(a) => ({ ...a, evaluated: concat(a.evaluated, a.evaluated) }), 'BAD_RESPONSE'],
    'half a proof': [(a) => ({ ...a, proof: a.proof.subarray(0, 32) }), 'BAD_RESPONSE'],
  };
  for (const [name, [evaluate, reason]] of Object.entries(lies)) {
    await t.test(name, () => assert.rejects(ask({ evaluate }), { reason }));
  }
});

test('a wrong answer to a fetch', async (t) => {
  const change =
    (row) =>
    ({ rows: [answer] }) => ({ rows: [{ ...answer, row: row(answer.row) }] });
  const bucket = 56 * world.metSet.rows;
  // The answer to p = B is one bucket and B siblings.
  const other = (_, { prefix }) => {
    const index = prefix.readUInt32BE(1) ^ 1;
    return {
      rows: [{ dataset_id: world.metSet.datasetId, row: concat(world.metSet.buckets[index], Buffer.alloc(96)) }],
    };
  };
  const lies = {
    'a row changed': [change((row) => flip(row, 60)), 'BAD_PATH'],
    'a record of zeros': [change((row) => concat(Buffer.alloc(56), row.subarray(56))), 'BAD_PATH'],
    'the bucket of others': [other, 'BAD_PATH'],
    'a sibling changed': [change((row) => flip(row, bucket)), 'BAD_PATH'],
    'a path too short': [change((row) => row.subarray(0, -32)), 'BAD_ROW_LENGTH'],
    'a path too long': [change((row) => concat(row, Buffer.alloc(32))), 'BAD_ROW_LENGTH'],
    'rows withheld': [change((row) => concat(row.subarray(0, bucket - 448), row.subarray(bucket))), 'BAD_ROW_LENGTH'],
    'no dataset': [() => ({ rows: [] }), 'MISSING_DATASET'],
    'the dataset twice': [({ rows }) => ({ rows: [...rows, ...rows] }), 'MISSING_DATASET'],
  };
  for (const numbers of [present(), absent]) {
    for (const [name, [fetchBucket, reason]] of Object.entries(lies)) {
      await t.test(`${name}${numbers === absent ? ', for a number that is absent' : ''}`, async () => {
        const verdicts = await ask({ fetchBucket }, { numbers });
        assert.deepEqual([verdicts[0].verdict, verdicts[0].problem.reason], ['NO_ANSWER', reason]);
        assert.equal(verdicts[1].verdict, 'NEEDS_ANOTHER_NUMBER');
      });
    }
  }
  await t.test('another dataset', () =>
    assert.rejects(
      ask({ fetchBucket: ({ rows: [answer] }) => ({ rows: [{ ...answer, dataset_id: world.psniSet.datasetId }] }) }),
      { reason: 'UNEXPECTED_DATASET' },
    ),
  );
});

test('a wrong whole set', async (t) => {
  const four = [1, 2, 3, 4].map((n) => ({ force: 'met', scheme: 'pay', number: `A${n}` })); // more than 3 bits allow
  const lies = {
    'a byte changed': [(file) => flip(file, file.length - 1), ['BAD_DATASET', 'BAD_ROW_ORDER']],
    'cut off': [(file) => file.subarray(0, -56), ['BAD_DATASET']],
    'another dataset': [() => world.psniSet.file, ['BAD_DATASET']],
    nothing: [() => Buffer.alloc(0), ['BAD_DATASET']],
  };
  for (const [name, [download, reasons]] of Object.entries(lies)) {
    await t.test(name, () => assert.rejects(ask({ download }, { numbers: four }), (e) => reasons.includes(e.reason)));
  }
});

test('a wrong catalogue', async (t) => {
  const whole = (change) => ({ getCatalogue: (honest) => ({ ...honest, ...change(honest) }) });
  const another = new World(NOW);
  const lies = {
    'signature changed': [whole((c) => ({ signature: flip(c.signature, 1) })), 'CATALOGUE_WRONGLY_SIGNED'],
    'header changed': [whole((c) => ({ header: flip(c.header, 20) })), 'CATALOGUE_WRONGLY_SIGNED'],
    'content changed': [whole((c) => ({ content: flip(c.content, 99) })), 'CATALOGUE_CONTENT'],
    'delegation changed': [whole((c) => ({ delegation: flip(c.delegation, 30) })), 'BAD_DELEGATION'],
    'delegated by another root': [whole(() => another.signed), 'BAD_DELEGATION'],
    'no header': [whole(() => ({ header: Buffer.alloc(0) })), 'CATALOGUE_MALFORMED'],
  };
  for (const [name, [lie, reason]] of Object.entries(lies)) {
    await t.test(name, () => assert.rejects(ask(lie), { reason }));
  }
  const day = 86400;
  const clocks = { CATALOGUE_EXPIRED: NOW + day + 300, CLOCK_BEHIND: NOW - 301 };
  for (const [reason, now] of Object.entries(clocks)) {
    await t.test(reason, () => assert.rejects(ask({}, { clock: () => now }), { reason }));
  }
  await t.test('within the slack of clocks', async () => {
    for (const now of [NOW + day + 299, NOW - 300])
      assert.equal((await ask({}, { clock: () => now }))[0].verdict, 'EXPOSED');
  });
  await t.test('outside its delegation', async () => {
    const w = new World(NOW);
    w.delegation.notAfter = NOW + day - 1;
    w.issue();
    await assert.rejects(ask({}, { w }), { reason: 'DELEGATION_EXPIRED' });
  });
});

test('a catalogue that contradicts an earlier one', async (t) => {
  const w = new World(NOW);
  w.issue();
  const [one, two] = w.headers;
  const seen = (headerBytes, serial = 3) => ({ seen: { headerBytes, serial } });
  await t.test('the next is believed', async () => {
    assert.equal((await ask({}, { w, numbers: absent, ...seen(one) }))[0].verdict, 'NOT_IN_THIS_DATASET');
  });
  await t.test('older', async () => {
    const rolled = {
      getCatalogue: () => ({ ...w.signed, header: one, signature: sign(w.onlineSeed, 'catalogue', one) }),
    };
    await assert.rejects(ask(rolled, { w, ...seen(two) }), { reason: 'CATALOGUE_ROLLED_BACK' });
  });
  await t.test('forked', () => assert.rejects(ask({}, { w, ...seen(flip(two, 63)) }), { reason: 'CATALOGUE_FORKED' }));
  await t.test('on another branch', () =>
    assert.rejects(ask({}, { w, ...seen(flip(one, 25)) }), { reason: 'CATALOGUE_FORKED' }),
  );
  await t.test('headers in between withheld', () =>
    assert.rejects(ask({ getCatalogueHeaders: () => ({ headers: [] }) }, { w, ...seen(one) }), {
      reason: 'CATALOGUE_FORKED',
    }),
  );
  await t.test('an older delegation', () =>
    assert.rejects(ask({}, { w, ...seen(two, 4) }), { reason: 'DELEGATION_OLD' }),
  );
});

test('a signed catalogue with an entry that is wrong', async (t) => {
  // [what, change of the world before it is signed, reason of the Met verdict]
  const rebuilt = (w, change) => {
    const set = w.metSet;
    const details = encode('exposure.v1.DatasetDetails', {
      incident_id: 'met-2023-supplier',
      mapping: { force: 'met', scheme: 'pay', ...change.mapping },
    });
    const manifest = encodeManifest({
      ...set,
      epochId: w.met.id,
      bucketBits: w.met.bucketBits,
      read: 150,
      indexed: 150,
      merged: 0,
      quarantined: 0,
      sealedAt: NOW - 1000,
      details,
      signer: signingPublic(w.metSeed),
      ...change,
    });
    Object.assign(set.message, { manifest, details, signature: sign(change.seed ?? w.metSeed, 'manifest', manifest) });
  };
  const cases = {
    'fetch_bits larger than the population allows': [
      (w) => {
        w.met.message.schemes[0].population = 1000;
      },
      'FETCH_BITS_TOO_LARGE',
    ],
    'B of 25': [
      (w) => {
        w.met.message.bucket_bits = 25;
      },
      'BAD_BUCKET_BITS',
    ],
    'k of 99': [
      (w) => {
        w.met.message.min_people = 99;
      },
      'BAD_EPOCH',
    ],
    'a rule that is not known': [
      (w) => {
        w.met.message.rule = 2;
      },
      'UNKNOWN_RULE',
    ],
    'a rogue share': [
      (w) => {
        w.met.message.evaluators.push(
          makeEpoch({ force: 'met', scheme: 'pay', rule: null, population: 142 }).message.evaluators[0],
        );
      },
      'DUPLICATE_EVALUATOR',
    ],
    'a share more than the key has': [
      (w) => {
        const [rogue] = makeEpoch({ force: 'met', scheme: 'pay', rule: null, population: 142 }).message.evaluators;
        w.met.message.evaluators.push({ ...rogue, index: 2 });
      },
      'BAD_KEY_SUM',
    ],
    'the key without possession': [
      (w) => {
        w.met.message.evaluators[0].possession_proof = Buffer.alloc(64, 1);
      },
      'BAD_POSSESSION',
    ],
    'another key': [
      (w) => {
        w.met.message.public_key = publicKey(w.psni.key);
      },
      'BAD_KEY_SUM',
    ],
    'a manifest that is not signed': [
      (w) => {
        w.metSet.message.signature = Buffer.alloc(64);
      },
      'BAD_SIGNATURE',
    ],
    'a manifest signed by another custodian': [(w) => rebuilt(w, { seed: w.psniSeed }), 'BAD_SIGNATURE'],
    'a manifest signed for another force': [
      (w) => rebuilt(w, { seed: w.psniSeed, signer: signingPublic(w.psniSeed) }),
      'WRONG_FORCE',
    ],
    'a custodian that nobody names': [
      (w) => {
        w.content.custodians.shift();
      },
      'UNKNOWN_CUSTODIAN',
    ],
    'a revoked custodian': [
      (w) => {
        w.content.custodians[0].revoked = true;
      },
      'REVOKED_CUSTODIAN',
    ],
    'a custodian whose time is over': [
      (w) => {
        w.content.custodians[0].valid_until = NOW - 1001;
      },
      'REVOKED_CUSTODIAN',
    ],
    'rows that do not add up': [(w) => rebuilt(w, { quarantined: 1 }), 'BAD_MANIFEST'],
    'another B than the epoch': [(w) => rebuilt(w, { bucketBits: 2 }), 'BAD_BUCKET_BITS'],
    'another scheme': [(w) => rebuilt(w, { mapping: { scheme: 'warrant' } }), 'WRONG_INCIDENT'],
    'details that are not signed': [
      (w) => {
        w.metSet.message.details = unhex('0a0178');
      },
      'BAD_MANIFEST',
    ],
  };
  for (const [name, [change, reason]] of Object.entries(cases)) {
    await t.test(name, async () => {
      const w = new World(NOW);
      change(w);
      w.issue();
      const verdicts = await ask({}, { w, numbers: absent });
      assert.deepEqual([verdicts[0].verdict, verdicts[0].problem.reason], ['NO_ANSWER', reason]);
      assert.equal(verdicts[1].verdict, 'NEEDS_ANOTHER_NUMBER');
      assert.equal(verdicts[2].verdict, 'CANNOT_BE_CHECKED');
    });
  }
  await t.test('a revoked custodian whose dataset is still good', async () => {
    const w = new World(NOW);
    Object.assign(w.content.custodians[0], { revoked: true, still_good: [w.metSet.datasetId] });
    w.issue();
    assert.equal((await ask({}, { w, numbers: absent }))[0].verdict, 'NOT_IN_THIS_DATASET');
  });
  await t.test('a dataset under another incident', async () => {
    const w = new World(NOW);
    w.metSet.message.incident_id = 'met-2026-announced';
    w.issue();
    const verdicts = await ask({}, { w, numbers: absent });
    for (const v of [verdicts[0], verdicts[4]])
      assert.deepEqual([v.verdict, v.problem.reason], ['NO_ANSWER', 'WRONG_INCIDENT']);
  });
  await t.test('a dataset twice', async () => {
    const w = new World(NOW);
    w.content.datasets.push(w.metSet.message);
    w.issue();
    await assert.rejects(ask({}, { w }), { reason: 'CATALOGUE_MALFORMED' });
  });
});

test('a dataset sealed twice has other salts, tags and keys', () => {
  const again = sealDataset(world.met, world.metSeed, 'met-2023-supplier', numbersOf('A', 100, 150), NOW);
  assert.ok(!again.salt.equals(world.metSet.salt) && !again.root.equals(world.metSet.root));
});
