import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { projectSummary } from '../contract/index.ts';

/** Projects that stay on the list. */
const kept = 50;

const recentProject = projectSummary.omit({ available: true, readOnly: true }).extend({
  /** Content hash of each picture of the mosaic, so that the home screen shows it without opening the project. */
  mosaicHashes: z.record(z.string(), z.string()),
});
export type RecentProject = z.infer<typeof recentProject>;

/**
 * The list of recent projects: a JSON file in the person's data folder, read anew each time, because another Tessera
 * may have written it. One that cannot be read counts as empty and is replaced at the next change.
 */
export class RecentProjects {
  readonly #file: string;
  readonly #write: (path: string, text: string) => Promise<void>;
  /** Changes of this process happen one after the other. */
  #queue: Promise<void> = Promise.resolve();

  constructor(file: string, write: (path: string, text: string) => Promise<void>) {
    this.#file = file;
    this.#write = write;
  }

  /** The latest opened first. */
  list(): RecentProject[] {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch {
      return [];
    }
    return parseRecent(text).sort((a, b) => b.openedAt - a.openedAt);
  }

  get(projectId: string): RecentProject | undefined {
    return this.list().find(({ id }) => id === projectId);
  }

  put(project: RecentProject): Promise<void> {
    return this.#change((projects) => [project, ...projects.filter((each) => !isSame(each, project))]);
  }

  remove(projectId: string): Promise<void> {
    return this.#change((projects) => projects.filter(({ id }) => id !== projectId));
  }

  #change(change: (projects: RecentProject[]) => RecentProject[]): Promise<void> {
    const done = this.#queue.then(() =>
      this.#write(this.#file, JSON.stringify(change(this.list()).slice(0, kept), null, 2)),
    );
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

/** What of a file's text is a list of projects; entries that are not are left out. */
export function parseRecent(text: string): RecentProject[] {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry) => {
    const parsed = recentProject.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
}

/** A folder that was replaced by another project is one entry, and so is a project that was moved. */
function isSame(one: RecentProject, other: RecentProject): boolean {
  return one.id === other.id || one.path === other.path;
}
