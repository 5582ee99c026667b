// Calls both services from Node, with the contract's files read by @grpc/proto-loader.
//
// Needs TRAINER and INTERPOLATOR (host:port), PROTO_PATH (folders of .proto files, joined by colons) and REQUESTS (the
// folder of the requests).
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const {after, before, test} = require('node:test');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const PATIENCE = 120_000; // milliseconds until a call that should end counts as hung

const definition = loader.loadSync(
    [
      'plateau/common/v1/server_service.proto',
      'plateau/trainer/v1/training_service.proto',
      'plateau/trainer/v1/checkpoint_pair_service.proto',
      'plateau/interpolator/v1/interpolation_service.proto',
      'google/rpc/status.proto',
      'google/rpc/error_details.proto',
    ],
    {includeDirs: process.env.PROTO_PATH.split(':'), longs: Number, enums: String, defaults: true, oneofs: true});
const {plateau} = grpc.loadPackageDefinition(definition);

const credentials = grpc.credentials.createInsecure();
const client = (Service, address) => new Service(address, credentials);
const trainings = client(plateau.trainer.v1.TrainingService, process.env.TRAINER);
const pairs = client(plateau.trainer.v1.CheckpointPairService, process.env.TRAINER);
const paths = client(plateau.interpolator.v1.InterpolationService, process.env.INTERPOLATOR);
const servers = {
  SERVER_KIND_TRAINER: client(plateau.common.v1.ServerService, process.env.TRAINER),
  SERVER_KIND_INTERPOLATOR: client(plateau.common.v1.ServerService, process.env.INTERPOLATOR),
};

const options = () => ({deadline: Date.now() + PATIENCE});
const request = (name) => JSON.parse(fs.readFileSync(path.join(process.env.REQUESTS, name)));
const pathOf = (pair, changes = {}) =>
    ({spec: {...request('path.json'), ends: {first: {pair: {name: pair}}}, ...changes}});

function call(service, method, message) {
  return new Promise((resolve, reject) => {
    service[method](message, options(), (error, answer) => error ? reject(error) : resolve(answer));
  });
}

async function collect(stream) {
  const items = [];
  for await (const item of stream) {
    items.push(item);
  }
  return items;
}

const watch = async (name) => (await collect(trainings.watchTraining({name}, options())))
    .filter((answer) => answer.item === 'event')
    .map((answer) => answer.event);

// The details of a failed call by their short names.
function details(error) {
  const decode = (type, bytes) => definition[type].deserialize(bytes);
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  const found = {};
  for (const {type_url: type, value} of decode('google.rpc.Status', bytes).details) {
    const name = type.slice(type.lastIndexOf('/') + 1);
    found[name.slice(name.lastIndexOf('.') + 1)] = decode(name, value);
  }
  return found;
}

async function refused(code, reason, promise) {
  const error = await promise.then(() => assert.fail('not refused'), (e) => e);
  assert.equal(error.code, code, error.message);
  const found = details(error);
  assert.equal(found.ErrorInfo.domain, 'plateau');
  assert.equal(found.ErrorInfo.reason, reason);
  return found;
}

let training;
let pair;
let events;

before(async () => {
  const created = (await call(trainings, 'createTraining',
      {...request('training.json'), trainingId: 'node', labels: {client: 'node'}})).training;
  events = await watch(created.name);
  training = (await call(trainings, 'getTraining', {name: created.name})).training;
  pair = (await call(pairs, 'getPair', {name: training.pair})).pair;
});

after(() => [trainings, pairs, paths, ...Object.values(servers)].forEach((service) => service.close()));

test('both servers say what they are', async () => {
  for (const [kind, service] of Object.entries(servers)) {
    const {server} = await call(service, 'getServerInfo', {});
    assert.equal(server.kind, kind);
    assert.match(server.build.version, /^\d+\.\d+\.\d+/);
    assert.ok(server.datasets.includes('mnist-10k'));
  }
});

