import { randomBytes } from 'node:crypto';
import { TesseraError, type Graph, type ModelChoice } from '../contract/index.ts';
import type { ModelTarget } from '../core/model/blocks.ts';
import { adaptGraph, chooseGraph } from '../core/model/choose.ts';
import { editGraph } from '../core/model/editing/edit-graph.ts';
import { surveyGraph } from '../core/model/editing/survey.ts';
import { Foretelling } from './foretelling.ts';
import { os } from './implementer.ts';
import type { ProjectStore } from './ports.ts';
import type { Tools } from './tools.ts';

/** Networks that a person makes: edited step by step, kept in a project, and what they would take. */
export function ownModelProcedures({ projects, speeds }: Tools) {
  return {
    edit: os.models.edit.handler(({ input: { model, edit, ...asked } }) => {
      const graph = chooseGraph(model, targetOf(model, asked));
      const target = { ...asked, imageSize: graph.input.height };
      const edited =
        edit === undefined
          ? { graph, layer: graph.layers.at(-1)?.id ?? 'input' }
          : editGraph(graph, edit, target);
      const changed = { ...asked, imageSize: edited.graph.input.height };
      return { ...edited, survey: surveyGraph(edited.graph, changed) };
    }),

    forecast: os.models.forecast.handler(async ({ input: { projectId, settings } }) => {
      const measured = await speeds.read(settings.threads);
      return measured === null ? null : new Foretelling(projects.store(projectId), measured).of(settings);
    }),

    own: os.models.own.handler(({ input: { projectId } }) => projects.store(projectId).ownModels()),

    saveOwn: os.models.saveOwn.handler(({ input: { projectId, modelId, name, graph } }) => {
      const store = projects.store(projectId);
      const before = modelId === undefined ? null : store.ownModel(modelId);
      const id = before?.id ?? `n-${randomBytes(8).toString('hex')}`;
      if (store.ownModels().some((other) => other.name === name && other.id !== id)) {
        throw new TesseraError('ownModelExists', { name });
      }
      const now = Date.now();
      const named: Graph = { ...graph, name };
      const model = {
        id,
        name,
        graph: named,
        parameters: parametersOf(named, store),
        createdAt: before?.createdAt ?? now,
        changedAt: now,
      };
      store.keepOwnModel(model);
      return model;
    }),

    removeOwn: os.models.removeOwn.handler(({ input: { projectId, modelId } }) =>
      projects.store(projectId).removeOwnModel(modelId),
    ),
  };
}

/** A graph says itself how large its pictures are. */
const targetOf = (model: ModelChoice, asked: ModelTarget): ModelTarget =>
  model.kind === 'graph' ? { ...asked, imageSize: model.graph.input.height } : asked;

/** For the project's classes, as far as the network fits together. */
function parametersOf(graph: Graph, store: ProjectStore): number {
  const classes = Math.max(2, store.classes().filter(({ total }) => total > 0).length);
  const target = { channels: store.channels(), imageSize: graph.input.height, classes };
  return surveyGraph(adaptGraph(graph, target), target).parameters;
}
