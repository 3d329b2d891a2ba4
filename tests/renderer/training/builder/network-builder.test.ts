import { beforeEach, expect, test } from 'vitest';
import {
  graphText,
  type EditedGraph,
  type GraphEdit,
  type ModelChoice,
  type OwnModel,
} from '../../../../app/contract/index.ts';
import { chooseGraph } from '../../../../app/core/model/choose.ts';
import { editGraph } from '../../../../app/core/model/editing/edit-graph.ts';
import { surveyGraph } from '../../../../app/core/model/editing/survey.ts';
import { NetworkBuilder } from '../../../../renderer/features/training/builder/network-builder.svelte.ts';

const shape = { channels: 1, classes: 3 };
const resnet: ModelChoice = { kind: 'architecture', name: 'resnet-20' };

interface Asked {
  model: ModelChoice;
  edit?: GraphEdit;
  channels: number;
  imageSize: number;
  classes: number;
}

/** The real steps, without a host between. */
const api = {
  models: {
    async edit({ model, edit, ...target }: Asked): Promise<EditedGraph> {
      const graph = chooseGraph(model, target);
      const edited = edit ? editGraph(graph, edit, target) : { graph, layer: 'fc' };
      const imageSize = edited.graph.input.height;
      return { ...edited, survey: surveyGraph(edited.graph, { ...target, imageSize }) };
    },
    async saveOwn({ name, graph }: Pick<OwnModel, 'name' | 'graph'>): Promise<OwnModel> {
      return { id: 'n-00000001', name, graph, parameters: 1, createdAt: 1, changedAt: 1 };
    },
    async forecast(): Promise<null> {
      return null;
    },
  },
} as unknown as ConstructorParameters<typeof NetworkBuilder>[0];

let builder: NetworkBuilder;
const text = (): string => (builder.graph ? graphText(builder.graph) : '');
beforeEach(async () => {
  builder = new NetworkBuilder(api, 'p');
  await builder.begin(resnet, 32, shape);
});

test('undo and redo give the same JSON, and a new step ends what could be redone', async () => {
  const texts = [text()];
  const edits: GraphEdit[] = [
    { kind: 'remove', layers: ['flatten'] },
    { kind: 'duplicate', layers: ['stage1.block1.conv1'] },
    { kind: 'branch', from: 'relu', to: 'stage1.block2.relu2', join: 'add', through: [] },
  ];
  for (const edit of edits) {
    await builder.edit(edit);
    texts.push(text());
  }
  expect(builder.selected).toBe('add1');
  for (const before of texts.slice(0, -1).toReversed()) {
    await builder.undo();
    expect(text()).toBe(before);
  }
  expect(builder.canUndo).toBe(false);
  for (const after of texts.slice(1)) {
    await builder.redo();
    expect(text()).toBe(after);
  }
  await builder.undo();
  await builder.edit({ kind: 'remove', layers: ['relu'] });
  expect(builder.canRedo).toBe(false);
});

test('what changes nothing is no step, and what is refused is said', async () => {
  const conv = builder.graph?.layers[0];
  if (!conv) throw new Error('there is a first layer');
  await builder.edit({ kind: 'set', layer: conv });
  expect(builder.canUndo).toBe(false);
  await builder.edit({ kind: 'read', layer: 'conv', input: 0, from: 'fc' });
  expect(builder.error?.code).toBe('editRefused');
  expect(builder.canUndo).toBe(false);
});

test('another network can be undone too, and what was closed is opened as it was', async () => {
  const before = text();
  await builder.openUnlessHere(resnet, 'resnet-20', 32, shape, null);
  expect(builder.canUndo).toBe(false);
  await builder.open({ kind: 'blocks', blocks: [] }, '', 32);
  expect(builder.graph?.layers.map(({ op }) => op)).toEqual(['flatten', 'dense']);
  await builder.undo();
  expect(text()).toBe(before);
});

test('saving gives the name, and is undone by no step', async () => {
  await builder.edit({ kind: 'remove', layers: ['relu'] });
  expect(builder.isSaved).toBe(false);
  await builder.save('mine', true);
  expect(builder).toMatchObject({ name: 'mine', modelId: 'n-00000001', isSaved: true });
  expect(builder.graph?.name).toBe('mine');
  await builder.edit({ kind: 'remove', layers: ['norm'] });
  expect(builder.isSaved).toBe(false);
  await builder.undo();
  expect(builder.isSaved).toBe(true);
});

test('other classes of the project are seen', async () => {
  await builder.follow({ channels: 1, classes: 5 });
  expect(builder.mistakes.map(({ mend }) => mend?.kind)).toEqual(['classes']);
});
