import type { Gathered } from './gather.ts';

let left: { projectId: string; gathered: Gathered } | null = null;

/** Leaves pictures for the Data screen of a project: the home screen made it for them. */
export function leavePictures(projectId: string, gathered: Gathered): void {
  left = { projectId, gathered };
}

/** Takes what was left for that project; a second time there is nothing. */
export function takePictures(projectId: string): Gathered | null {
  if (left?.projectId !== projectId) return null;
  const { gathered } = left;
  left = null;
  return gathered;
}
