import { architectures } from '../core/model/architectures.ts';
import { chooseGraph } from '../core/model/choose.ts';
import { describeGraph } from '../core/model/describe.ts';
import { augmentationPreview } from './augmentation-preview.ts';
import { broughtProcedures } from './brought-models.ts';
import { fitsOf, startBenchmark, startRehearsal } from './fits.ts';
import { os } from './implementer.ts';
import { ownModelProcedures } from './own-models.ts';
import type { Tools } from './tools.ts';

/** The networks that can be chosen, and what a choice comes to. */
export function modelProcedures(tools: Tools) {
  return {
    fits: os.models.fits.handler(({ input: { projectId, settings } }) => fitsOf(tools, projectId, settings)),
    startBenchmark: os.models.startBenchmark.handler(({ input: { projectId, threads } }) => ({
      jobId: startBenchmark(tools, projectId, threads),
    })),
    startRehearsal: os.models.startRehearsal.handler(async ({ input: { projectId, settings } }) => ({
      jobId: await startRehearsal(tools, projectId, settings),
    })),
    architectures: os.models.architectures.handler(() => architectures()),
    describe: os.models.describe.handler(({ input: { model, ...target } }) =>
      describeGraph(chooseGraph(model, target), target),
    ),
    ...broughtProcedures(tools),
    ...ownModelProcedures(tools),
    augmentationPreview: augmentationPreview(tools),
  };
}
