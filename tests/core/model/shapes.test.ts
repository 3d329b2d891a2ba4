import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TesseraError, type Layer } from '../../../app/contract/index.ts';
import { describeGraph } from '../../../app/core/model/describe.ts';
import { predictionGraph } from '../../../app/core/model/prediction.ts';
import { inferShapes } from '../../../app/core/model/shapes.ts';
import { conv2d, graphOf, maxPool2d } from './graphs.ts';

const outputOf = (shape: readonly [number, number, number], layer: Layer) =>
  inferShapes(graphOf(shape, layer)).at(-1)?.output;

/** The layer and the reason of the refusal. */
function refusal(work: () => unknown): { layer: unknown; reason: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof TesseraError && error.code === 'graphInvalid') {
      return { layer: error.details['layer'], reason: String(error.details['reason']) };
    }
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the output of conv2d', () => {
  it('is 28 × 28 for a 5 × 5 filter on 32 × 32, whatever the channels', () => {
    expect(outputOf([3, 32, 32], conv2d({ filters: 1, kernel: [5, 5] }))).toEqual([1, 28, 28]);
  });

  it('keeps the size with half the kernel as padding', () => {
    expect(outputOf([3, 32, 20], conv2d({ filters: 8, kernel: [3, 5], padding: [1, 2, 1, 2] }))).toEqual([
      8, 32, 20,
    ]);
  });

  it('of AlexNet’s first layer is 55 × 55: (224 + 4 − 11) / 4 rounded down, plus 1', () => {
    const layer = conv2d({ filters: 64, kernel: [11, 11], stride: [4, 4], padding: [2, 2, 2, 2] });
    expect(outputOf([3, 224, 224], layer)).toEqual([64, 55, 55]);
  });

  it('counts each side of the padding and each axis for itself', () => {
    const layer = conv2d({ kernel: [2, 3], stride: [2, 1], padding: [1, 0, 0, 2] });
    // Height (5 + 1 − 2) / 2 + 1 = 3, width (6 + 2 − 3) / 1 + 1 = 6.
    expect(outputOf([1, 5, 6], layer)).toEqual([1, 3, 6]);
  });

  it('spreads its window by the dilation', () => {
    expect(outputOf([1, 9, 9], conv2d({ dilation: [2, 4] }))).toEqual([1, 5, 1]);
  });

  it('is how often the window can be put down, counted one by one', () => {
    const side = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(
        side,
        fc.nat(3),
        fc.nat(3),
        side,
        side,
        side,
        (size, before, after, kernel, stride, dilation) => {
          const extent = dilation * (kernel - 1) + 1;
          let positions = 0;
          for (let at = -before; at + extent <= size + after; at += stride) positions++;
          const layer = conv2d({
            kernel: [kernel, 1],
            stride: [stride, 1],
            dilation: [dilation, 1],
            padding: [before, 0, after, 0],
          });
          const infer = () => outputOf([1, size, 1], layer);
          if (positions === 0) expect(refusal(infer).reason).toContain('is larger than');
          else expect(infer()).toEqual([1, positions, 1]);
        },
      ),
    );
  });
});

describe('the output of pooling', () => {
  it('is half the size for a window of 2 × 2, and rounds down', () => {
    expect(outputOf([6, 28, 28], maxPool2d())).toEqual([6, 14, 14]);
    expect(outputOf([6, 7, 7], maxPool2d())).toEqual([6, 3, 3]);
  });

  it('overlaps with a window of 3 and a stride of 2', () => {
    expect(outputOf([64, 55, 55], maxPool2d({ window: [3, 3] }))).toEqual([64, 27, 27]);
  });

  it('in ceil mode has one more window over the edge, where that begins in the picture', () => {
    expect(outputOf([6, 7, 8], maxPool2d({ ceilMode: true }))).toEqual([6, 4, 4]);
    // GoogLeNet's: 112 → 56, where without it would be 55.
    const googLeNet = maxPool2d({ window: [3, 3], ceilMode: true });
    expect(outputOf([64, 112, 112], googLeNet)).toEqual([64, 56, 56]);
    // The third window of the height would begin in the padding behind the picture.
    expect(outputOf([1, 4, 4], maxPool2d({ stride: [5, 3], padding: [1, 0], ceilMode: true }))).toEqual([
      1, 1, 2,
    ]);
  });

  it('of global averages is one number a channel', () => {
    expect(outputOf([5, 3, 4], { id: 'gap', input: 'input', op: 'globalAvgPool' })).toEqual([5, 1, 1]);
  });
});

