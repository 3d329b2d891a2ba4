import { describe, expect, test } from 'vitest';
import {
  layerInputs,
  TesseraError,
  type Graph,
  type GraphEdit,
  type Layer,
} from '../../../../app/contract/index.ts';
import { describeGraph } from '../../../../app/core/model/describe.ts';
import { editGraph } from '../../../../app/core/model/editing/edit-graph.ts';
import { surveyGraph } from '../../../../app/core/model/editing/survey.ts';
import { conv2d, graphOf } from '../graphs.ts';
import { graphNamed, target } from './known.ts';

const edited = (graph: Graph, ...edits: GraphEdit[]): Graph =>
  edits.reduce((now, edit) => editGraph(now, edit, target).graph, graph);
const layerOf = (graph: Graph, id: string): Layer => {
  const layer = graph.layers.find((each) => each.id === id);
  if (layer === undefined) throw new Error(`there is no ${id}`);
  return layer;
};
const readsOf = (graph: Graph, id: string): readonly string[] => layerInputs(layerOf(graph, id));
const mistakesOf = (graph: Graph) => surveyGraph(graph, target).mistakes;
const refusalOf = (graph: Graph, edit: GraphEdit): string => {
  try {
    editGraph(graph, edit, target);
  } catch (error) {
    if (error instanceof TesseraError) return `${error.code}: ${String(error.details['reason'])}`;
    throw error;
  }
  return 'it was made';
};

const resnet = graphNamed('resnet-20');
const inception = graphNamed('inception-small');
const withHead = edited(resnet, { kind: 'head', layer: 'stage2.block3.relu2', weight: 0.3 });

describe('inserting', () => {
  test('behind a layer: all that read it read the new one, and the shapes stay', () => {
    const graph = edited(resnet, { kind: 'insert', ops: ['conv2d', 'batchNorm2d'], at: { after: 'relu' } });
    expect(readsOf(graph, 'conv1')).toEqual(['relu']);
    expect(readsOf(graph, 'norm1')).toEqual(['conv1']);
    // The first block reads it twice: by its convolution and by its shortcut.
    expect(readsOf(graph, 'stage1.block1.conv1')).toEqual(['norm1']);
    expect(readsOf(graph, 'stage1.block1.add')).toEqual(['stage1.block1.norm2', 'norm1']);
    expect(layerOf(graph, 'conv1')).toMatchObject({ filters: 16, kernel: [3, 3], bias: false });
    expect(mistakesOf(graph)).toEqual([]);
  });

  test('on one edge alone', () => {
    const at = { before: 'stage1.block1.add', input: 1 };
    const graph = edited(resnet, { kind: 'insert', ops: ['relu'], at });
    expect(readsOf(graph, 'stage1.block1.add')).toEqual(['stage1.block1.norm2', 'relu1']);
    expect(readsOf(graph, 'stage1.block1.conv1')).toEqual(['relu']);
    expect(mistakesOf(graph)).toEqual([]);
  });

  test('behind the last layer: the new one ends the network', () => {
    const graph = edited(resnet, { kind: 'insert', ops: ['dropout'], at: { after: 'fc' } });
    expect(graph.layers.at(-1)?.id).toBe('dropout1');
  });

  test('behind an auxiliary head: the loss is taken of the new one', () => {
    const graph = edited(withHead, { kind: 'insert', ops: ['dropout'], at: { after: 'fc1' } });
    expect(graph.auxiliary).toEqual([{ layer: 'dropout1', weight: 0.3 }]);
    expect(mistakesOf(graph)).toEqual([]);
  });
});

