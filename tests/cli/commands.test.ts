import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { architectureName, type Graph } from '../../app/contract/index.ts';
import { buildArchitecture } from '../../app/core/model/architectures.ts';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { CommandLine } from './command-line.ts';
import { npyFile } from './npy-file.ts';

/** The whole way on the X and O sample: each command goes on from what the one before left. */
let cli: CommandLine;
beforeAll(() => {
  cli = new CommandLine();
});
afterAll(() => cli[Symbol.dispose]());

const share = expect.toSatisfy((value) => typeof value === 'number' && value >= 0 && value <= 1) as number;
const positive = expect.toSatisfy((value) => typeof value === 'number' && value > 0) as number;
const runIdPattern = /^\d{8}-\d{6}-[0-9a-f]{6}$/;

/** A picture, one grey byte a pixel, as a PNG. */
const png = (value: (at: number) => number): Uint8Array =>
  encodePng(
    Uint8Array.from({ length: 784 }, (_, at) => value(at)),
    { width: 28, height: 28, channels: 1 },
  );

let runId: string;

describe('create', () => {
  test('makes a project and fills it with a sample', async () => {
    const project = cli.path('xo');
    expect(await cli.json('create', project, '--sample', 'xo')).toEqual([{ project }]);
  });

  test('makes an empty one, and tells people where', async () => {
    const { code, stdout, stderr } = await cli.run('create', 'empty');
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: `Created ${cli.path('empty')}\n`,
    });
  });

  test('refuses a folder that holds something', async () => {
    expect(await cli.failure('create', 'xo')).toBe(
      `${cli.path('xo')} already holds a project or other files. Choose an empty or new folder.`,
    );
  });
});

describe('info', () => {
  test('counts pictures by class and split', async () => {
    const classes = ['X', 'O'].map((name) => ({ name, total: 300, train: 240, val: 30, test: 30 }));
    expect(await cli.json('info', 'xo')).toEqual([{ images: 600, labeled: 600, classes, runs: [] }]);
  });

  test('says that there is no project', async () => {
    expect(await cli.failure('info', 'nowhere')).toBe(
      `There is no Tessera project at ${cli.path('nowhere')}. Create one there first, or choose another folder.`,
    );
  });

  test('reads what another Tessera has open; what would change it is refused', async () => {
    const { child, lines, ended } = cli.start(['train', 'xo', '--epochs', '10000', '--json']);
    await new Promise((resolve) => lines.once('line', resolve));
    expect(await cli.json('info', 'xo')).toMatchObject([{ images: 600, runs: [{}] }]);
    expect(await cli.failure('import', 'xo', cli.path('xo'))).toContain(
      'is open in another Tessera. Close it there',
    );
    child.kill('SIGTERM');
    expect(await ended).toBe(1);
    expect(await cli.json('info', 'xo')).toHaveLength(1);
  });
});