describe('the other layers', () => {
  it('frame pictures, each side for itself', () => {
    const pad = (...padding: [number, number, number, number]): Layer => ({
      id: 'p',
      input: 'input',
      op: 'pad2d',
      padding,
    });
    expect(outputOf([3, 4, 5], pad(1, 2, 3, 0))).toEqual([3, 8, 7]);
    expect(refusal(() => outputOf([3, 4, 5], pad(0, -1, 0, 0))).reason).toBe('padding cannot be negative');
  });

  it('take the softmax of a row only', () => {
    const softmax: Layer = { id: 's', input: 'input', op: 'softmax' };
    expect(refusal(() => outputOf([3, 4, 5], softmax)).reason).toContain('put a flatten before it');
  });

  it('flatten 2 × 2 × 3 to 12, and leave shapes alone where they change numbers only', () => {
    expect(outputOf([3, 2, 2], { id: 'f', input: 'input', op: 'flatten' })).toEqual([12]);
    for (const op of ['relu', 'sigmoid', 'tanh'] as const) {
      expect(outputOf([3, 2, 2], { id: 'a', input: 'input', op })).toEqual([3, 2, 2]);
    }
  });

  it('may read any layer before them', () => {
    const graph = graphOf([1, 8, 8], conv2d({ id: 'a' }), maxPool2d({ id: 'b', input: 'a' }), {
      id: 'c',
      input: 'a',
      op: 'flatten',
    });
    expect(inferShapes(graph).map(({ output }) => output)).toEqual([[1, 6, 6], [1, 3, 3], [36]]);
  });
});

describe('a network that does not fit', () => {
  it.each<[string, Layer, string]>([
    ['a window larger than what it gets', conv2d({ kernel: [9, 3] }), '9 × 3 is larger than the 8 × 8'],
    ['groups that do not divide', conv2d({ groups: 2 }), 'cannot be divided into 2 groups'],
    ['negative padding', conv2d({ padding: [0, -1, 0, 0] }), 'cannot be negative'],
    ['pooling over padding alone', maxPool2d({ padding: [2, 0] }), 'half of the window'],
    [
      'dense on planes',
      { id: 'fc', input: 'input', op: 'dense', units: 2, bias: true },
      'put a flatten before it',
    ],
    ['a layer that is not there', maxPool2d({ input: 'nowhere' }), 'nowhere, which does not come before it'],
    ['a layer that reads itself', maxPool2d({ input: 'pool' }), 'does not come before it'],
  ])('%s', (_, layer, reason) => {
    const found = refusal(() => outputOf([1, 8, 8], layer));
    expect(found.layer).toBe(layer.id);
    expect(found.reason).toContain(reason);
  });

  it('two layers of one name', () => {
    const found = refusal(() => inferShapes(graphOf([1, 8, 8], conv2d(), conv2d({ input: 'conv' }))));
    expect(found).toEqual({ layer: 'conv', reason: 'another layer has the same name' });
  });

  it('planes after flatten', () => {
    const flat: Layer = { id: 'f', input: 'input', op: 'flatten' };
    const found = refusal(() => inferShapes(graphOf([1, 8, 8], flat, conv2d({ input: 'f' }))));
    expect(found.reason).toContain('expects channels × height × width');
  });
});

describe('auxiliary heads', () => {
  const target = { channels: 1, imageSize: 8, classes: 3 };
  const dense = (id: string, input: string, units = 3): Layer => ({
    id,
    input,
    op: 'dense',
    units,
    bias: true,
  });
  const flat = (id: string, input: string): Layer => ({ id, input, op: 'flatten' });
  const trunk = conv2d({ id: 'trunk' });
  const side = [maxPool2d({ id: 'side-pool', input: 'trunk' }), flat('side-flat', 'side-pool')];
  const main = [flat('flat', 'trunk'), dense('fc', 'flat')];
  const graph = graphOf([1, 8, 8], trunk, ...side, dense('side-fc', 'side-flat'), ...main);
  const problem = (auxiliary: string[], from = graph) =>
    describeGraph({ ...from, auxiliary: auxiliary.map((layer) => ({ layer, weight: 0.3 })) }, target).problem;

  it('are listed, but not counted and not part of prediction', () => {
    const withHead = { ...graph, auxiliary: [{ layer: 'side-fc', weight: 0.3 }] };
    const described = describeGraph(withHead, target);
    expect(described.problem).toBeNull();
    expect(described.layers.map(({ id }) => id)).toContain('side-fc');
    const alone = graphOf([1, 8, 8], trunk, ...main);
    expect(predictionGraph(withHead)).toEqual(alone);
    const { parameters, multiplyAdds } = describeGraph(alone, target);
    expect(described).toMatchObject({ parameters, multiplyAdds });
  });

  it('must give a number for each class, stand at an end, and be there', () => {
    expect(problem([])?.reason).toBe('no layer reads what it gives');
    expect(problem(['side-fc', 'trunk'])).toMatchObject({
      layer: 'trunk',
      reason: expect.stringMatching(/no layer may read it/),
    });
    expect(problem(['side-fc', 'fc'])).toMatchObject({
      layer: 'fc',
      reason: expect.stringMatching(/no second loss/),
    });
    expect(problem(['side-fc', 'nowhere'])).toMatchObject({
      layer: 'nowhere',
      reason: expect.stringMatching(/no layer of this name/),
    });
    const wide = graphOf([1, 8, 8], trunk, ...side, dense('side-fc', 'side-flat', 4), ...main);
    expect(problem(['side-fc'], wide)).toMatchObject({
      layer: 'side-fc',
      reason: expect.stringMatching(/each of 3 classes/),
    });
  });
});

