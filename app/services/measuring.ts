import { isUnderWay } from '../contract/index.ts';
import type { Tools } from './tools.ts';

/**
 * Measures the pictures of a project that nobody has measured yet, those of an older Tessera, and then compares them.
 * Gives the job, or null where there is nothing to do. What was measured before it is stopped is kept.
 */
export function startMeasuring({ projects, hub, board }: Tools, projectId: string): string | null {
  const store = projects.store(projectId);
  const running = board
    .list()
    .find((job) => job.projectId === projectId && job.kind === 'measure' && isUnderWay(job));
  if (running) return running.id;
  const pictures = store.unmeasured();
  if (pictures.length === 0) return null;
  const { id } = board.start({
    kind: 'measure',
    projectId,
    title: store.name(),
    task: { kind: 'measure', projectPath: store.path, pictures },
    listener: { onMeasured: (measured) => store.addMeasures(measured) },
    onDone({ images }) {
      store.findTwins();
      hub.publish({ type: 'dataset', projectId });
      return { kind: 'measure', images };
    },
  });
  return id;
}
