/** One side of a duel of predictions: `node predict.ts tessera|onnxruntime`; questions on stdin, answers on stdout. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Network } from '../../app/engine/index.ts';
import { readWeights } from '../../app/formats/weights.ts';
import type { PredictionSetup } from './predictor.ts';

type Answer = () => Promise<Float32Array>;

/** The same pictures on both sides: floats from −1 to 1. */
const pictures = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, at) => ((at * 2654435761) >>> 24) / 127.5 - 1);

async function tessera({ folder, batch, threads }: PredictionSetup): Promise<Answer> {
  const path = join(folder, 'model.safetensors');
  const { graph, tensors, normalisation } = readWeights(readFileSync(path), path);
  const network = Network.compile(graph, {
    seed: 0,
    threads,
    maxBatch: batch,
    normalisation,
    training: false,
  });
  await network.writeParameters(tensors);
  const { channels, height, width } = graph.input;
  const input = {
    data: pictures(batch * channels * height * width),
    shape: [batch, channels, height, width],
  };
  return async () => (await network.forward(input)).data;
}

async function onnxRuntime({ folder, batch, threads }: PredictionSetup): Promise<Answer> {
  const session = await InferenceSession.create(join(folder, 'model.onnx'), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
  });
  const input = new Tensor('float32', pictures(batch * 3 * 224 * 224), [batch, 3, 224, 224]);
  return async () =>
    (await session.run({ [session.inputNames[0] ?? '']: input }, ['logits']))['logits']?.data as Float32Array;
}

const make = process.argv[2] === 'tessera' ? tessera : onnxRuntime;
let answer: Answer | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line) as ({ ask: 'setup' } & PredictionSetup) | { ask: 'run'; seconds: number };
  if (question.ask === 'setup') {
    answer = await make(question);
    const logits = await answer();
    await answer();
    console.log(JSON.stringify([...logits]));
  } else if (answer !== undefined) {
    const begun = performance.now();
    let steps = 0;
    let seconds = 0;
    while (seconds < question.seconds) {
      await answer();
      steps += 1;
      seconds = (performance.now() - begun) / 1000;
    }
    console.log(JSON.stringify({ steps, seconds }));
  }
}
