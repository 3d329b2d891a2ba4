import { expect, test } from 'vitest';
import { TesseraError } from '../../../app/contract/index.ts';
import { CardState } from '../../../renderer/features/export/card-state.svelte.ts';

/** A state on services that keep the card, and what they kept. */
function stateOn(refuses = false) {
  const kept: (string | null)[] = [];
  const api = {
    card: () => Promise.resolve({ text: 'from the run', isEdited: false }),
    saveCard: ({ text }: { text: string | null }) => {
      kept.push(text);
      return refuses
        ? Promise.reject(new TesseraError('projectNotWritable', { path: '/p', reason: 'the disk is full' }))
        : Promise.resolve({ text: text ?? 'from the run', isEdited: text !== null });
    },
  };
  return { state: new CardState(api, { projectId: 'p', runId: 'r' }), kept };
}

test('what was written is kept once, and can be given back to the run', async () => {
  const { state, kept } = stateOn();
  await state.read();
  await state.settle();
  state.text = 'mine';
  await Promise.all([state.settle(), state.settle()]);
  expect(state.card).toEqual({ text: 'mine', isEdited: true });
  expect(new Set(kept)).toEqual(new Set(['mine']));
  await state.reset();
  expect(state.text).toBe('from the run');
});

test('what cannot be kept stays in the field, with the reason', async () => {
  const { state } = stateOn(true);
  await state.read();
  state.text = 'mine';
  await state.settle();
  expect(state.text).toBe('mine');
  expect(state.error?.code).toBe('projectNotWritable');
});