describe('removing', () => {
  test('a layer: what read it reads what it read', () => {
    const graph = edited(resnet, { kind: 'remove', layers: ['stage1.block1.relu1'] });
    expect(readsOf(graph, 'stage1.block1.conv2')).toEqual(['stage1.block1.norm1']);
    expect(mistakesOf(graph)).toEqual([]);
  });

  test('a join: the first branch goes on, and what led only to the others goes', () => {
    const graph = edited(resnet, { kind: 'remove', layers: ['stage2.block1.add'] });
    expect(readsOf(graph, 'stage2.block1.relu2')).toEqual(['stage2.block1.norm2']);
    expect(graph.layers.some(({ id }) => id.startsWith('stage2.block1.shortcut'))).toBe(false);
    expect(mistakesOf(graph)).toEqual([]);
  });

  test('a block as a whole', () => {
    const block = surveyGraph(resnet, target).blocks.find(({ name }) => name === 'stage1.block2');
    const graph = edited(resnet, { kind: 'remove', layers: block?.layers ?? [] });
    expect(graph.layers.some(({ id }) => id.startsWith('stage1.block2'))).toBe(false);
    expect(readsOf(graph, 'stage1.block3.conv1')).toEqual(['stage1.block1.relu2']);
    expect(mistakesOf(graph)).toEqual([]);
  });

  test('what makes the shape leaves a mistake that says what came and what was expected', () => {
    const graph = edited(resnet, { kind: 'remove', layers: ['flatten'] });
    expect(mistakesOf(graph)).toEqual([
      {
        layer: 'fc',
        reason: 'it got 64 × 1 × 1, but expects one row of numbers; put a flatten before it',
        mend: { kind: 'flatten', edit: { kind: 'insert', ops: ['flatten'], at: { before: 'fc', input: 0 } } },
      },
    ]);
  });

  test('the last layer: the one before ends the network; the only one stays', () => {
    expect(edited(resnet, { kind: 'remove', layers: ['fc'] }).layers.at(-1)?.id).toBe('flatten');
    const one = graphOf([1, 1, 4], { id: 'flatten', input: 'input', op: 'flatten' });
    expect(refusalOf(one, { kind: 'remove', layers: ['flatten'] })).toBe(
      'editRefused: a network needs at least one layer',
    );
  });

  test('a last layer whose place nobody can take is refused', () => {
    const graph = graphOf([1, 4, 4], conv2d({ id: 'a' }), conv2d({ id: 'b', input: 'a', kernel: [1, 1] }), {
      id: 'last',
      op: 'add',
      inputs: ['a', 'b'],
    });
    expect(refusalOf(graph, { kind: 'remove', layers: ['last'] })).toBe(
      'editRefused: a would be the last layer, but others read what it gives',
    );
  });
});

describe('changing places', () => {
  test('with the layer before, and back again', () => {
    const up = edited(resnet, { kind: 'move', layer: 'stage1.block1.relu1', by: -1 });
    expect(readsOf(up, 'stage1.block1.relu1')).toEqual(['stage1.block1.conv1']);
    expect(readsOf(up, 'stage1.block1.norm1')).toEqual(['stage1.block1.relu1']);
    expect(readsOf(up, 'stage1.block1.conv2')).toEqual(['stage1.block1.norm1']);
    expect(edited(up, { kind: 'move', layer: 'stage1.block1.relu1', by: 1 })).toEqual(resnet);
  });

  test('what others read stays for them', () => {
    // The first block reads the ReLU twice; now it reads the norm, which stands behind it.
    const up = edited(resnet, { kind: 'move', layer: 'relu', by: -1 });
    expect(readsOf(up, 'stage1.block1.add')).toEqual(['stage1.block1.norm2', 'norm']);
    expect(mistakesOf(up)).toEqual([]);
    expect(refusalOf(resnet, { kind: 'move', layer: 'relu', by: 1 })).toContain('alone reads it');
    expect(refusalOf(resnet, { kind: 'move', layer: 'conv', by: -1 })).toContain('nothing but the picture');
    expect(refusalOf(resnet, { kind: 'move', layer: 'stage1.block1.add', by: 1 })).toContain('branches meet');
  });
});

describe('copying', () => {
  test('a layer stands behind itself', () => {
    const graph = edited(resnet, { kind: 'duplicate', layers: ['stage1.block1.conv1'] });
    expect(readsOf(graph, 'stage1.block1.conv3')).toEqual(['stage1.block1.conv1']);
    expect(readsOf(graph, 'stage1.block1.norm1')).toEqual(['stage1.block1.conv3']);
    expect(mistakesOf(graph)).toEqual([]);
  });

  test('a residual block with its shortcut, under the next free name', () => {
    const block = surveyGraph(resnet, target).blocks.find(({ name }) => name === 'stage3.block2');
    const graph = edited(resnet, { kind: 'duplicate', layers: block?.layers ?? [] });
    expect(readsOf(graph, 'stage3.block4.conv1')).toEqual(['stage3.block2.relu2']);
    expect(readsOf(graph, 'stage3.block4.add')).toEqual(['stage3.block4.norm2', 'stage3.block2.relu2']);
    expect(readsOf(graph, 'stage3.block3.add')).toEqual(['stage3.block3.norm2', 'stage3.block4.relu2']);
    expect(mistakesOf(graph)).toEqual([]);
  });

  test('an inception module; a join by itself is refused', () => {
    const block = surveyGraph(inception, target).blocks.find(({ name }) => name === 'module2');
    const graph = edited(inception, { kind: 'duplicate', layers: block?.layers ?? [] });
    expect(readsOf(graph, 'module11.concat')).toEqual(['module11.one.relu', 'module11.three.relu']);
    expect(mistakesOf(graph)).toEqual([]);
    expect(refusalOf(inception, { kind: 'duplicate', layers: ['module2.concat'] })).toContain(
      'module2.concat has more than one way in or out',
    );
  });
});

