import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import {
  axisFromText,
  sweepSetting,
  sweepSpec,
  TesseraError,
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
  const axis = axisFromText(given);
  if (axis !== null) return { ...before, [setting.data]: axis };
  throw new InvalidArgumentError('Give values with commas between, or a range as 0.0001..0.1:log.');
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
