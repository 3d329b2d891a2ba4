import { randomBytes } from 'node:crypto';
import { basename, extname } from 'node:path';
import {
  TesseraError,
  type BroughtModel,
  type BroughtModelInfo,
  type ImportSource,
} from '../contract/index.ts';
import { graphOfBrought } from '../core/model/brought-model.ts';
import { describeGraph } from '../core/model/describe.ts';
import { os } from './implementer.ts';
import type { ProjectStore } from './ports.ts';
import { sourcePaths } from './sources.ts';
import type { Tools } from './tools.ts';

/** Models of other programs as a start: brought in, named, described, removed. */
export function broughtProcedures({ projects, runner, uploads }: Tools) {
  const fileOf = async (source: ImportSource): Promise<string> => {
    const [path, ...more] = await sourcePaths(source, uploads);
    if (path !== undefined && more.length === 0) return path;
    throw new TesseraError('invalidInput', { what: 'The model', reason: 'bring in one file at a time' });
  };

  return {
    brought: os.models.brought.handler(({ input: { projectId } }) =>
      projects.store(projectId).broughtModels().map(infoOf),
    ),

    inspect: os.models.inspect.handler(async ({ input: { projectId, source }, signal }) => {
      const store = projects.store(projectId);
      const path = await fileOf(source);
      const handle = runner.run({ kind: 'inspectModel', path });
      signal?.addEventListener('abort', () => handle.cancel());
      const found = await handle.result;
      return { ...found, name: freeName(store, stemOf(path)), file: basename(path) };
    }),

    bring: os.models.bring.handler(async ({ input: { projectId, source, name, preprocessing } }) => {
      const store = projects.store(projectId);
      if (store.readOnly !== null) throw new TesseraError('projectReadOnly', { path: store.path });
      const path = await fileOf(source);
      const model = await runner.run({
        kind: 'bringModel',
        projectPath: store.path,
        path,
        modelId: `m-${randomBytes(8).toString('hex')}`,
        name: freeName(store, name ?? stemOf(path)),
        file: basename(path),
        ...(preprocessing !== undefined && { preprocessing }),
      }).result;
      return infoOf(model);
    }),

    changeBrought: os.models.changeBrought.handler(
      ({ input: { projectId, modelId, name, preprocessing } }) => {
        const store = projects.store(projectId);
        const model = store.broughtModel(modelId);
        if (preprocessing === 'own' && model.ownNormalisation === null) {
          const reason = 'the file does not say what its pictures are brought to';
          throw new TesseraError('invalidInput', { what: 'preprocessing', reason });
        }
        const changed: BroughtModel = {
          ...model,
          ...(name !== undefined && name !== model.name && { name: freeName(store, name) }),
          ...(preprocessing !== undefined && { preprocessing, isAssumed: false }),
        };
        store.changeBroughtModel(changed);
        return infoOf(changed);
      },
    ),

    removeBrought: os.models.removeBrought.handler(({ input: { projectId, modelId } }) =>
      projects.store(projectId).removeBroughtModel(modelId),
    ),

    describeBrought: os.models.describeBrought.handler(({ input: { projectId, modelId, imageSize } }) => {
      const store = projects.store(projectId);
      const model = store.broughtModel(modelId);
      const classes = Math.max(1, store.classes().filter(({ total }) => total > 0).length);
      const { channels } = model.graph.input;
      try {
        const graph = graphOfBrought(model, { imageSize, classes });
        return describeGraph(graph, { channels, imageSize, classes });
      } catch (error) {
        if (!(error instanceof TesseraError) || error.code !== 'graphInvalid') throw error;
        const own = { channels, imageSize: model.graph.input.height, classes: model.outputs };
        const problem = { layer: String(error.details['layer']), reason: String(error.details['reason']) };
        return { ...describeGraph(model.graph, own), problem };
      }
    }),
  };
}

const infoOf = ({ graph, ...model }: BroughtModel): BroughtModelInfo => ({ ...model, input: graph.input });

const stemOf = (path: string): string => basename(path, extname(path));

/** `resnet18`, and where that is taken `resnet18 2`. */
function freeName(store: ProjectStore, wanted: string): string {
  const taken = new Set(store.broughtModels().map(({ name }) => name));
  const base = wanted.trim().slice(0, 90) || 'model';
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base} ${number}`;
  return name;
}
