import { z } from 'zod';
import { graph, layer, networkFacts, type LayerOp } from './model.ts';

/** The name of a layer, or `'input'`, the picture. */
const name = z.string().min(1).max(200);
/** Which of a layer's inputs, from 0. */
const place = z.int().min(0);

/** Layers that read one other: what can be put onto an edge. */
export type SingleOp = Exclude<LayerOp, JoinOp>;
const singleOps = [
  'conv2d',
  'dense',
  'batchNorm2d',
  'relu',
  'relu6',
  'leakyRelu',
  'hardSwish',
  'hardSigmoid',
  'sigmoid',
  'tanh',
  'softmax',
  'maxPool2d',
  'avgPool2d',
  'globalAvgPool',
  'flatten',
  'dropout',
  'lrn',
  'pad2d',
] as const satisfies readonly SingleOp[];
export const singleOp = z.enum(singleOps);

/** Layers in which branches meet. */
export const joinOp = z.enum(['add', 'concat', 'mul']);
export type JoinOp = z.infer<typeof joinOp>;

/**
 * One step of editing a network. Whatever follows from it is part of it: readers are bridged, branches that nobody reads any
 * more go, the order is mended. A step may leave a network that does not fit together: the survey says where and why.
 */
export const graphEdit = z.discriminatedUnion('kind', [
  /** New layers one after the other: behind a layer, before all that read it, or on one edge alone. */
  z.object({
    kind: z.literal('insert'),
    ops: z.array(singleOp).min(1).max(8),
    at: z.union([z.object({ after: name }), z.object({ before: name, input: place })]),
  }),
  /** What read the layers reads from then on what they read first. */
  z.object({ kind: z.literal('remove'), layers: z.array(name).min(1) }),
  /** Changes places with the layer before it (−1), or with the one that alone reads it (1). */
  z.object({ kind: z.literal('move'), layer: name, by: z.union([z.literal(-1), z.literal(1)]) }),
  /** A copy right behind what it is a copy of: of layers with one way in and one way out. */
  z.object({ kind: z.literal('duplicate'), layers: z.array(name).min(1) }),
  /** A way from one layer to another, where it meets what comes out there. */
  z.object({
    kind: z.literal('branch'),
    from: name,
    to: name,
    join: joinOp,
    /** What stands on it; `fit`: what makes the shapes fit, where they do not. */
    through: z.union([z.literal('fit'), z.array(singleOp).max(8)]),
  }),
  /** Another layer for one of the inputs. */
  z.object({ kind: z.literal('read'), layer: name, input: place, from: name }),
  z.object({ kind: z.literal('addInput'), layer: name, from: name }),
  /** Cuts a branch off where it meets the others; a join of one branch goes. */
  z.object({ kind: z.literal('removeInput'), layer: name, input: place }),
  /** Puts before an input of a layer what makes its shape fit. */
  z.object({ kind: z.literal('fit'), layer: name, input: place }),
  /** Other settings of the layer with this id; what it reads stays. */
  z.object({ kind: z.literal('set'), layer }),
  /** Another kind of layer in its place, as a new one is first put in. */
  z.object({ kind: z.literal('replace'), layer: name, op: z.union([singleOp, joinOp]) }),
  z.object({ kind: z.literal('rename'), layer: name, name }),
  /** Makes an auxiliary head of what a layer gives, or changes the weight of one. Null takes it away. */
  z.object({ kind: z.literal('head'), layer: name, weight: z.number().positive().max(100).nullable() }),
  /** Of the pictures that go in: height and width. */
  z.object({ kind: z.literal('pictures'), imageSize: z.int().min(1).max(512) }),
  /** As many outputs as there are classes, at the end and at auxiliary heads. */
  z.object({ kind: z.literal('classes') }),
]);
export type GraphEdit = z.infer<typeof graphEdit>;

/** What a mistake can be mended with. */
const mend = z.object({
  kind: z.enum(['flatten', 'fit', 'classes', 'pictures', 'remove']),
  edit: graphEdit,
});

/** Where a network does not fit together: what came, and what was expected. */
export const graphMistake = z.object({ layer: name, reason: z.string(), mend: mend.nullable() });
export type GraphMistake = z.infer<typeof graphMistake>;

/** A network as its editor shows it. Other than a description it goes on behind a mistake. */
export const graphSurvey = z.object({
  layers: z.array(
    z.object({
      id: name,
      /** [C, H, W] or [units]; null where that cannot be told, behind a mistake. */
      outputShape: z.array(z.int()).nullable(),
      parameters: z.int(),
      multiplyAdds: z.number(),
    }),
  ),
  mistakes: z.array(graphMistake),
  /** Layers of one name, `stage1.block2`, with one way in and one way out: what can be copied or removed as a whole. */
  blocks: z.array(z.object({ name, layers: z.array(name) })),
  ...networkFacts.shape,
});
export type GraphSurvey = z.infer<typeof graphSurvey>;

export const editedGraph = z.object({
  graph,
  /** What was changed or made last. */
  layer: name,
  survey: graphSurvey,
});
export type EditedGraph = z.infer<typeof editedGraph>;
