import { join, resolve } from 'node:path';
import type { ExportFormat } from '../contract/index.ts';
import { os } from './implementer.ts';
import { ModelCards } from './model-cards.ts';
import type { ProjectStore } from './ports.ts';
import type { Tools } from './tools.ts';
import { trainedRun } from './trained-run.ts';
import { safeRelativePath } from './upload-names.ts';

/** Real pictures on which a written model is compared with our own forward pass. */
const paritySamples = 100;

const endings: Record<ExportFormat, string> = {
  onnx: '.onnx',
  'onnx-int8': '-int8.onnx',
  safetensors: '.safetensors',
  bundle: '.zip',
};

/** Models for other programs. */
export function exportProcedures({ projects, board, downloads, files, host }: Tools) {
  const cards = new ModelCards(files, host.version);
  return {
    card: os.exports.card.handler(({ input: { projectId, runId } }) =>
      cards.get(projects.store(projectId), runId),
    ),
    saveCard: os.exports.saveCard.handler(({ input: { projectId, runId, text } }) =>
      cards.save(projects.store(projectId), runId, text),
    ),
    start: os.exports.start.handler(async ({ input: { projectId, runId, format, out } }) => {
      const store = projects.store(projectId);
      const run = trainedRun(store, runId);
      const name = safeRelativePath(run.name.replaceAll(/[\\/]/g, '_')) ?? run.id;
      // A folder for each run: `labels.txt` lies beside the model, and another run may have other classes.
      const target = join(files.exportsFolder(store.path), name, name + endings[format]);
      const { id } = board.start({
        kind: 'export',
        projectId,
        runId,
        title: run.name,
        task: {
          kind: 'export',
          projectPath: store.path,
          runId,
          format,
          out: resolve(out ?? target),
          samples: samples(store),
          version: host.version,
          card: (await cards.get(store, runId)).text,
        },
        onDone: ({ files: written, ...result }) => ({
          kind: 'export',
          ...result,
          downloads: written.map((path) => downloads.offer(path)),
        }),
      });
      return { jobId: id };
    }),
  };
}

/** Spread evenly over the project, so that every class is likely among them. */
function samples(store: ProjectStore) {
  const { entries } = store.manifest();
  const stride = Math.max(1, entries.length / paritySamples);
  const count = Math.min(paritySamples, entries.length);
  return Array.from({ length: count }, (_, index) => entries[Math.floor(index * stride)]).filter(
    (entry) => entry !== undefined,
  );
}
