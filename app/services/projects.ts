import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SampleName } from '../contract/index.ts';
import { os } from './implementer.ts';
import { importListener } from './import-work.ts';
import { safeRelativePath } from './upload-names.ts';
import type { Tools } from './tools.ts';

/** Opening, making and listing projects. */
export function projectProcedures(tools: Tools) {
  const { projects, hub, board, host, serving } = tools;
  const changed = (): void => hub.publish({ type: 'projects' });

  return {
    list: os.projects.list.handler(() => projects.list()),

    create: os.projects.create.handler(async ({ input: { name, path, sample } }) => {
      const project = await projects.create(path ?? freeFolder(host.projectsFolder, name), name);
      changed();
      return { project, jobId: sample ? startSample(tools, project.id, name, sample) : null };
    }),

    open: os.projects.open.handler(async ({ input: { path } }) => {
      const project = await projects.open(path);
      changed();
      return project;
    }),

    get: os.projects.get.handler(({ input: { projectId } }) => projects.summary(projectId)),

    rename: os.projects.rename.handler(async ({ input: { projectId, name } }) => {
      projects.store(projectId).rename(name);
      const project = await projects.remember(projectId);
      changed();
      return project;
    }),

    close: os.projects.close.handler(async ({ input: { projectId } }) => {
      await serving.stopProject(projectId);
      tools.sweeps.leave(projectId);
      await board.settleProject(projectId);
      await projects.close(projectId);
      changed();
    }),

    forget: os.projects.forget.handler(async ({ input: { projectId } }) => {
      await serving.stopProject(projectId);
      tools.sweeps.leave(projectId);
      await board.settleProject(projectId);
      await projects.forget(projectId);
      changed();
    }),
  };
}

function startSample(tools: Tools, projectId: string, name: string, sample: SampleName): string {
  const store = tools.projects.store(projectId);
  return tools.board.start({
    kind: 'sample',
    projectId,
    title: name,
    task: { kind: 'sample', projectPath: store.path, sample },
    ...importListener(tools, projectId),
  }).id;
}

/** A folder of the projects folder that does not exist yet, named after the project as far as a file name can be. */
function freeFolder(projectsFolder: string, name: string): string {
  const base = join(projectsFolder, safeRelativePath(name.replaceAll(/[\\/]/g, '_').trim()) ?? 'Project');
  let folder = base;
  for (let number = 2; existsSync(folder); number++) folder = `${base} ${number}`;
  return folder;
}
