import { expect, test } from 'vitest';
import { GridChoice } from '../../../../renderer/ui/grid/grid-choice.svelte.ts';

/** A grid of ids 100, 101, …, of which the first ten tiles were fetched. */
function choiceOf(): { choice: GridChoice; asked: [number, number][]; told: number[][] } {
  const asked: [number, number][] = [];
  const told: number[][] = [];
  const choice = new GridChoice({
    selection: () => undefined,
    onselection: (chosen) => told.push([...chosen]),
    idAt: (index) => (index < 10 ? 100 + index : undefined),
    idsIn: (first, end) => {
      asked.push([first, end]);
      return Promise.resolve(Array.from({ length: end - first }, (_, at) => 100 + first + at));
    },
  });
  return { choice, asked, told };
}

test('a click chooses one, with Ctrl it adds or takes away, with Shift it reaches from the one before', async () => {
  const { choice, told } = choiceOf();
  await choice.select(2, 'only');
  await choice.select(4, 'toggle');
  await choice.select(2, 'toggle');
  await choice.select(4, 'range');
  await choice.select(1, 'range');
  expect(told).toEqual([[102], [102, 104], [104], [102, 103, 104], [101, 102]]);
});

test('what is fetched is not asked for, the rest is', async () => {
  const { choice, asked } = choiceOf();
  const runs = [
    { first: 1, end: 3 },
    { first: 8, end: 12 },
  ];
  await choice.chooseRuns(runs, new Set([7]));
  expect([...choice.chosen]).toEqual([7, 101, 102, 108, 109, 110, 111]);
  expect(asked).toEqual([[8, 12]]);
});

test('a label goes to the chosen ones where the tile is among them, otherwise to it alone', async () => {
  const { choice } = choiceOf();
  await choice.chooseAll(3);
  expect(choice.targetsAt(1)).toEqual([100, 101, 102]);
  expect(choice.targetsAt(5)).toEqual([105]);
  expect(choice.targetsAt(50)).toEqual([]);
  expect([1, 5, 50].map((index) => choice.targetCountAt(index))).toEqual([3, 1, 0]);
});
