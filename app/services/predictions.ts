import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { TesseraError, usualThreshold } from '../contract/index.ts';
import type { PredictInput, StoredPicture, Task } from '../core/tasks.ts';
import { answersPlace } from './answers-place.ts';
import { os } from './implementer.ts';
import { noProject } from './job-board.ts';
import type { ProjectStore } from './ports.ts';
import { sourcePaths } from './sources.ts';
import type { Tools } from './tools.ts';
import { trainedRun } from './trained-run.ts';
import { safeRelativePath } from './upload-names.ts';

type Pictures = { imageIds: number[] } | { uploadId: string } | { paths: string[] };

/** The best checkpoint of a run, asked about pictures. */
export function predictionProcedures(tools: Tools) {
  const { projects, board, runner, uploads, downloads, files } = tools;

  async function inputs(store: ProjectStore, pictures: Pictures): Promise<(PredictInput | StoredPicture)[]> {
    if ('imageIds' in pictures) {
      const { images } = store.images({ ids: pictures.imageIds }, 0, pictures.imageIds.length);
      return images.map(({ id, name }) => ({ name, hash: hashOf(store, id) }));
    }
    const paths = await sourcePaths(pictures, uploads);
    return paths.map((path) => ({ name: 'paths' in pictures ? path : basename(path), path }));
  }

  function hashOf(store: ProjectStore, imageId: number): string {
    const hash = store.imageHash(imageId);
    if (hash === null) throw new TesseraError('imageNotFound', { image: imageId });
    return hash;
  }

  return {
    predict: os.predictions.predict.handler(async ({ input: { projectId, runId, pictures } }) => {
      const store = projects.store(projectId);
      trainedRun(store, runId);
      const chosen = await inputs(store, pictures);
      return runner.run({ kind: 'predict', projectPath: store.path, runId, inputs: chosen }).result;
    }),

    logits: os.predictions.logits.handler(async ({ input: { projectId, runId, path } }) => {
      const store = projects.store(projectId);
      trainedRun(store, runId);
      if (!existsSync(path)) throw new TesseraError('fileNotFound', { path });
      return runner.run({ kind: 'logits', projectPath: store.path, runId, path: resolve(path) }).result;
    }),

    predictWithFile: os.predictions.predictWithFile.handler(({ input: { model, paths } }) => {
      const inputs = paths.map((path) => ({ name: path, path: resolve(path) }));
      return runner.run({ kind: 'predictWithFile', model: resolve(model), inputs }).result;
    }),

    logitsOfFile: os.predictions.logitsOfFile.handler(
      ({ input: { model, path } }) =>
        runner.run({ kind: 'logitsOfFile', model: resolve(model), path: resolve(path) }).result,
    ),

    startFolder: os.predictions.startFolder.handler(async ({ input }) => {
      const { source, format, out, threshold = usualThreshold[format] } = input;
      const paths = await sourcePaths(source, uploads);
      const asked = 'runId' in input ? ofRun(input) : ofFile(input);
      const title = paths.map((path) => basename(path)).join(', ');
      const { id } = board.start({
        kind: 'predictFolder',
        ...asked.owner,
        title,
        ...repeatable({
          kind: 'predictFolder',
          model: asked.model,
          paths,
          format,
          threshold,
          out: resolve(out ?? answersPlace(asked.folder(), safeName(`${title} - ${asked.name}`), format)),
        }),
        onDone: (answers) => ({
          kind: 'predictFolder',
          ...answers,
          url: format === 'folders' ? null : downloads.offer(answers.path).url,
        }),
      });
      return { jobId: id };
    }),
  };

  function ofRun({ projectId, runId }: { projectId: string; runId: string }): AskedAboutFolder {
    const store = projects.store(projectId);
    return {
      owner: { projectId, runId },
      model: { projectPath: store.path, runId },
      name: trainedRun(store, runId).name,
      folder: () => files.exportsFolder(store.path),
    };
  }

  function ofFile({ model, projectId }: { model: string; projectId?: string | undefined }): AskedAboutFolder {
    const path = resolve(model);
    if (!existsSync(path)) throw new TesseraError('fileNotFound', { path });
    return {
      owner: { projectId: projectId ?? noProject },
      model: { path },
      name: basename(path, extname(path)),
      folder() {
        if (projectId !== undefined) return files.exportsFolder(projects.store(projectId).path);
        throw new TesseraError('invalidInput', { what: 'out', reason: 'say where the answers are to go' });
      },
    };
  }
}

/** Who is asked about a folder, and where the answers go unless the person said. */
interface AskedAboutFolder {
  owner: { projectId: string; runId?: string };
  model: Extract<Task, { kind: 'predictFolder' }>['model'];
  name: string;
  folder(): string;
}

/** It goes on where it was. */
const repeatable = <T>(task: T): { task: T; again: T } => ({ task, again: task });

const safeName = (name: string): string => safeRelativePath(name.replaceAll(/[\\/]/g, '_')) ?? 'predictions';