describe('branches', () => {
  const skip: Extract<GraphEdit, { kind: 'branch' }> = {
    kind: 'branch',
    from: 'conv1',
    to: 'conv3',
    join: 'add',
    through: [],
  };
  const plain = graphOf(
    [3, 32, 32],
    conv2d({ id: 'conv1', filters: 8, padding: [1, 1, 1, 1] }),
    conv2d({ id: 'conv2', input: 'conv1', filters: 8, padding: [1, 1, 1, 1] }),
    conv2d({ id: 'conv3', input: 'conv2', filters: 8, padding: [1, 1, 1, 1] }),
    { id: 'pool', input: 'conv3', op: 'globalAvgPool' },
    { id: 'flatten', input: 'pool', op: 'flatten' },
    { id: 'fc', input: 'flatten', op: 'dense', units: 4, bias: true },
  );

  test('a skip connection: whoever read the later layer reads the sum', () => {
    const graph = edited(plain, skip);
    expect(readsOf(graph, 'add1')).toEqual(['conv3', 'conv1']);
    expect(readsOf(graph, 'pool')).toEqual(['add1']);
    expect(mistakesOf(graph)).toEqual([]);
    // It does not matter which end is named first.
    expect(edited(plain, { ...skip, from: 'conv3', to: 'conv1' })).toEqual(graph);
  });

  test('concatenating adds channels; a second branch goes into the same join', () => {
    const graph = edited(plain, { ...skip, join: 'concat' });
    const shape = surveyGraph(graph, target).layers.find(({ id }) => id === 'concat1')?.outputShape;
    expect(shape).toEqual([16, 32, 32]);
    const more = edited(graph, { ...skip, from: 'conv2', to: 'concat1', join: 'concat' });
    expect(readsOf(more, 'concat1')).toEqual(['conv3', 'conv1', 'conv2']);
  });

  test('layers can stand on the way', () => {
    const graph = edited(plain, { ...skip, through: ['conv2d', 'batchNorm2d', 'relu'] });
    expect(readsOf(graph, 'add1')).toEqual(['conv3', 'relu1']);
    expect(readsOf(graph, 'conv4')).toEqual(['conv1']);
    expect(mistakesOf(graph)).toEqual([]);
  });

  test('what does not fit says so, and is mended by a 1 × 1 convolution that strides and widens', () => {
    const from = 'stage1.block3.relu2';
    const wrong = edited(resnet, {
      kind: 'branch',
      from,
      to: 'stage2.block3.relu2',
      join: 'add',
      through: [],
    });
    const [mistake] = mistakesOf(wrong);
    expect(mistake).toMatchObject({
      layer: 'add1',
      reason: `stage2.block3.relu2 gives 32 × 16 × 16 and ${from} gives 16 × 32 × 32; only equal shapes can be added`,
      mend: { kind: 'fit', edit: { kind: 'fit', layer: 'add1', input: 1 } },
    });
    const mended = edited(wrong, mistake?.mend?.edit ?? skip);
    expect(mistakesOf(mended)).toEqual([]);
    expect(layerOf(mended, 'conv1')).toMatchObject({ filters: 32, kernel: [1, 1], stride: [2, 2] });
    // The same at once.
    const fitted = edited(resnet, {
      kind: 'branch',
      from,
      to: 'stage2.block3.relu2',
      join: 'add',
      through: 'fit',
    });
    expect(mistakesOf(fitted)).toEqual([]);
  });

  test('cutting a branch off takes what led to it alone, and the join that is left with one', () => {
    const graph = edited(inception, { kind: 'removeInput', layer: 'module1.concat', input: 0 });
    expect(graph.layers.filter(({ id }) => /^module1\.(one|concat)/.test(id))).toEqual([]);
    expect(readsOf(graph, 'module2.one')).toEqual(['module1.three.relu']);
    expect(mistakesOf(graph)).toEqual([]);
  });

  test('reading in a circle, itself or the end is refused', () => {
    const read = (layer: string, from: string): string =>
      refusalOf(plain, { kind: 'read', layer, input: 0, from });
    expect(read('conv1', 'conv3')).toContain('conv1 cannot read conv3, which is computed from it');
    expect(read('conv1', 'conv1')).toContain('conv1 cannot read itself');
    expect(read('conv1', 'fc')).toContain('the loss is taken of what fc gives');
    expect(read('conv1', 'nothing')).toBe('editRefused: it has no layer nothing');
  });

  test('reading a layer that stands later moves both into an order that can run', () => {
    const side = edited(plain, { ...skip, through: ['conv2d'] });
    const graph = edited(side, { kind: 'read', layer: 'conv4', input: 0, from: 'conv2' });
    expect(mistakesOf(graph)).toEqual([]);
    expect(readsOf(graph, 'conv4')).toEqual(['conv2']);
  });
});