describe('import', () => {
  test('takes a folder of folders, joins duplicates, and skips what is no picture with the reason', async () => {
    for (const name of ['cat', 'dog']) mkdirSync(cli.path('photos', name), { recursive: true });
    for (let index = 0; index < 6; index++) {
      writeFileSync(
        cli.path('photos', 'cat', `${index}.png`),
        png((at) => (at * (index + 2)) % 256),
      );
      writeFileSync(
        cli.path('photos', 'dog', `${index}.png`),
        png((at) => (at * at + index) % 256),
      );
    }
    writeFileSync(cli.path('photos', 'dog', 'again.png'), readFileSync(cli.path('photos', 'dog', '3.png')));
    writeFileSync(cli.path('photos', 'cat', 'torn.png'), 'not a picture');
    const [result] = await cli.json('import', 'empty', 'photos');
    expect(result).toEqual({
      added: 12,
      duplicates: 1,
      skipped: [
        { path: expect.stringContaining('torn.png') as string, reason: expect.any(String) as string },
      ],
      classes: ['cat', 'dog'],
    });
    const [info] = (await cli.json('info', 'empty')) as { labeled: number; classes: { total: number }[] }[];
    expect(info?.labeled).toBe(12);
    expect(info?.classes.map(({ total }) => total)).toEqual([6, 6]);
  });

  test('puts everything into the split that was named', async () => {
    expect(await cli.json('create', 'held back')).toHaveLength(1);
    await cli.json('import', 'held back', 'photos', '--layout', 'folders', '--split', 'test');
    const [info] = (await cli.json('info', 'held back')) as { classes: { total: number; test: number }[] }[];
    expect(info?.classes.map(({ test }) => test)).toEqual([6, 6]);
  });

  test('leaves the originals where they are when asked, and brings them in later', async () => {
    await cli.json('create', 'lean');
    const [imported] = await cli.json('import', 'lean', 'photos/cat', '--reference', '--label', 'cat');
    expect(imported).toMatchObject({ added: 6 });
    expect(existsSync(cli.path('lean', 'images'))).toBe(false);
    const bytes = expect.any(Number) as number;
    expect(await cli.json('bring-in', 'lean')).toEqual([{ images: 6, bytes, skipped: [] }]);
    expect(existsSync(cli.path('lean', 'images'))).toBe(true);
    expect(await cli.json('bring-in', 'lean')).toEqual([{ images: 0, bytes: 0, skipped: [] }]);
  });

  test('takes the columns of a list that were named, and one label for loose files', async () => {
    writeFileSync(cli.path('photos', 'list.csv'), 'id,photo,kind\n1,cat/0.png,Katze\r\n2,dog/0.png,Hund\n');
    await cli.json('create', 'named');
    const columns = ['--file-column', 'photo', '--label-column', 'kind'];
    const [listed] = await cli.json('import', 'named', 'photos/list.csv', ...columns);
    expect(listed).toMatchObject({ added: 2, classes: ['Katze', 'Hund'] });
    const [loose] = await cli.json('import', 'named', 'photos/cat/1.png', '--label', 'Kater');
    expect(loose).toMatchObject({ added: 1, classes: ['Kater'] });
    expect(await cli.failure('import', 'named', 'photos/list.csv', '--label-column', 'species')).toContain(
      'its first row has no column species',
    );
  });

  test.each([
    [['import', 'empty', 'not there'], /not there does not exist\. Check the name/],
    [['import', 'nowhere', 'photos'], /There is no Tessera project at/],
  ])('%j cannot be done', async (args, sentence) => {
    expect(await cli.failure(...args)).toMatch(sentence);
  });

  test('says that a folder holds no pictures, and adds nothing', async () => {
    mkdirSync(cli.path('bare'));
    expect(await cli.failure('import', 'empty', 'bare')).toContain('No pictures were found in');
    const [info] = (await cli.json('info', 'empty')) as { images: number }[];
    expect(info?.images).toBe(12);
  });
});

describe('models', () => {
  test('lists the architectures', async () => {
    const [models] = await cli.json('models');
    expect(models).toHaveLength(architectureName.options.length);
    expect((models as unknown[]).slice(0, 3)).toEqual([
      { name: 'small-cnn', parameters: 421_642, multiplyAdds: 4_241_152, defaultImageSize: 28 },
      { name: 'lenet', parameters: 107_786, multiplyAdds: 693_000, defaultImageSize: 28 },
      { name: 'resnet-20', parameters: 272_186, multiplyAdds: 40_518_272, defaultImageSize: 32 },
    ]);
  });
});

