import { expect, test } from 'vitest';
import { TesseraError, type Job } from '../../../app/contract/index.ts';
import { ExportState } from '../../../renderer/features/export/export-state.svelte.ts';

const written: Job['result'] = {
  kind: 'export',
  path: '/exports/model.onnx',
  bytes: 1234,
  parity: { maxAbsDiff: 1e-6, tolerance: 1e-4, images: 100, judge: 'onnxruntime 1.30.0' },
  parts: [],
  downloads: [{ name: 'model.onnx', url: '/downloads/1' }],
};
const ended = (change: Partial<Job>): Job => ({
  id: 'job-1',
  kind: 'export',
  projectId: 'p',
  title: 'wise-harbor-1',
  status: 'done',
  place: null,
  isPausing: false,
  canPause: false,
  canRetry: false,
  progress: 1,
  eta: null,
  detail: '',
  runId: 'r',
  result: null,
  error: null,
  ...change,
});

/** A screen's state on services whose export ends like this, and what they were asked. */
function stateOn(end: Job) {
  const asked: unknown[] = [];
  const state = new ExportState(
    {
      exports: {
        start: (input) => {
          asked.push(input);
          return Promise.resolve({ jobId: end.id });
        },
      },
      jobs: {
        get: () => Promise.resolve(end),
        list: () => Promise.resolve([end]),
        cancel: () => Promise.resolve(),
      },
    },
    'p',
  );
  return { state, asked };
}

test('leaves the certificate of what was written; a blank place is the project’s own folder', async () => {
  const { state, asked } = stateOn(ended({ result: written }));
  state.out = '  ';
  await state.start('r');
  expect(state.result).toEqual(written);
  expect(state.error).toBeNull();
  state.out = ' /there/model.onnx ';
  await state.start('r');
  expect(asked).toEqual([
    { projectId: 'p', runId: 'r', format: 'onnx' },
    { projectId: 'p', runId: 'r', format: 'onnx', out: '/there/model.onnx' },
  ]);
});

test('says why nothing was kept, and nothing where the person cancelled', async () => {
  const { code, details, message } = new TesseraError('exportDiffers', { difference: 'by 1.0e+0' });
  const refused = stateOn(ended({ status: 'failed', error: { code, details, message } })).state;
  await refused.start('r');
  expect([refused.result, refused.error?.code]).toEqual([null, 'exportDiffers']);
  const cancelled = stateOn(ended({ status: 'cancelled' })).state;
  await cancelled.start('r');
  expect([cancelled.result, cancelled.error]).toEqual([null, null]);
});
