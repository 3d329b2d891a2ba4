import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect } from 'vitest';
import type { ErrorCode } from '../../app/contract/index.ts';
import { TesseraError } from '../../app/contract/index.ts';
import type { NewImage } from '../../app/core/tasks.ts';
import type { ProjectStore, ProjectStores } from '../../app/services/ports.ts';
import { databaseFile } from '../../app/storage/files.ts';
import { projectStores } from '../../app/storage/projects.ts';

/** The storage as the services see it: this line does not compile when the port and the storage drift apart. */
export const stores: ProjectStores = projectStores;

const folders: string[] = [];
const opened: ProjectStore[] = [];

/** An empty folder, gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-storage-'));
  folders.push(folder);
  return folder;
}

/** A new project, closed after the test. */
export function newProject(name = 'Test'): ProjectStore {
  return tracked(stores.create(join(temporaryFolder(), 'project'), name));
}

/** The same project, closed and opened again. */
export function reopened(project: ProjectStore): ProjectStore {
  project[Symbol.dispose]();
  return tracked(stores.open(project.path));
}

export function tracked(project: ProjectStore): ProjectStore {
  opened.push(project);
  return project;
}

afterEach(() => {
  for (const project of opened.splice(0)) project[Symbol.dispose]();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** A picture whose content is told by `content`; equal contents are exact duplicates. */
export function picture(content: string | number, more: Partial<NewImage> = {}): NewImage {
  return {
    hash: sha256(String(content)),
    name: `${content}.png`,
    className: null,
    split: null,
    width: 28,
    height: 28,
    channels: 1,
    bytes: 500,
    ...more,
  };
}

/** Imports pictures in one go; gives what `addImages` gives and the import. */
export function importAll(
  project: ProjectStore,
  images: NewImage[],
): { importId: number; added: number; duplicates: number } {
  const importId = project.beginImport();
  const result = project.addImages(importId, images, []);
  project.finishImport(importId);
  return { importId, ...result };
}

export function classId(project: ProjectStore, name: string): number {
  const found = project.classes().find((each) => each.name === name);
  if (found === undefined) throw new Error(`no class ${name}`);
  return found.id;
}

export function expectError(work: () => unknown, code: ErrorCode): void {
  let thrown: unknown;
  try {
    work();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(TesseraError);
  expect((thrown as TesseraError).code).toBe(code);
}

/** What a call fails with; null where it does not fail. */
export const rejectionOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

/** Everything that is in a project's database, as one comparable value. */
export function dump(project: ProjectStore): Record<string, unknown[]> {
  const connection = new DatabaseSync(databaseFile(project.path), { readOnly: true });
  const tables = connection
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
    .all()
    .map(({ name }) => String(name));
  const rows = tables.map((table) => [table, connection.prepare(`SELECT * FROM ${table}`).all()] as const);
  connection.close();
  return Object.fromEntries(rows);
}