describe('layers that join branches', () => {
  const wide = conv2d({ id: 'wide', filters: 3, padding: [1, 1, 1, 1] });
  const narrow = conv2d({ id: 'narrow', filters: 2, padding: [1, 1, 1, 1] });
  const small = maxPool2d({ id: 'small' });
  const joined = (op: 'add' | 'concat', ...inputs: string[]): Layer => ({ id: 'join', op, inputs });
  const shapesOf = (...layers: Layer[]) => inferShapes(graphOf([2, 8, 6], ...layers));

  it('lay channels side by side', () => {
    const shapes = shapesOf(wide, narrow, joined('concat', 'wide', 'input', 'narrow'));
    expect(shapes.at(-1)).toMatchObject({
      inputs: [
        [3, 8, 6],
        [2, 8, 6],
        [2, 8, 6],
      ],
      output: [7, 8, 6],
    });
  });

  it('add what has one shape, pictures and rows', () => {
    expect(shapesOf(narrow, joined('add', 'narrow', 'input', 'input')).at(-1)?.output).toEqual([2, 8, 6]);
    const flat: Layer = { id: 'flat', input: 'input', op: 'flatten' };
    expect(shapesOf(flat, joined('add', 'flat', 'flat')).at(-1)?.output).toEqual([96]);
  });

  it('refuse what does not fit, and say what came', () => {
    expect(refusal(() => shapesOf(wide, narrow, joined('add', 'wide', 'narrow')))).toEqual({
      layer: 'join',
      reason: 'wide gives 3 × 8 × 6 and narrow gives 2 × 8 × 6; only equal shapes can be added',
    });
    expect(refusal(() => shapesOf(wide, small, joined('concat', 'wide', 'small'))).reason).toBe(
      'wide gives 3 × 8 × 6 and small gives 2 × 4 × 3; only pictures of one size can be laid together',
    );
    const flat: Layer = { id: 'flat', input: 'wide', op: 'flatten' };
    expect(refusal(() => shapesOf(wide, flat, joined('concat', 'wide', 'flat'))).reason).toMatch(
      /144 numbers/,
    );
    expect(refusal(() => shapesOf(wide, joined('add', 'wide', 'later'))).reason).toMatch(
      /later, which does not/,
    );
  });

  it('multiply equal shapes, or each channel by one number', () => {
    const means: Layer = { id: 'means', input: 'input', op: 'globalAvgPool' };
    const product = (...inputs: string[]): Layer => ({ id: 'product', op: 'mul', inputs });
    expect(shapesOf(means, product('input', 'means')).at(-1)?.output).toEqual([2, 8, 6]);
    expect(shapesOf(narrow, product('input', 'narrow')).at(-1)?.output).toEqual([2, 8, 6]);
    const refused = (...layers: Layer[]) => refusal(() => shapesOf(...layers)).reason;
    expect(refused(means, product('means', 'input'))).toMatch(
      /2 × 1 × 1 and input gives 2 × 8 × 6; the second/,
    );
    expect(refused(wide, product('input', 'wide'))).toMatch(/one number for each of its channels/);
    expect(refused(narrow, product('input', 'narrow', 'input'))).toBe('it needs exactly two inputs');
  });

  it('leave nothing that leads nowhere', () => {
    const logits: Layer[] = [
      { id: 'flat', input: 'input', op: 'flatten' },
      { id: 'fc', input: 'flat', op: 'dense', units: 4, bias: true },
    ];
    const target = { channels: 2, imageSize: 8, classes: 4 };
    const graph = graphOf([2, 8, 8], wide, ...logits);
    expect(describeGraph(graph, target).problem).toEqual({
      layer: 'wide',
      reason: 'no layer reads what it gives',
    });
    expect(describeGraph(graphOf([2, 8, 8], ...logits), target).problem).toBeNull();
  });
});

it('batch norm keeps the shape of pictures, and learns a scale and a shift for each channel', () => {
  const norm: Layer = { id: 'norm', input: 'input', op: 'batchNorm2d', epsilon: 1e-5, momentum: 0.1 };
  const target = { channels: 5, imageSize: 4, classes: 2 };
  expect(describeGraph(graphOf([5, 4, 4], norm), target).layers[0]).toMatchObject({
    outputShape: [5, 4, 4],
    parameters: 10,
  });
  const flat: Layer = { id: 'flat', input: 'input', op: 'flatten' };
  expect(refusal(() => inferShapes(graphOf([5, 4, 4], flat, { ...norm, input: 'flat' })))).toMatchObject({
    layer: 'norm',
  });
});
