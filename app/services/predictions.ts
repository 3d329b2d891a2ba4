import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { TesseraError } from '../contract/index.ts';
import type { PredictInput, StoredPicture } from '../core/tasks.ts';
import { os } from './implementer.ts';
import type { ProjectStore } from './ports.ts';
import { sourcePaths } from './sources.ts';
import { timestamp } from './timestamp.ts';
import type { Tools } from './tools.ts';
import { trainedRun } from './trained-run.ts';

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

    startFolder: os.predictions.startFolder.handler(async ({ input: { projectId, runId, source, out } }) => {
      const store = projects.store(projectId);
      const run = trainedRun(store, runId);
      const paths = await sourcePaths(source, uploads);
      const { id } = board.start({
        kind: 'predictFolder',
        projectId,
        runId,
        title: paths.map((path) => basename(path)).join(', '),
        task: {
          kind: 'predictFolder',
          projectPath: store.path,
          runId,
          paths,
          out: resolve(
            out ?? join(files.exportsFolder(store.path), `${run.name} predictions ${timestamp()}.csv`),
          ),
        },
        onDone: ({ images, path }) => ({
          kind: 'predictFolder',
          images,
          path,
          url: downloads.offer(path).url,
        }),
      });
      return { jobId: id };
    }),
  };
}
