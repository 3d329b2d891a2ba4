import { architectures } from '../core/model/architectures.ts';
import { chooseGraph } from '../core/model/choose.ts';
import { describeGraph } from '../core/model/describe.ts';
import { os } from './implementer.ts';

/** The networks that can be chosen, and what a choice comes to. */
export function modelProcedures() {
  return {
    architectures: os.models.architectures.handler(() => architectures()),
    describe: os.models.describe.handler(({ input: { model, ...target } }) =>
      describeGraph(chooseGraph(model, target), target),
    ),
  };
}
