import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CommandLine } from './command-line.ts';

const torchFile = (name: string): string => join(import.meta.dirname, '../formats/onnx/torch', name);

/** Each test goes on from what the one before left. */
let cli: CommandLine;
beforeAll(async () => {
  cli = new CommandLine();
  await cli.json('create', 'xo', '--sample', 'xo');
  copyFileSync(torchFile('residual.onnx'), cli.path('residual.onnx'));
});
afterAll(() => cli[Symbol.dispose]());

const residual = {
  name: 'residual',
  format: 'onnx',
  architecture: null,
  input: { channels: 3, height: 16, width: 16 },
  outputs: 5,
  classes: null,
  preprocessing: 'imagenet',
  isAssumed: true,
};

test('a model is brought in, and people are told what was assumed', async () => {
  const [model] = await cli.json('model', 'import', 'xo', 'residual.onnx');
  expect(model).toMatchObject(residual);
  expect(model).toHaveProperty('id', expect.stringMatching(/^m-[0-9a-f]{16}$/));
  const { code, stderr } = await cli.run('model', 'import', 'xo', 'residual.onnx', '--name', 'Second');
  expect(code).toBe(0);
  expect(stderr).toMatch(/^Second: onnx, \d+ parameters, 5 classes, pictures of 16 pixels$/m);
  expect(stderr).toContain('assumed, for the file does not say it (--preprocessing)');
});

test('what it expects its numbers to be can be said', async () => {
  const said = ['--name', 'third', '--preprocessing', 'unit'];
  expect(await cli.json('model', 'import', 'xo', 'residual.onnx', ...said)).toMatchObject([
    { name: 'third', preprocessing: 'unit', isAssumed: false },
  ]);
  expect(
    await cli.wrongUsage('model', 'import', 'xo', 'residual.onnx', '--preprocessing', 'whatever'),
  ).toContain('Allowed choices are imagenet, centred, unit, bytes');
});

test('they are listed, the newest first', async () => {
  const [models] = await cli.json('model', 'list', 'xo');
  expect(models).toMatchObject([{ name: 'third' }, { name: 'Second' }, residual]);
  const { code, stderr } = await cli.run('model', 'list', 'xo');
  expect(code).toBe(0);
  expect(stderr).toMatch(/^model +network +pictures +classes +parameters +size$/m);
  expect(stderr).toMatch(/^third +onnx +16 +5 /m);
});

test('training starts from one by its name, or from a file that is brought in first', async () => {
  const train = ['train', 'xo', '--epochs', '1', '--image-size', '16', '--threads', '1'];
  expect((await cli.json(...train, '--start', 'third')).at(-1)).toMatchObject({ event: 'done' });
  copyFileSync(torchFile('branches.onnx'), cli.path('branches.onnx'));
  expect((await cli.json(...train, '--start', 'branches.onnx')).at(-1)).toMatchObject({ event: 'done' });
  const [models] = await cli.json('model', 'list', 'xo');
  expect(models).toMatchObject([{ name: 'branches' }, {}, {}, {}]);
});

test('one is removed by its name, and what is not there is named', async () => {
  const { code, stderr } = await cli.run('model', 'remove', 'xo', 'third');
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'third was removed.\n' });
  expect(await cli.failure('model', 'remove', 'xo', 'third')).toBe(
    'There is no model third in this project. Bring it in first.',
  );
  expect(readdirSync(cli.path('xo', 'models'))).toHaveLength(6);
});

test('what is no model is refused with the reason, and nothing is left of it', async () => {
  writeFileSync(cli.path('torn.onnx'), 'no network');
  expect(await cli.failure('model', 'import', 'xo', 'torn.onnx')).toMatch(
    /torn\.onnx is not a well-formed ONNX file: it /,
  );
  writeFileSync(cli.path('weights.pt'), Uint8Array.of(0x80, 2, 0x7d));
  expect(await cli.failure('model', 'import', 'xo', 'weights.pt')).toContain('it is a pickle');
  expect(await cli.failure('model', 'import', 'xo', 'nothing.onnx')).toContain('nothing.onnx');
  expect(readdirSync(cli.path('xo', 'models'))).toHaveLength(6);
});
