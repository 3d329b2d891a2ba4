import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProjectStore } from '../../app/services/ports.ts';
import { expectError, importAll, newProject, picture, stores, temporaryFolder, tracked } from './support.ts';

const children: ChildProcess[] = [];

function start(fixture: 'hold' | 'label-forever', ...args: string[]) {
  const file = fileURLToPath(new URL(`fixtures/${fixture}.ts`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) await kill(child);
  }
});

describe('the lock of a project', () => {
  it('keeps a second process out until the first is gone, even by kill -9', async () => {
    const project = newProject();
    project[Symbol.dispose]();
    const holder = start('hold', project.path);
    const [said] = (await once(holder.stdout, 'data')) as [Buffer];
    expect(said.toString()).toBe(`holding ${project.id}\n`);
    expectError(() => stores.open(project.path), 'projectLocked');
    await kill(holder);
    expect(tracked(stores.open(project.path)).id).toBe(project.id);
  });

  it('keeps another process out of what this one has open', async () => {
    const project = newProject();
    const other = start('hold', project.path);
    const [said] = await Promise.all([text(other.stderr), once(other, 'exit')]);
    expect(other.exitCode).toBe(1);
    expect(said).toContain('is open in another Tessera');
  });
});

describe('kill -9 while labeling', () => {
  it('loses nothing that was acknowledged, twenty times in a row', async () => {
    const project = newProject();
    const classes = ['a', 'b', 'c'];
    importAll(
      project,
      Array.from({ length: 60 }, (_, n) => picture(n, { className: classes[n % 3] ?? null })),
    );
    let expected = labelsOf(project);
    project[Symbol.dispose]();
    let acknowledgements = 0;
    for (let round = 0; round < 20; round++) {
      const labels = await labelUntilKilled(project.path, (round * 13) % 40);
      acknowledgements += labels.length;
      expected = new Map([...expected, ...labels]);
      const after = stores.open(project.path);
      const stored = labelsOf(after);
      after[Symbol.dispose]();
      // One more action may have been committed than was acknowledged: the kill came in between.
      const different = [...stored].filter(([imageId, classId]) => expected.get(imageId) !== classId);
      expect(different.length).toBeLessThanOrEqual(1);
      expected = stored;
    }
    // Not a matter of speed: that some were acknowledged at all, so that losing one could be seen.
    expect(acknowledgements).toBeGreaterThan(20);
  });
});

function labelsOf(project: ProjectStore): Map<number, number | null> {
  return new Map(project.images({}, 0, 1000).images.map(({ id, classId }) => [id, classId]));
}

/** What a process acknowledged, in order, until it was killed `milliseconds` after its first label. */
async function labelUntilKilled(
  projectPath: string,
  milliseconds: number,
): Promise<[imageId: number, classId: number | null][]> {
  const acknowledged = join(temporaryFolder(), 'acknowledged');
  const child = start('label-forever', projectPath, acknowledged);
  while (!existsSync(acknowledged) || readFileSync(acknowledged, 'utf8') === '') await sleep(5);
  await sleep(milliseconds);
  await kill(child);
  const lines = readFileSync(acknowledged, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { imageId, classId } = JSON.parse(line) as { imageId: number; classId: number | null };
    return [imageId, classId];
  });
}
