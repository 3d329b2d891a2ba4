/**
 * On a disk of a few megabytes, mounted at the folder given, where only this process sees it: fills the disk, and holds Tessera
 * to what it promises then. Ends with an error at the first broken promise.
 */
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { errorFromWire, type Job } from '../../app/contract/index.ts';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { spawnNodeWorker } from '../../app/jobs/spawn-node.ts';
import { composeServices } from '../../app/services/compose.ts';
import { randomOf } from '../fuzz/mutate.ts';

const [, , disk = '', sources = ''] = process.argv;
const path = join(disk, 'project');
const filler = join(disk, 'filler');
const host = { kind: 'cli', version: '0.0.0' } as const;
let services = composeServices({ host, spawn: spawnNodeWorker });
let client = createRouterClient(services.router);
const random = randomOf(3);

/** Noise of 100×100 pixels: about 10 kB that no format makes smaller. */
function writePictures(folder: string, count: number): void {
  for (let picture = 0; picture < count; picture++) {
    const pixels = Uint8Array.from({ length: 10_000 }, () => Math.floor(random() * 256));
    const file = join(sources, folder, `${picture}.png`);
    writeFileSync(file, encodePng(pixels, { width: 100, height: 100, channels: 1 }));
  }
}

/** Until not even a byte fits. */
function fillDisk(): void {
  const { bavail, bsize } = statfsSync(disk);
  for (let left = bavail * bsize; left >= 1; left = Math.floor(left / 2)) {
    try {
      writeFileSync(filler, Buffer.alloc(left), { flag: 'a' });
    } catch {
      // Half as much may still fit.
    }
  }
}

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'none',
    (error: unknown) => errorFromWire(error).code,
  );

async function settled(jobId: string): Promise<Job> {
  for (;;) {
    const job = await client.jobs.get({ jobId });
    if (job.status !== 'queued' && job.status !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const { project } = await client.projects.create({ name: 'Small', path });
const projectId = project.id;
const importing = async (folder: string) =>
  settled(
    (
      await client.dataset.startImport({
        projectId,
        source: { paths: [join(sources, folder)] },
        layout: 'auto',
      })
    ).jobId,
  );
const labels = async () =>
  (await client.dataset.images({ projectId, filter: {}, offset: 0, limit: 1000 })).images.map(
    ({ id, classId }) => `${id} ${classId}`,
  );

writePictures('few', 30);
assert.equal((await importing('few')).status, 'done');
const { id: classId } = await client.labeling.createClass({ projectId, name: 'noise' });
await client.labeling.label({ projectId, imageIds: [1, 2, 3], classId });

// An import that does not fit is taken back as a whole, with a sentence.
writePictures('many', 700);
const before = await labels();
const job = await importing('many');
assert.equal(job.status, 'failed');
assert.equal(job.error?.code, 'projectNotWritable');
assert.deepEqual(await labels(), before);
rmSync(join(path, 'cache'), { recursive: true });

// Labels: acknowledged ones stay, the others fail with a code that makes the screen wait.
fillDisk();
const acknowledged = new Map<number, number | null>();
let code = 'none';
for (let turn = 0; code === 'none' && turn < 20_000; turn++) {
  const id = 1 + (turn % 30);
  const label = turn % 2 === 0 ? classId : null;
  code = await codeOf(client.labeling.label({ projectId, imageIds: [id], classId: label }));
  if (code === 'none') acknowledged.set(id, label);
}
assert.equal(code, 'projectNotWritable');
assert.equal(await codeOf(client.durability.takeSnapshot({ projectId })), 'projectNotWritable');
assert.deepEqual(
  readdirSync(join(path, 'snapshots')).filter((name) => !name.endsWith('.db')),
  [],
);
const onDisk = new Map((await labels()).map((line) => line.split(' ') as [string, string]));
for (const [id, label] of acknowledged) assert.equal(onDisk.get(String(id)), String(label));

// There is room again: it goes on by itself.
rmSync(filler);
assert.equal(await codeOf(client.labeling.label({ projectId, imageIds: [5], classId })), 'none');
assert.notEqual(await client.durability.takeSnapshot({ projectId }), null);
const last = await labels();

// Full while it is closed and opened.
fillDisk();
await services.dispose();
services = composeServices({ host, spawn: spawnNodeWorker });
client = createRouterClient(services.router);
await client.projects.open({ path });
assert.deepEqual(await labels(), last);
await services.dispose();
rmSync(filler);

// A disk that can only be read.
execFileSync('mount', ['-o', 'remount,ro', disk]);
services = composeServices({ host, spawn: spawnNodeWorker });
client = createRouterClient(services.router);
const opened = await client.projects.open({ path });
assert.equal(opened.readOnly, 'folder');
assert.deepEqual(await labels(), last);
assert.equal(
  await codeOf(client.labeling.label({ projectId, imageIds: [5], classId: null })),
  'projectReadOnly',
);
assert.equal(await codeOf(client.durability.takeOver({ projectId })), 'projectNotWritable');
execFileSync('mount', ['-o', 'remount,rw', disk]);
assert.equal((await client.durability.takeOver({ projectId })).readOnly, null);
assert.equal(await codeOf(client.labeling.label({ projectId, imageIds: [5], classId: null })), 'none');
await services.dispose();
process.stdout.write(`kept ${acknowledged.size} labels\n`);