describe('train', () => {
  test('prints a line when it starts, one for each epoch and one at the end', async () => {
    const lines = await cli.json('train', 'xo', '--epochs', '3', '--seed', '5', '--threads', '1');
    const [started, ...rest] = lines as { run: string }[];
    expect(started).toEqual({ event: 'started', run: expect.stringMatching(runIdPattern) as string });
    runId = started?.run ?? '';
    expect(rest).toEqual([
      ...[1, 2, 3].map((epoch) => ({
        event: 'epoch',
        epoch,
        trainLoss: positive,
        trainAccuracy: share,
        valLoss: positive,
        valAccuracy: share,
        imagesPerSecond: positive,
      })),
      {
        event: 'done',
        run: runId,
        bestEpoch: expect.toSatisfy((epoch) => [1, 2, 3].includes(epoch as number)) as number,
        bestValAccuracy: share,
        testAccuracy: share,
        seconds: positive,
        memoryBytes: positive,
        weightHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    ]);
  });

  test('tells people the same in words, on stderr alone', async () => {
    const { code, stdout, stderr } = await cli.run('train', 'xo', '--epochs', '1', '--model', 'lenet');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^[a-z]+-[a-z]+-\d+ \(.+\): lenet, \d+ parameters\nepoch 1 of 1: loss /);
    expect(stderr).toMatch(/\nweights [0-9a-f]{64}\n.* is done after .+ test accuracy [\d.]+ %\n$/);
  });

  test('the same seed and threads give the same numbers', async () => {
    const accuracies = async () => {
      const lines = await cli.json('train', 'xo', '--epochs', '2', '--seed', '9', '--threads', '2');
      return (lines as { event: string; trainLoss?: number }[]).map(({ trainLoss }) => trainLoss);
    };
    expect(await accuracies()).toEqual(await accuracies());
  });

  test('takes a network from a file', async () => {
    const graph = buildArchitecture('lenet', { channels: 1, imageSize: 20, classes: 2 });
    writeFileSync(cli.path('mine.json'), JSON.stringify({ ...graph, name: 'mine' }));
    const lines = await cli.json('train', 'xo', '--model', 'mine.json', '--epochs', '1');
    expect(lines).toHaveLength(3);
    const [info] = (await cli.json('info', 'xo')) as { runs: { model: string }[] }[];
    expect(info?.runs[0]?.model).toBe('mine');
  });

  const fits = buildArchitecture('lenet', { channels: 1, imageSize: 28, classes: 2 });
  test.each<[string, unknown, RegExp]>([
    ['is no JSON', '{', /wrong\.json is not a well-formed JSON file/],
    ['is no network', { layers: [] }, /wrong\.json is not a well-formed network file: name/],
    [
      'has a layer that nobody knows',
      { ...fits, layers: [{ id: 'a', input: 'input', op: 'attention' }] },
      /wrong\.json is not a well-formed network file: layers\.0/,
    ],
    [
      'does not fit together',
      { ...fits, layers: fits.layers.filter(({ op }) => op !== 'flatten') } satisfies Graph,
      /The network does not fit together at layer fc1: it reads flatten1/,
    ],
    [
      'answers for other classes',
      buildArchitecture('lenet', { channels: 1, imageSize: 28, classes: 3 }),
      /at layer fc3: it gives 3, but the last layer must give one number for each of 2 classes/,
    ],
    [
      'takes colour pictures',
      buildArchitecture('lenet', { channels: 3, imageSize: 28, classes: 2 }),
      /at layer input: it takes 3 × 28 × 28, but the pictures are 1 × 28 × 28/,
    ],
  ])('refuses a network file that %s', async (_, content, sentence) => {
    writeFileSync(cli.path('wrong.json'), typeof content === 'string' ? content : JSON.stringify(content));
    expect(await cli.failure('train', 'xo', '--model', 'wrong.json')).toMatch(sentence);
  });

  test.each([
    [
      ['train', 'xo', '--model', 'perceptron'],
      `There is no model called perceptron. Choose one of: ${architectureName.options.join(', ')}.`,
    ],
    [
      ['train', 'xo', '--model', 'not-there.json'],
      'not-there.json does not exist. Check the name and try again.',
    ],
    [['train', 'xo', '--resume', 'nobody'], 'There is no run nobody in this project.'],
  ])('%j cannot be done', async (args, sentence) => {
    expect(await cli.failure(...args)).toBe(sentence);
  });

  test('says that there are too few pictures', async () => {
    await cli.json('create', 'void');
    expect(await cli.failure('train', 'void')).toMatch(/^Training needs at least two classes/);
  });
});