test('a training is watched to its end', () => {
  assert.deepEqual(events.map((event) => event.number), events.map((event, index) => index + 1));
  const states = events.filter((event) => event.stateChange).map((event) => event.stateChange.newState);
  assert.equal(states.at(-1), 'JOB_STATE_SUCCEEDED');
  assert.equal(events.filter((event) => event.epoch).length, 13);
  assert.equal(training.state, 'JOB_STATE_SUCCEEDED');
  assert.equal(pair.labels.client, 'node');
  assert.ok(pair.finalEnd.trainLoss < 0.5 * pair.initEnd.trainLoss);
});

test('a path starts and ends at the stored values', async () => {
  const items = (await collect(paths.interpolate(pathOf(pair.name), options()))).map((answer) => answer.item);
  const numbered = items.filter((item) => item.item !== 'progress');
  assert.deepEqual(numbered.map((item) => item.sequence), numbered.map((item, index) => index + 1));
  assert.equal(numbered[0].item, 'plan');
  assert.equal(numbered.at(-1).item, 'summary');
  const points = numbered.filter((item) => item.item === 'point').map((item) => item.point);
  for (const scheme of [0, 1]) {
    const curve = new Map(points.filter((point) => point.schemeIndex === scheme).map((point) => [point.alpha, point]));
    assert.equal(curve.size, 11);
    for (const [alpha, end] of [[0, pair.initEnd], [1, pair.finalEnd]]) {
      const {loss, error, samples} = curve.get(alpha);
      assert.ok(Math.abs(loss - end.trainLoss) <= 1e-5 * Math.max(1, end.trainLoss), `${scheme} ${alpha} ${loss}`);
      assert.equal(error, end.trainError);
      assert.equal(samples, 180);
    }
  }
  const {endChecks, curves} = numbered.at(-1).summary;
  assert.deepEqual(endChecks.map((check) => check.status), Array(4).fill('END_CHECK_STATUS_MATCHED'));
  assert.equal(curves.length, 2);
});

test('errors name the fields', async () => {
  const wrong = request('training.json');
  wrong.spec.batchSize = 0;
  const found = await refused(grpc.status.INVALID_ARGUMENT, 'REQUEST_INVALID', call(trainings, 'createTraining', wrong));
  assert.deepEqual(found.BadRequest.fieldViolations.map((violation) => violation.field), ['spec.batch_size']);
  assert.ok(found.BadRequest.fieldViolations[0].description);
  await refused(grpc.status.NOT_FOUND, 'PAIR_NOT_FOUND', collect(paths.interpolate(pathOf('pairs/none'), options())));
});

// Reads a stream, cancels it at the first item that `found` accepts, and answers with the error that ends it.
async function cancelAt(stream, found) {
  try {
    for await (const item of stream) {
      if (found(item)) {
        stream.cancel();
      }
    }
  } catch (error) {
    return error;
  }
  assert.fail('not cancelled');
}

test('a path can be cancelled', async () => {
  const stream = paths.interpolate(pathOf(pair.name, {grid: {uniform: {count: 10_001}}}), options());
  assert.equal((await cancelAt(stream, (answer) => answer.item.point)).code, grpc.status.CANCELLED);
});

test('leaving a watch leaves the training', async () => {
  const {name} = (await call(trainings, 'createTraining', {...request('long-training.json'), trainingId: 'node-long'})).training;
  try {
    const stream = trainings.watchTraining({name}, options());
    assert.equal((await cancelAt(stream, (answer) => answer.event?.epoch)).code, grpc.status.CANCELLED);
    assert.equal((await call(trainings, 'getTraining', {name})).training.state, 'JOB_STATE_RUNNING');
  } finally {
    await call(trainings, 'cancelTraining', {name});
  }
  assert.equal((await watch(name)).at(-1).stateChange.newState, 'JOB_STATE_CANCELLED');
});
