import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import {
  sweepSetting,
  sweepSpec,
  TesseraError,
  type SweepAxis,
  type SweepMethod,
  type SweepRanking,
  type SweepSpace,
  type SweepSpec,
  type TrainSettings,
} from '../../contract/index.ts';

/** What is said of a sweep beside the settings that all its trials begin with. */
export interface SweepOptions {
  try?: SweepSpace;
  method?: SweepMethod['kind'];
  count: number;
  drawSeed: number;
  eta: number;
  leastEpochs: number;
  minutes?: number;
  rankBy?: SweepRanking;
}

/** `learningRate=0.0001..0.1:log:4` or `optimizer=adam,sgd`, added to what was said before. Throws what makes it wrong usage. */
export function axisOf(text: string, before: SweepSpace = {}): SweepSpace {
  const [name = '', given = ''] = text.split('=', 2);
  const setting = sweepSetting.safeParse(name.trim());
  if (!setting.success) {
    throw new InvalidArgumentError(
      `There is no ${name} to try out; known are ${sweepSetting.options.join(', ')}.`,
    );
  }
  return { ...before, [setting.data]: rangeOf(given) ?? valuesOf(given) };
}

function rangeOf(given: string): SweepAxis | null {
  if (!given.includes('..')) return null;
  const [ends = '', scale = 'linear', steps] = given.split(':');
  const [from, to] = ends.split('..').map(Number);
  const isScale = scale === 'linear' || scale === 'log';
  const count = steps === undefined ? undefined : Number(steps);
  const isCount = count === undefined || (Number.isInteger(count) && count >= 2 && count <= 100);
  if (!isScale || !isCount || from === undefined || to === undefined || !Number.isFinite(from + to)) {
    throw new InvalidArgumentError('Give a range as 0.0001..0.1, 0.0001..0.1:log or 0.0001..0.1:log:4.');
  }
  return { from, to, scale, ...(count !== undefined && { steps: count }) };
}

function valuesOf(given: string): SweepAxis {
  const values = given
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  if (values.length === 0) throw new InvalidArgumentError('Give values with commas between, or a range.');
  return values.map((value) => (Number.isFinite(Number(value)) ? Number(value) : value));
}

/**
 * A sweep from the options and, over them, what a file says: `{space, method, minutes, rankBy, settings}`, each of which may be left
 * out. Throws `fileNotFound`, `fileMalformed`; `invalidInput` where it is none.
 */
export async function sweepSpecFrom(
  settings: TrainSettings,
  options: SweepOptions,
  file: string | undefined,
): Promise<SweepSpec> {
  const said = file === undefined ? {} : await readSpec(file);
  const ownSettings = typeof said['settings'] === 'object' ? said['settings'] : {};
  const found = sweepSpec.safeParse({
    space: options.try ?? {},
    method: methodOf(options),
    minutes: options.minutes ?? null,
    rankBy: options.rankBy ?? 'valAccuracy',
    ...said,
    settings: { ...settings, ...ownSettings },
  });
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  const reason = `${issue?.path.join('.')}: ${issue?.message}`;
  throw file === undefined
    ? new TesseraError('invalidInput', { what: 'The sweep', reason })
    : new TesseraError('fileMalformed', { path: file, format: 'sweep', reason });
}

function methodOf({ method = 'random', count, drawSeed, eta, leastEpochs }: SweepOptions): SweepMethod {
  switch (method) {
    case 'grid':
      return { kind: 'grid' };
    case 'random':
      return { kind: 'random', count, seed: drawSeed };
    case 'halving':
      return { kind: 'halving', count, seed: drawSeed, eta, leastEpochs };
  }
}

async function readSpec(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new TesseraError('fileNotFound', { path }, { cause });
  });
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json };
    throw new Error('it holds no object');
  } catch (cause) {
    throw new TesseraError('fileMalformed', { path, format: 'sweep', reason: String(cause) }, { cause });
  }
}
