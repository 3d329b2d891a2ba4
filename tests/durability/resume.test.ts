import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultTrainSettings, type Split, type TrainSettings } from '../../app/contract/index.ts';
import { chooseGraph } from '../../app/core/model/choose.ts';
import { makePlan } from '../../app/core/training/make-plan.ts';
import type { ManifestEntry } from '../../app/core/training/plan.ts';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { ZipArchive } from '../../app/formats/layouts/zip-archive.ts';
import { imageFile, planFile, runFolder } from '../../app/storage/files.ts';
import { randomOf } from '../fuzz/mutate.ts';

/** How often a run is killed, on each number of threads, and how many steps it has. The long form: 30 and 1000. */
const kills = Number(process.env['TESSERA_RESUME_KILLS'] ?? 2);
const steps = Number(process.env['TESSERA_RESUME_STEPS'] ?? 40);
const seed = Number(process.env['TESSERA_KILL_SEED'] ?? Date.now() % 1_000_000);
const random = randomOf(seed);

const batchSize = 8;
const epochs = 5;
const learned = Math.round(steps / epochs) * batchSize;
const classes = ['airplane', 'automobile', 'bird', 'cat'];
const cifar = fileURLToPath(new URL('../../../shared/data/cifar10-images.zip', import.meta.url));

/** Everything that has a state of its own: batch norm, momentum, an average, a plateau, mixing, balance. */
const settings: TrainSettings = {
  ...defaultTrainSettings,
  model: { kind: 'architecture', name: 'resnet-20' },
  imageSize: 32,
  epochs,
  batchSize,
  optimizer: 'sgd',
  learningRate: 0.02,
  averageDecay: 0.99,
  clipNorm: 5,
  schedule: { kind: 'plateau', factor: 0.5, patience: 0, warmup: 0.5 },
  augment: { flip: 0.5, crop: 0.125, rotate: 5, brightness: 0.2, mixup: 0.2 },
  sampling: 'balanced',
  checkpointSeconds: 0.3,
};

let home: string;
let entries: ManifestEntry[];
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tessera-resume-'));
  entries = await fill(home);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Pictures of CIFAR-10 where they are at hand, otherwise coloured noise. */
async function fill(projectPath: string): Promise<ManifestEntry[]> {
  const each = Math.ceil((learned + 40) / classes.length);
  const files = existsSync(cifar) ? await fromCifar(each) : noise(each);
  return files.map(({ bytes, classIndex }, at) => {
    const hash = createHash('sha256').update(bytes).digest('hex');
    const path = imageFile(projectPath, hash);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    const split: Split = at < learned ? 'train' : 'val';
    return { imageId: at + 1, hash, classIndex, split };
  });
}

async function fromCifar(each: number): Promise<{ bytes: Uint8Array; classIndex: number }[]> {
  await using archive = await ZipArchive.open(cifar);
  const taken = classes.map(() => 0);
  const files = [];
  for (const file of archive.contents.files) {
    const [, split, name = ''] = /(train|test)\/(\w+)\/\d+\.jpg$/.exec(file.name) ?? [];
    const classIndex = classes.indexOf(name);
    if (split !== 'train' || classIndex === -1 || (taken[classIndex] ?? each) >= each) continue;
    taken[classIndex] = (taken[classIndex] ?? 0) + 1;
    files.push({ bytes: await file.read(), classIndex });
  }
  return mixed(files);
}

function noise(each: number): { bytes: Uint8Array; classIndex: number }[] {
  const files = Array.from({ length: each * classes.length }, (_, at) => {
    const classIndex = at % classes.length;
    const pixels = Uint8Array.from(
      { length: 32 * 32 * 3 },
      (_, i) => random() * 120 + (i % 3 === classIndex ? 120 : 0),
    );
    return { bytes: encodePng(pixels, { width: 32, height: 32, channels: 3 }), classIndex };
  });
  return files;
}

/** So that all classes are in both splits. */
function mixed<T>(files: T[]): T[] {
  const each = files.length / classes.length;
  return files.map((_, at) => files[(at % classes.length) * each + Math.floor(at / classes.length)] as T);
}

function addRun(runId: string, threads: number): void {
  const graph = chooseGraph(settings.model, { channels: 3, imageSize: 32, classes: classes.length });
  const input = { runId, settings: { ...settings, threads }, graph, classes, entries };
  const plan = makePlan(input, (text) => createHash('sha256').update(text).digest('hex'));
  mkdirSync(runFolder(home, runId), { recursive: true });
  writeFileSync(planFile(home, runId), JSON.stringify(plan));
}

/** Trains on until it is done, and gives the hash of the weights; null where it was killed so long after its first step. */
async function train(
  runId: string,
  killAfter?: number,
): Promise<{ hash: string | null; ended: number | string | null }> {
  const program = fileURLToPath(new URL('trainee.ts', import.meta.url));
  const child = spawn(process.execPath, [program, home, runId], { stdio: ['ignore', 'pipe', 'inherit'] });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hash: string | null = null;
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
  for await (const line of createInterface({ input: child.stdout })) {
    hash = (JSON.parse(line) as { weightHash?: string }).weightHash ?? hash;
    if (killAfter !== undefined) timer ??= setTimeout(() => child.kill('SIGKILL'), killAfter);
  }
  clearTimeout(timer);
  return { hash, ended: await ended };
}

describe(`a run of ${steps} steps that is killed ${kills} times (seed ${seed})`, () => {
  it.each([1, 2])(
    'ends in the weights of the straight run, on %i threads',
    async (threads) => {
      addRun(`straight-${threads}`, threads);
      const begun = performance.now();
      const straight = await train(`straight-${threads}`);
      expect(straight.hash).toMatch(/^[0-9a-f]{64}$/);
      const whole = performance.now() - begun;

      let killed = 0;
      // A run that is done before it was killed often enough is followed by another one.
      for (let run = 0; run === 0 || killed < kills; run++) {
        const runId = `killed-${threads}-${run}`;
        addRun(runId, threads);
        let hash: string | null = null;
        while (hash === null) {
          const { hash: found, ended } = await train(
            runId,
            killed < kills ? (random() * 1.6 * whole) / (kills + 1) : undefined,
          );
          hash = found;
          if (ended === 'SIGKILL') killed++;
          else expect(ended).toBe(0);
        }
        expect(hash, `run ${run}, after ${killed} kills`).toBe(straight.hash);
      }
      expect(killed).toBe(kills);
    },
    3_600_000,
  );
});
