import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Network } from '../../app/engine/index.ts';
import { readOnnxClassifier, withoutPreprocessing } from '../../app/formats/onnx/read.ts';
import { writeOnnx } from '../../app/formats/onnx/write.ts';
import type { ExportedModel } from '../../app/formats/exported-model.ts';
import { writeWeights } from '../../app/formats/weights.ts';
import type { BenchNet } from './nets.ts';
import { Predictor, type PredictionSetup } from './predictor.ts';
import { median, medianInterval } from './statistics.ts';

export interface PredictionResult {
  net: string;
  /** Images a second, medians over the chunks. */
  ours: number;
  theirs: number;
  ratio: number;
  interval: [number, number];
}

interface Options {
  threads: number;
  pairs: number;
  chunkSeconds: number;
}

const program = join(fileURLToPath(new URL('.', import.meta.url)), 'predict.ts');
const classes = Array.from({ length: 10 }, (_, at) => String(at));

/** The network with its first weights, as it would be exported. */
async function modelOf({ graph }: BenchNet): Promise<ExportedModel> {
  const each = new Array<number>(graph.input.channels).fill(0.5);
  const normalisation = { mean: each, std: each };
  using network = Network.compile(graph, {
    seed: 1,
    threads: 1,
    maxBatch: 1,
    normalisation,
    training: false,
  });
  const tensors = await network.readParameters();
  return { graph, tensors, classes, normalisation, origin: { runId: '', dataHash: '', version: '0.0.0' } };
}

/**
 * Tessera and ONNX Runtime answer the same float pictures by the same network, each in a process of its own with as many
 * threads, and take turns. Their answers must agree, so that a wrong one cannot win.
 */
export async function predictionDuel(net: BenchNet, options: Options): Promise<PredictionResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-duel-'));
  try {
    const model = await modelOf(net);
    writeFileSync(join(folder, 'model.safetensors'), writeWeights(model));
    const onnx = readOnnxClassifier(writeOnnx(model, 'model.onnx'), 'model.onnx');
    writeFileSync(join(folder, 'model.onnx'), withoutPreprocessing(onnx));
    const setup: PredictionSetup = { folder, batch: net.batch, threads: options.threads };
    using ours = new Predictor(program, 'tessera');
    using theirs = new Predictor(program, 'onnxruntime');
    checkEqual(net.name, await ours.setUp(setup), await theirs.setUp(setup));
    const pairs: { ours: number; theirs: number }[] = [];
    for (let pair = 0; pair < options.pairs; pair += 1) {
      const first = pair % 2 === 0 ? ours : theirs;
      const one = net.batch * (await first.run(options.chunkSeconds));
      const two = net.batch * (await (first === ours ? theirs : ours).run(options.chunkSeconds));
      pairs.push(first === ours ? { ours: one, theirs: two } : { ours: two, theirs: one });
    }
    const ratios = pairs.map((pair) => pair.ours / pair.theirs);
    return {
      net: net.name,
      ours: median(pairs.map((pair) => pair.ours)),
      theirs: median(pairs.map((pair) => pair.theirs)),
      ratio: median(ratios),
      interval: medianInterval(ratios),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkEqual(net: string, ours: readonly number[], theirs: readonly number[]): void {
  const scale = Math.max(1, ...theirs.map(Math.abs));
  const worst = Math.max(...ours.map((value, at) => Math.abs(value - (theirs[at] ?? NaN))));
  if (!(worst <= 1e-4 * scale)) throw new Error(`${net}: the answers differ by ${worst}, so no speed counts`);
}
