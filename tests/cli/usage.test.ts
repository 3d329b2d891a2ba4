import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandLine } from './command-line.ts';

let cli: CommandLine;
beforeAll(() => {
  cli = new CommandLine();
});
afterAll(() => cli[Symbol.dispose]());

describe('wrong usage is exit code 2, and says what is wrong', () => {
  test.each([
    [['bake'], "unknown command 'bake'"],
    [['create'], "missing required argument 'project'"],
    [['create', 'x', '--sample', 'mnist'], 'Allowed choices are xo, fashion'],
    [['import', 'x'], "missing required argument 'path'"],
    [['import', 'x', 'y', '--layout', 'heap'], 'Allowed choices are auto'],
    [['import', 'x', 'y', '--split', 'dev'], 'Allowed choices are train, val, test'],
    [['train', 'x', '--epochs', '0'], 'Give a whole number from 1'],
    [['train', 'x', '--epochs', '1.5'], 'Give a whole number'],
    [['train', 'x', '--batch-size', '-1'], 'Give a whole number'],
    [['train', 'x', '--image-size', '4'], 'from 8 to 512'],
    [['train', 'x', '--lr', '0'], 'Give a number above 0'],
    [['train', 'x', '--lr', 'fast'], 'Give a number above 0'],
    [['train', 'x', '--optimizer', 'lion'], 'Allowed choices are sgd, adam, adamw'],
    [['train', 'x', '--resume', 'r', '--epochs', '3'], 'cannot be used with option'],
    [['train', 'x', '--schedule', 'step:0,0.1'], 'step:EVERY,FACTOR'],
    [['train', 'x', '--augment', 'flip=2'], 'flip'],
    [['train', 'x', '--augment', 'wild'], 'drawings'],
    [['train', 'x', '--label-smoothing', '1'], 'from 0 to 0.9'],
    [['train', 'x', '--resume', 'r', '--augment', 'light'], 'cannot be used with option'],
    [['evaluate', 'x', '--split', 'all'], 'Allowed choices are train, val, test'],
    [['predict', 'x'], "missing required argument 'input'"],
    [['predict', 'x', 'a.npy', 'b.png'], 'give one .npy file alone'],
    [['serve', '--port', '70000'], 'from 0 to 65535'],
    [['serve', '--address', '0.0.0.0'], 'Give one IP address of this computer'],
    [['serve', '--address', '::'], 'Give one IP address of this computer'],
    [['train', 'x', '--pretrained', 'everything'], 'Allowed choices are head, all'],
    [['train', 'x', '--pretrained', '--model', 'lenet'], 'cannot be used with'],
    [['serve', '--address', 'localhost'], 'Give one IP address of this computer'],
  ])('%j', async (args, said) => {
    expect(await cli.wrongUsage(...args)).toContain(said);
  });
});

test('help and version are no mistakes', async () => {
  const help = await cli.run('--help');
  expect(help.code).toBe(0);
  for (const name of 'create import info train evaluate predict export serve models bench'.split(' ')) {
    expect(help.stderr).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  }
  const train = await cli.run('train', '--help');
  expect(train).toMatchObject({ code: 0, stdout: '' });
  expect(train.stderr).toContain('--batch-size <n>');
  expect(await cli.run('--version')).toMatchObject({ code: 0 });
});

test('a reader that goes away does not make it fall over', async () => {
  const { child, ended, stderr } = cli.start(['models', '--json']);
  child.stdout.destroy();
  await ended;
  expect(await stderr).toBe('');
});