describe('settings', () => {
  test('padding that kept the size follows the kernel', () => {
    const conv = layerOf(resnet, 'conv') as Extract<Layer, { op: 'conv2d' }>;
    const wider = edited(resnet, { kind: 'set', layer: { ...conv, kernel: [5, 5] } });
    expect(layerOf(wider, 'conv')).toMatchObject({ kernel: [5, 5], padding: [2, 2, 2, 2] });
    expect(mistakesOf(wider)).toEqual([]);
    const own = edited(resnet, { kind: 'set', layer: { ...conv, padding: [0, 0, 0, 0] } });
    expect(layerOf(own, 'conv')).toMatchObject({ padding: [0, 0, 0, 0] });
  });

  test('another kind takes its place; one that reads more is refused', () => {
    const graph = edited(resnet, { kind: 'replace', layer: 'relu', op: 'tanh' });
    expect(layerOf(graph, 'relu')).toEqual({ op: 'tanh', id: 'relu', input: 'norm' });
    expect(refusalOf(resnet, { kind: 'replace', layer: 'relu', op: 'add' })).toContain(
      'another number of layers',
    );
  });

  test('a new name is known everywhere; a taken one is refused', () => {
    const graph = edited(resnet, { kind: 'rename', layer: 'relu', name: 'first' });
    expect(readsOf(graph, 'stage1.block1.add')).toEqual(['stage1.block1.norm2', 'first']);
    expect(edited(resnet, { kind: 'rename', layer: 'fc', name: 'last' }).layers.at(-1)?.id).toBe('last');
    expect(refusalOf(resnet, { kind: 'rename', layer: 'relu', name: 'norm' })).toContain(
      'another layer is called norm',
    );
    expect(refusalOf(resnet, { kind: 'rename', layer: 'relu', name: 'input' })).toContain('cannot be called');
  });
});

describe('ends', () => {
  test('an auxiliary head is added, weighed and taken away again', () => {
    const graph = withHead;
    expect(graph.auxiliary).toEqual([{ layer: 'fc1', weight: 0.3 }]);
    expect(mistakesOf(graph)).toEqual([]);
    // Prediction leaves it out.
    expect(surveyGraph(graph, target).parameters).toBe(surveyGraph(resnet, target).parameters);
    const heavier = edited(graph, { kind: 'head', layer: 'fc1', weight: 1 });
    expect(heavier.auxiliary).toEqual([{ layer: 'fc1', weight: 1 }]);
    expect(edited(heavier, { kind: 'head', layer: 'fc1', weight: null })).toEqual(resnet);
  });

  test('other classes and pictures are mistakes that are mended by a step', () => {
    const other = { channels: 1, imageSize: 32, classes: 7 };
    let graph = resnet;
    const { mistakes } = surveyGraph(graph, other);
    expect(mistakes.map(({ mend }) => mend?.kind)).toEqual(['pictures', 'classes']);
    for (const { mend } of mistakes) if (mend) graph = editGraph(graph, mend.edit, other).graph;
    expect(surveyGraph(graph, other).mistakes).toEqual([]);
    expect(describeGraph(graph, other).problem).toBeNull();
  });
});

test('behind a mistake the shapes go on, and every mistake is named', () => {
  const graph = edited(
    resnet,
    { kind: 'remove', layers: ['flatten'] },
    { kind: 'branch', from: 'relu', to: 'stage2.block1.relu2', join: 'add', through: [] },
  );
  const { layers, mistakes } = surveyGraph(graph, target);
  expect(mistakes.map(({ layer }) => layer)).toEqual(['add1', 'fc']);
  expect(layers.find(({ id }) => id === 'stage3.block3.relu2')?.outputShape).toEqual([64, 8, 8]);
  expect(layers.find(({ id }) => id === 'fc')?.outputShape).toEqual([4]);
});
