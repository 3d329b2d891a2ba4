import { describe, expect, test } from 'vitest';
import { layerInputs, type Layer } from '../../../app/contract/index.ts';
import { architectures, buildArchitecture } from '../../../app/core/model/architectures.ts';
import {
  layoutGraph,
  neighbour,
  nodeHeight,
  nodeWidth,
  type GraphLayout,
} from '../../../renderer/charts/graph-layout.ts';

const relu = (id: string, input: string): Layer => ({ id, input, op: 'relu' });
const add = (id: string, ...inputs: string[]): Layer => ({ id, inputs, op: 'add' });
const placeOf = ({ nodes }: GraphLayout, id: string) => {
  const node = nodes.find((each) => each.id === id);
  return node && { row: node.row, lane: node.lane };
};

/** The picture, a split into two branches of two and one layer, and their sum. */
const branched = [relu('a', 'input'), relu('b', 'a'), relu('c', 'b'), relu('d', 'a'), add('sum', 'c', 'd')];

test('branches stand side by side, and meet below the one that began first', () => {
  const layout = layoutGraph(branched);
  expect(placeOf(layout, 'input')).toEqual({ row: 0, lane: 0 });
  expect(placeOf(layout, 'b')).toEqual({ row: 2, lane: 0 });
  expect(placeOf(layout, 'd')).toEqual({ row: 2, lane: 1 });
  expect(placeOf(layout, 'sum')).toEqual({ row: 4, lane: 0 });
});

test('arrows walk along edges and from branch to branch', () => {
  const layout = layoutGraph(branched);
  expect(neighbour(layout, 'a', 'down')).toBe('b');
  expect(neighbour(layout, 'b', 'right')).toBe('d');
  expect(neighbour(layout, 'd', 'left')).toBe('b');
  expect(neighbour(layout, 'd', 'down')).toBe('sum');
  expect(neighbour(layout, 'sum', 'up')).toBe('c');
  // Where a branch begins, sideways leads into it.
  expect(neighbour(layout, 'a', 'right')).toBe('d');
  expect(neighbour(layout, 'sum', 'right')).toBe('d');
  expect(neighbour(layout, 'sum', 'down')).toBeNull();
  expect(neighbour(layout, 'input', 'up')).toBeNull();
});

test('a skip connection has a lane of its own beside what it passes', () => {
  const layout = layoutGraph([relu('a', 'input'), relu('b', 'a'), relu('c', 'b'), add('sum', 'c', 'a')]);
  expect(new Set(layout.nodes.map(({ lane }) => lane))).toEqual(new Set([0]));
  const skip = layout.edges.find(({ from, to }) => from === 'a' && to === 'sum');
  const [first] = layout.nodes;
  expect(skip?.label.x).toBeGreaterThan((first?.x ?? 0) + nodeWidth);
});

test('the longest branch is the one on the left, whichever comes first', () => {
  const layers = [
    relu('a', 'input'),
    relu('side', 'a'),
    relu('b', 'a'),
    relu('c', 'b'),
    add('sum', 'c', 'side'),
  ];
  const layout = layoutGraph(layers);
  expect(placeOf(layout, 'c')).toEqual({ row: 3, lane: 0 });
  expect(placeOf(layout, 'side')).toEqual({ row: 2, lane: 1 });
  expect(placeOf(layout, 'sum')).toEqual({ row: 4, lane: 0 });
});

test('what is not there, or stands later, is left out', () => {
  const layout = layoutGraph([relu('a', 'nothing'), relu('b', 'c'), relu('c', 'a')]);
  expect(layout.nodes.map(({ id }) => id).toSorted()).toEqual(['a', 'b', 'c', 'input']);
  expect(layout.edges.map(({ from, to }) => `${from}-${to}`)).toEqual(['a-c']);
});

describe.each(architectures().map(({ name, defaultImageSize }) => ({ name, defaultImageSize })))(
  '$name',
  ({ name, defaultImageSize }) => {
    const { layers } = buildArchitecture(name, { channels: 3, imageSize: defaultImageSize, classes: 10 });
    const layout = layoutGraph(layers);

    test('has every layer and every edge once, and no two layers in one place', () => {
      expect(layout.nodes.map(({ id }) => id).toSorted()).toEqual(
        ['input', ...layers.map(({ id }) => id)].toSorted(),
      );
      expect(layout.edges.length).toBe(layers.flatMap(layerInputs).length);
      expect(new Set(layout.nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(layout.nodes.length);
      for (const { x, y } of layout.nodes) {
        expect(x + nodeWidth).toBeLessThanOrEqual(layout.width);
        expect(y + nodeHeight).toBeLessThanOrEqual(layout.height);
      }
    });

    test('can be walked from the picture to every layer', () => {
      const seen = new Set(['input']);
      const waiting = ['input'];
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        for (const direction of ['up', 'down', 'left', 'right'] as const) {
          const next = neighbour(layout, id, direction);
          if (next === null || seen.has(next)) continue;
          seen.add(next);
          waiting.push(next);
        }
      }
      expect(layers.filter(({ id }) => !seen.has(id)).map(({ id }) => id)).toEqual([]);
    });
  },
);