describe('evaluate', () => {
  test('gives accuracy, F1, the classes and the confusion matrix', async () => {
    const [result] = await cli.json('evaluate', 'xo', '--run', runId);
    const perClass = ['X', 'O'].map((name) => ({
      name,
      precision: share,
      recall: share,
      f1: share,
      support: 30,
    }));
    expect(result).toEqual({
      accuracy: share,
      macroF1: share,
      perClass,
      confusion: expect.any(Array) as number[][],
      classes: ['X', 'O'],
    });
    const { confusion, accuracy } = result as { confusion: number[][]; accuracy: number };
    expect(confusion.map((row) => row.reduce((sum, count) => sum + count, 0))).toEqual([30, 30]);
    expect(accuracy).toBe(((confusion[0]?.[0] ?? 0) + (confusion[1]?.[1] ?? 0)) / 60);
  });

  test('takes another split, and a run by its name', async () => {
    const { stderr, code } = await cli.run('evaluate', 'xo', '--split', 'val');
    expect(code).toBe(0);
    const [name = ''] = stderr.split(' ');
    const [byName] = await cli.json('evaluate', 'xo', '--run', name, '--split', 'val');
    expect(byName).toMatchObject({ accuracy: share });
  });

  test('says that nothing was trained yet, or that a split is empty', async () => {
    expect(await cli.failure('evaluate', 'empty')).toContain('There is no run that is finished');
    expect(await cli.failure('evaluate', 'xo', '--run', 'nobody')).toContain('There is no run nobody');
  });
});

describe('predict', () => {
  test('answers for pictures, in their order', async () => {
    const paths = ['photos/cat/1.png', 'photos/dog/2.png'];
    const [answers] = await cli.json('predict', 'xo', ...paths, '--run', runId);
    expect(answers).toEqual(
      paths.map((input) => ({
        input,
        label: expect.toSatisfy((label) => label === 'X' || label === 'O') as string,
        confidence: share,
        scores: { X: share, O: share },
      })),
    );
  });

  test('puts a tensor in untouched and gives raw logits', async () => {
    const data = new Float32Array(3 * 784).map((_, at) => Math.sin(at));
    writeFileSync(cli.path('x.npy'), npyFile([3, 1, 28, 28], data));
    const [result] = await cli.json('predict', 'xo', 'x.npy', '--run', runId);
    const { outputs } = result as { outputs: number[][] };
    expect(outputs).toHaveLength(3);
    for (const row of outputs) expect(row).toEqual([expect.any(Number), expect.any(Number)]);
  });

  test.each([
    [['predict', 'xo', 'gone.png'], /gone\.png does not exist/],
    [['predict', 'xo', 'photos/cat/torn.png'], /torn\.png is not a picture that Tessera can read/],
    [['predict', 'empty', 'photos/cat/1.png'], /There is no run/],
  ])('%j cannot be done', async (args, sentence) => {
    expect(await cli.failure(...args)).toMatch(sentence);
  });

  test('says what shape a tensor must have', async () => {
    const data = new Float32Array(4);
    writeFileSync(cli.path('small.npy'), npyFile([1, 1, 2, 2], data));
    expect(await cli.failure('predict', 'xo', 'small.npy', '--run', runId)).toContain('[N, 1, 28, 28]');
  });
});

describe('export', () => {
  test('writes ONNX, checks it, and what it wrote can be asked', async () => {
    const path = cli.path('model.onnx');
    const [result] = await cli.json(
      'export',
      'xo',
      '--run',
      runId,
      '--format',
      'onnx',
      '--out',
      'model.onnx',
    );
    expect(result).toMatchObject({
      path,
      bytes: readFileSync(path).length,
      parity: { maxAbsDiff: expect.toSatisfy((diff) => (diff as number) <= 1e-4) as number },
    });
    const picture = 'photos/cat/1.png';
    const [[ours], [theirs]] = (await Promise.all([
      cli.json('predict', 'xo', picture, '--run', runId),
      cli.json('predict', 'model.onnx', picture),
    ])) as [[{ label: string; confidence: number }[]], [{ label: string; confidence: number }[]]];
    expect(theirs[0]?.label).toBe(ours[0]?.label);
    expect(theirs[0]?.confidence).toBeCloseTo(ours[0]?.confidence ?? -1, 4);
  });

  test('writes safetensors', async () => {
    await cli.json('export', 'xo', '--run', runId, '--format', 'safetensors', '--out', 'weights.safetensors');
    expect(existsSync(cli.path('weights.safetensors'))).toBe(true);
  });
});
