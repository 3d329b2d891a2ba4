import type { Task, TaskResults } from '../../core/tasks.ts';
import { samplePictures } from '../../formats/samples/sample-pictures.ts';
import type { TaskContext } from './context.ts';
import { storePictures } from './store-pictures.ts';

/** Puts the pictures of a bundled sample into a project. Throws as `storePictures` does. */
export const runSample = (
  { projectPath, sample }: Extract<Task, { kind: 'sample' }>,
  context: TaskContext,
): Promise<TaskResults['sample']> => storePictures(samplePictures(sample), projectPath, context);
