import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { TesseraError } from '../contract/index.ts';
import { os } from './implementer.ts';
import { importListener } from './import-work.ts';
import { startMeasuring } from './measuring.ts';
import { originalsProcedures, stateOf } from './originals.ts';
import { sourcePaths } from './sources.ts';
import type { Tools } from './tools.ts';
import { watchingProcedures } from './watching.ts';

/** The pictures of a project: imports, splits, what a grid shows. */
export function datasetProcedures(tools: Tools) {
  const { projects, hub, board, runner, uploads, files } = tools;

  /** Changes the store, then tells; answers with the new counts. */
  const change = (projectId: string, work: () => void) => {
    work();
    hub.publish({ type: 'dataset', projectId });
    return projects.store(projectId).summary();
  };

  const nameOfUpload = async (uploadId: string): Promise<string> =>
    (await uploads.paths(uploadId)).map((path) => basename(path)).join(', ');

  return {
    ...watchingProcedures(tools),
    ...originalsProcedures(tools),

    inspect: os.dataset.inspect.handler(async ({ input: { source, layout, columns }, signal }) => {
      const paths = await sourcePaths(source, uploads);
      const handle = runner.run({ kind: 'inspect', paths, layout, ...(columns && { columns }) });
      signal?.addEventListener('abort', () => handle.cancel());
      return handle.result;
    }),

    startImport: os.dataset.startImport.handler(
      async ({ input: { projectId, source, layout, columns, className, split, inPlace } }) => {
        const store = projects.store(projectId);
        // What was sent lies in a temporary folder.
        if (inPlace && 'uploadId' in source)
          throw new TesseraError('cannotReference', { path: await nameOfUpload(source.uploadId) });
        const paths = await sourcePaths(source, uploads);
        const known = store.knownPictures();
        const { id } = board.start({
          kind: 'import',
          projectId,
          title: paths.map((path) => basename(path)).join(', '),
          task: {
            ...{ kind: 'import', projectPath: store.path, paths, layout },
            ...(known && { known }),
            ...(columns && { columns }),
            ...(className !== undefined && { className }),
            ...(split && { split }),
            ...(inPlace && { inPlace }),
          },
          ...importListener(tools, projectId),
        });
        return { jobId: id };
      },
    ),

    startExport: os.dataset.startExport.handler(({ input: { projectId, out } }) => {
      const store = projects.store(projectId);
      const { id } = board.start({
        kind: 'exportData',
        projectId,
        title: store.name(),
        task: {
          kind: 'exportData',
          projectPath: store.path,
          out: resolve(out ?? unusedPath(join(files.exportsFolder(store.path), 'pictures'))),
          data: store.portableData(),
        },
        onDone: (result) => ({ kind: 'exportData', ...result }),
      });
      return { jobId: id };
    }),

    summary: os.dataset.summary.handler(({ input: { projectId } }) => projects.store(projectId).summary()),

    classes: os.dataset.classes.handler(({ input: { projectId } }) => projects.store(projectId).classes()),

    images: os.dataset.images.handler(({ input: { projectId, filter, offset, limit } }) =>
      projects.store(projectId).images(filter, offset, limit),
    ),

    imageIds: os.dataset.imageIds.handler(({ input: { projectId, filter } }) =>
      projects.store(projectId).imageIds(filter),
    ),

    assignSplits: os.dataset.assignSplits.handler(({ input: { projectId, ratios, seed, keep } }) =>
      change(projectId, () => projects.store(projectId).assignSplits(ratios, seed, keep)),
    ),

    moveToSplit: os.dataset.moveToSplit.handler(({ input: { projectId, imageIds, split } }) =>
      change(projectId, () => projects.store(projectId).moveToSplit(imageIds, split)),
    ),

    groups: os.dataset.groups.handler(({ input: { projectId, filter } }) =>
      projects.store(projectId).groups(filter),
    ),

    details: os.dataset.details.handler(async ({ input: { projectId, imageId } }) => {
      const store = projects.store(projectId);
      const { reference, ...details } = store.details(imageId);
      const original = reference && {
        path: reference.path,
        state: await stateOf(reference, files.imageFile(store.path, reference.hash)),
      };
      return { ...details, original };
    }),

    quality: os.dataset.quality.handler(({ input: { projectId } }) => projects.store(projectId).quality()),

    views: os.dataset.views.handler(({ input: { projectId } }) => projects.store(projectId).views()),

    saveView: os.dataset.saveView.handler(({ input: { projectId, name, filter } }) =>
      projects.store(projectId).saveView(name, filter),
    ),

    removeView: os.dataset.removeView.handler(({ input: { projectId, viewId } }) =>
      projects.store(projectId).removeView(viewId),
    ),

    exclude: os.dataset.exclude.handler(({ input: { projectId, imageIds, excluded } }) =>
      change(projectId, () => projects.store(projectId).exclude(imageIds, excluded)),
    ),

    setNote: os.dataset.setNote.handler(({ input: { projectId, imageId, note } }) => {
      change(projectId, () => projects.store(projectId).setNote(imageId, note));
    }),

    tag: os.dataset.tag.handler(({ input: { projectId, imageIds, tag, add } }) => {
      const changed = projects.store(projectId).tag(imageIds, tag, add);
      hub.publish({ type: 'dataset', projectId });
      return { changed };
    }),

    lockTest: os.dataset.lockTest.handler(({ input: { projectId, locked } }) =>
      change(projectId, () => projects.store(projectId).lockTest(locked)),
    ),

    startMeasuring: os.dataset.startMeasuring.handler(({ input: { projectId } }) => ({
      jobId: startMeasuring(tools, projectId),
    })),

    versions: os.dataset.versions.handler(({ input: { projectId } }) => projects.store(projectId).versions()),

    saveVersion: os.dataset.saveVersion.handler(({ input: { projectId, name } }) =>
      projects.store(projectId).saveVersion(name),
    ),

    removeVersion: os.dataset.removeVersion.handler(({ input: { projectId, versionId } }) =>
      projects.store(projectId).removeVersion(versionId),
    ),

    compareVersions: os.dataset.compareVersions.handler(({ input: { projectId, from, to } }) =>
      projects.store(projectId).compareVersions(from, to),
    ),

    deleteImages: os.dataset.deleteImages.handler(({ input: { projectId, imageIds } }) =>
      change(projectId, () => projects.store(projectId).deleteImages(imageIds)),
    ),
  };
}

/** `pictures`, `pictures 2`, …: the first that nobody has taken. */
function unusedPath(path: string): string {
  let free = path;
  for (let number = 2; existsSync(free); number++) free = `${path} ${number}`;
  return free;
}
