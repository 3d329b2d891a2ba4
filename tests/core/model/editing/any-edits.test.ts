import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  graph as graphSchema,
  graphFromText,
  graphText,
  joinOp,
  layerInputs,
  singleOp,
  TesseraError,
  type Graph,
  type GraphEdit,
} from '../../../../app/contract/index.ts';
import { buildArchitecture } from '../../../../app/core/model/architectures.ts';
import { adaptGraph } from '../../../../app/core/model/choose.ts';
import { describeGraph } from '../../../../app/core/model/describe.ts';
import { editGraph } from '../../../../app/core/model/editing/edit-graph.ts';
import { surveyGraph } from '../../../../app/core/model/editing/survey.ts';
import { everyArchitecture, graphNamed, target } from './known.ts';

/** `TESSERA_CASES=5000` for a long run. */
const runs = Number(process.env['TESSERA_CASES'] ?? 25);
const patience = { timeout: 60_000 + 2000 * runs };

/** Numbers stand for layers: they are chosen among those that there are when a step is made. */
interface Wish {
  kind: GraphEdit['kind'];
  one: number;
  other: number;
  place: number;
  single: number;
  join: number;
  size: number;
}

const kinds: GraphEdit['kind'][] = [
  'insert',
  'remove',
  'move',
  'duplicate',
  'branch',
  'read',
  'addInput',
  'removeInput',
  'fit',
  'set',
  'replace',
  'rename',
  'head',
  'pictures',
  'classes',
];

const wish: fc.Arbitrary<Wish> = fc.record({
  kind: fc.constantFrom(...kinds),
  one: fc.nat(10_000),
  other: fc.nat(10_000),
  place: fc.nat(2),
  single: fc.nat(singleOp.options.length - 1),
  join: fc.nat(joinOp.options.length - 1),
  size: fc.integer({ min: 1, max: 5 }),
});

/** The step that a wish stands for in this network. */
function stepOf(graph: Graph, { kind, one, other, place, single, join, size }: Wish): GraphEdit {
  const ids = ['input', ...graph.layers.map(({ id }) => id)];
  const idAt = (at: number): string => ids[at % ids.length] ?? 'input';
  const layer = graph.layers[one % graph.layers.length];
  if (layer === undefined) throw new Error('a graph has layers');
  const op = singleOp.options[single] ?? 'relu';
  const [id, from] = [layer.id, idAt(other)];
  const input = place % layerInputs(layer).length;
  const joined = joinOp.options[join] ?? 'add';
  switch (kind) {
    case 'insert':
      return size % 2 === 0
        ? { kind, ops: [op], at: { before: id, input } }
        : { kind, ops: [op, 'relu'], at: { after: from } };
    case 'remove':
    case 'duplicate': {
      const { blocks } = surveyGraph(graph, target);
      const block = blocks[other % Math.max(1, blocks.length)];
      return { kind, layers: size > 3 && block ? [...block.layers] : [id] };
    }
    case 'move':
      return { kind, layer: id, by: size > 2 ? 1 : -1 };
    case 'branch':
      return { kind, from, to: id, join: joined, through: size > 3 ? 'fit' : size > 2 ? [op] : [] };
    case 'read':
      return { kind, layer: id, input, from };
    case 'addInput':
      return { kind, layer: id, from };
    case 'removeInput':
    case 'fit':
      return { kind, layer: id, input };
    case 'set':
      return {
        kind,
        layer: layer.op === 'conv2d' ? { ...layer, kernel: [size, size], filters: 8 * size } : layer,
      };
    case 'replace':
      return { kind, layer: id, op: 'inputs' in layer ? joined : op };
    case 'rename':
      return { kind, layer: id, name: size > 3 ? idAt(other) : `layer-${other}` };
    case 'head':
      return { kind, layer: id, weight: size > 3 ? null : size / 10 };
    case 'pictures':
      return { kind, imageSize: 8 * size };
    case 'classes':
      return { kind };
  }
}

/** What every network must be after a step, whatever it was. */
function expectWhole(graph: Graph): void {
  expect(graphSchema.safeParse(graph).success).toBe(true);
  const before = new Set(['input']);
  for (const layer of graph.layers) {
    expect(before.has(layer.id)).toBe(false);
    for (const name of layerInputs(layer)) expect(before.has(name)).toBe(true);
    before.add(layer.id);
  }
  for (const { layer } of graph.auxiliary ?? []) expect(before.has(layer)).toBe(true);
  // The editor and the one who trains are of one mind on whether it fits together.
  const at = { ...target, imageSize: graph.input.height };
  const { mistakes, layers } = surveyGraph(graph, at);
  const { problem, layers: described, parameters } = describeGraph(graph, at);
  expect(mistakes.length === 0).toBe(problem === null);
  if (problem === null) {
    expect(layers.map(({ outputShape }) => outputShape)).toEqual(
      described.map(({ outputShape }) => outputShape),
    );
    expect(surveyGraph(graph, at).parameters).toBe(parameters);
  } else
    expect(mistakes.map(({ layer, reason }) => `${layer}: ${reason}`)).toContain(
      `${problem.layer}: ${problem.reason}`,
    );
}

