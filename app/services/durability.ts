import { TesseraError } from '../contract/index.ts';
import { os } from './implementer.ts';
import { importListener } from './import-work.ts';
import type { Tools } from './tools.ts';

/** Snapshots, projects that are damaged, and projects that another Tessera had open. */
export function durabilityProcedures(tools: Tools) {
  const { projects, hub, board } = tools;
  const announce = (projectId: string): void => {
    hub.publish({ type: 'dataset', projectId });
    hub.publish({ type: 'projects' });
  };

  return {
    snapshots: os.durability.snapshots.handler(({ input: { projectId } }) =>
      projects.store(projectId).snapshots(),
    ),

    takeSnapshot: os.durability.takeSnapshot.handler(({ input: { projectId } }) =>
      projects.store(projectId).takeSnapshot('asked'),
    ),

    difference: os.durability.difference.handler(({ input: { projectId, name } }) =>
      projects.store(projectId).snapshotDifference(name),
    ),

    restore: os.durability.restore.handler(async ({ input: { projectId, name } }) => {
      if (board.isBusy(projectId)) throw new TesseraError('projectBusy');
      const answer = await projects.store(projectId).restoreSnapshot(name);
      await projects.remember(projectId);
      announce(projectId);
      return answer;
    }),

    takeOver: os.durability.takeOver.handler(async ({ input: { projectId } }) => {
      const project = await projects.takeOver(projectId);
      announce(projectId);
      return project;
    }),

    examine: os.durability.examine.handler(({ input: { path } }) => projects.examine(path)),

    salvage: os.durability.salvage.handler(async ({ input: { path, snapshot } }) => {
      const { project, report, unknown } = await projects.salvage(path, snapshot);
      announce(project.id);
      if (unknown.length === 0) return { project, report, jobId: null };
      const { id } = board.start({
        kind: 'import',
        projectId: project.id,
        title: project.name,
        task: { kind: 'import', projectPath: project.path, paths: unknown, layout: 'auto' },
        ...importListener(tools, project.id),
      });
      return { project, report, jobId: id };
    }),
  };
}
