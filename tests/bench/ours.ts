/** Tessera's side of a duel: reads questions on stdin, answers on stdout (see contestant.ts). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  engineInfo,
  Network,
  type LabeledBatch,
  type OptimizerStep,
  type Tensor,
} from '../../app/engine/index.ts';
import type { Chunk, Setup } from './contestant.ts';

const file = (setup: Setup, name: string): ArrayBuffer => {
  const bytes = readFileSync(join(setup.folder, name));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
};

function compile(setup: Setup): Network {
  const channels = setup.graph.input.channels;
  const normalisation = {
    mean: new Array<number>(channels).fill(0.5),
    std: new Array<number>(channels).fill(0.5),
  };
  return Network.compile(setup.graph, {
    seed: 1,
    threads: setup.threads,
    maxBatch: setup.batch,
    normalisation,
    keepsGradients: false,
  });
}

async function writeParameters(network: Network, setup: Setup): Promise<void> {
  const tensors: Record<string, Tensor> = {};
  for (const { name, shape } of network.parameters) {
    tensors[name] = { data: new Float32Array(file(setup, `${name}.f32`)), shape };
  }
  await network.writeParameters(tensors);
}

const sgd = (learningRate: number): OptimizerStep => ({
  kind: 'sgd',
  learningRate,
  momentum: 0.9,
  nesterov: false,
  weightDecay: 0,
});

interface Ready {
  network: Network;
  batch: LabeledBatch;
  optimizer: OptimizerStep;
}

async function setUp(setup: Setup): Promise<Ready & { loss: number }> {
  const network = compile(setup);
  await writeParameters(network, setup);
  const batch: LabeledBatch = {
    pictures: new Uint8Array(file(setup, 'pictures.u8')),
    labels: new Int32Array(file(setup, 'labels.i32')),
    count: setup.batch,
  };
  const optimizer = sgd(setup.learningRate);
  const { loss } = await network.trainStep(batch, optimizer);
  for (let warmUp = 1; warmUp < setup.warmUps; warmUp += 1) await network.trainStep(batch, optimizer);
  return { network, batch, optimizer, loss };
}

async function run({ network, batch, optimizer }: Ready, seconds: number): Promise<Chunk> {
  const begun = performance.now();
  let steps = 0;
  let elapsed = 0;
  while (elapsed < seconds) {
    await network.trainStep(batch, optimizer);
    steps += 1;
    elapsed = (performance.now() - begun) / 1000;
  }
  return { steps, seconds: elapsed };
}

let ready: Ready | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line) as ({ ask: 'setup' } & Setup) | { ask: 'run'; seconds: number };
  if (question.ask === 'setup') {
    ready?.network.dispose();
    const { loss, ...rest } = await setUp(question);
    ready = rest;
    console.log(JSON.stringify({ loss, version: `tessera ${engineInfo().isa}` }));
  } else if (ready !== undefined) {
    console.log(JSON.stringify(await run(ready, question.seconds)));
  }
}