describe.each(['small-cnn', 'resnet-20', 'inception-small', 'mobilenet-v2'])('any steps on %s', (name) => {
  test(
    'leave a network that fits or says where not; a step that cannot be made says why and changes nothing',
    patience,
    () => {
      fc.assert(
        fc.property(fc.array(wish, { minLength: 1, maxLength: 12 }), (wishes) => {
          let graph = graphNamed(name);
          const steps = [graph];
          const texts = [graphText(graph)];
          for (const each of wishes) {
            const edit = stepOf(graph, each);
            try {
              const edited = editGraph(graph, edit, { ...target, imageSize: graph.input.height });
              expect(['input', ...edited.graph.layers.map(({ id }) => id)]).toContain(edited.layer);
              graph = edited.graph;
              expectWhole(graph);
              steps.push(graph);
              texts.push(graphText(graph));
            } catch (error) {
              if (!(error instanceof TesseraError)) throw error;
              expect(['editRefused', 'graphInvalid']).toContain(error.code);
              expect(String(error.details['reason'])).not.toBe('');
            }
          }
          // Going back step by step is the same JSON each time: nothing that came before was touched.
          expect(steps.map(graphText)).toEqual(texts);
        }),
        { numRuns: runs },
      );
    },
  );

  test('mends of mistakes are steps that can be made, and end', patience, () => {
    fc.assert(
      fc.property(fc.array(wish, { minLength: 1, maxLength: 6 }), (wishes) => {
        let graph = graphNamed(name);
        const at = () => ({ ...target, imageSize: graph.input.height });
        for (const each of wishes) {
          try {
            ({ graph } = editGraph(graph, stepOf(graph, each), at()));
          } catch (error) {
            if (!(error instanceof TesseraError)) throw error;
          }
        }
        for (let turn = 0; turn < 40; turn += 1) {
          const mend = surveyGraph(graph, at()).mistakes.find((mistake) => mistake.mend !== null)?.mend;
          if (!mend) return;
          try {
            ({ graph } = editGraph(graph, mend.edit, at()));
          } catch (error) {
            // What nobody reads may be all that there is.
            if (!(error instanceof TesseraError) || mend.kind !== 'remove') throw error;
            return;
          }
          expectWhole(graph);
        }
      }),
      { numRuns: runs },
    );
  });
});

describe.each(everyArchitecture)('$name', ({ name, target: own }) => {
  const graph = buildArchitecture(name, own);

  test('goes into the editor and out as the same JSON', () => {
    expect(adaptGraph(graph, own)).toEqual(graph);
    expect(graphFromText(graphText(graph), `${name}.json`)).toEqual(graph);
    // Steps that say what is there already do not even change the order.
    const [first] = graph.layers;
    if (first === undefined) throw new Error('it has layers');
    expect(graphText(editGraph(graph, { kind: 'set', layer: first }, own).graph)).toBe(graphText(graph));
    expect(graphText(editGraph(graph, { kind: 'classes' }, own).graph)).toBe(graphText(graph));
  });

  test('is surveyed without a mistake, with the figures of its description', () => {
    const { mistakes, parameters, multiplyAdds, memory } = surveyGraph(graph, own);
    const described = describeGraph(graph, own);
    expect(mistakes).toEqual([]);
    expect({ parameters, multiplyAdds, memory }).toEqual({
      parameters: described.parameters,
      multiplyAdds: described.multiplyAdds,
      memory: described.memory,
    });
  });

  test('a layer that is put in and removed again leaves the same JSON', () => {
    for (const layer of graph.layers.filter((_, at) => at % 7 === 0)) {
      const put = editGraph(graph, { kind: 'insert', ops: ['relu'], at: { after: layer.id } }, own);
      expect(graphText(editGraph(put.graph, { kind: 'remove', layers: [put.layer] }, own).graph)).toBe(
        graphText(graph),
      );
    }
  });
});

describe('text that is no network is refused with a sentence', () => {
  test.each([
    ['', 'JSON'],
    ['[]', 'network'],
    ['{"name":"a","input":{"channels":1,"height":8,"width":8},"layers":[]}', 'layers'],
    [
      '{"name":"a","input":{"channels":1,"height":8,"width":8},"layers":[{"id":"a","op":"relu","input":"input"},{"id":"a","op":"relu","input":"a"}]}',
      'two of its layers are called a',
    ],
  ])('%j', (text, said) => {
    expect(() => graphFromText(text, 'net.json')).toThrow(TesseraError);
    expect(() => graphFromText(text, 'net.json')).toThrow(said);
  });

  test('whatever it is, nothing else is thrown', () => {
    const whole = graphText(graphNamed('inception-small'));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.string({ maxLength: 6 }), (at, put) => {
        try {
          const graph = graphFromText(whole.slice(0, at) + put + whole.slice(at + put.length), 'net.json');
          surveyGraph(graph, target);
        } catch (error) {
          expect(error).toBeInstanceOf(TesseraError);
        }
      }),
      { numRuns: runs * 3 },
    );
  });
});
