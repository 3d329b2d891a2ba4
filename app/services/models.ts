import { architectures } from '../core/model/architectures.ts';
import { chooseGraph } from '../core/model/choose.ts';
import { describeGraph } from '../core/model/describe.ts';
import { augmentationPreview } from './augmentation-preview.ts';
import { os } from './implementer.ts';
import type { Tools } from './tools.ts';

/** The networks that can be chosen, and what a choice comes to. */
export function modelProcedures(tools: Tools) {
  return {
    architectures: os.models.architectures.handler(() => architectures()),
    describe: os.models.describe.handler(({ input: { model, ...target } }) =>
      describeGraph(chooseGraph(model, target), target),
    ),
    augmentationPreview: augmentationPreview(tools),
  };
}
