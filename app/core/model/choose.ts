import type { Graph, ModelChoice } from '../../contract/index.ts';
import { buildArchitecture } from './architectures.ts';
import { graphFromBlocks, type ModelTarget } from './blocks.ts';

/**
 * The network that was chosen, for these pictures and classes. A whole graph is taken as it is: `checkGraph` and
 * `describeGraph` say whether it fits. Throws `modelUnknown`.
 */
export function chooseGraph(choice: ModelChoice, target: ModelTarget): Graph {
  switch (choice.kind) {
    case 'architecture':
      return buildArchitecture(choice.name, target);
    case 'blocks':
      return graphFromBlocks('custom', choice.blocks, target);
    case 'graph':
      return choice.graph;
  }
}
