/**
 * How fast pictures come into a project, thumbnails included, through the real services and worker processes:
 *
 *     node tests/bench/import.ts [photographs] [small pictures]
 *
 * Photographs are 500×400 JPEG, small pictures 32×32 JPEG; both are made here first. Wall time depends on what else the
 * machine does; the processor time of all processes together hardly does.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import sharp from 'sharp';
import type { Job } from '../../app/contract/index.ts';
import { Random } from '../../app/core/dataset/random.ts';
import { spawnNodeWorker } from '../../app/jobs/spawn-node.ts';
import { composeServices } from '../../app/services/compose.ts';

const [photographs = 1000, small = 5000] = process.argv.slice(2).map(Number);
const home = mkdtempSync(join(tmpdir(), 'tessera-bench-import-'));
process.env.TESSERA_HOME = join(home, 'data');

let warmUp: string[] = [];

/** A photograph's like: soft shapes under some noise. Gives JPEG files of `width` × `height`. */
async function makePictures(folder: string, count: number, width: number, height: number): Promise<string> {
  const path = join(home, folder);
  for (const name of ['a', 'b']) mkdirSync(join(path, name), { recursive: true });
  const random = new Random(1);
  const pixels = Buffer.alloc(width * height * 3);
  for (let number = 0; number < count; number++) {
    const [u, v] = [20 + 40 * random.float(), 15 + 30 * random.float()];
    for (let at = 0; at < pixels.length; at++) {
      const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
      pixels[at] = 128 + 60 * Math.sin(x / u + (at % 3)) + 40 * Math.cos(y / v) + 16 * random.float();
    }
    const file = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 85 })
      .toBuffer();
    writeFileSync(join(path, number % 2 === 0 ? 'a' : 'b', `${number}.jpg`), file);
  }
  return path;
}

/** Processor time of this process and of all below it, ended ones too, s; only Linux tells. */
function processorSeconds(pid = 'self'): number {
  if (process.platform !== 'linux') return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  // utime, stime, cutime, cstime, in hundredths of a second.
  const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) / 100, 0);
  const children = readFileSync(`/proc/${pid}/task/${pid === 'self' ? process.pid : pid}/children`, 'utf8');
  return children.split(' ').reduce((sum, child) => sum + (child === '' ? 0 : processorSeconds(child)), own);
}

async function measure(what: string, source: string, count: number): Promise<void> {
  const services = composeServices({ host: { kind: 'cli', version: '0' }, spawn: spawnNodeWorker });
  const client = createRouterClient(services.router);
  const { project } = await client.projects.create({ name: what, path: join(home, `project ${what}`) });
  const run = async (paths: string[]): Promise<Job> => {
    const input = { projectId: project.id, source: { paths }, layout: 'auto' } as const;
    const { jobId } = await client.dataset.startImport(input);
    for (;;) {
      const job = await client.jobs.get({ jobId });
      if (job.status !== 'queued' && job.status !== 'running') return job;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  // The processes are up before the clock starts: what they cost does not grow with the pictures.
  await run(warmUp);
  const before = processorSeconds();
  const begun = performance.now();
  const job = await run([source]);
  const seconds = (performance.now() - begun) / 1000;
  const used = ((processorSeconds() - before) / count) * 1000;
  await services.dispose();
  const added = job.result?.kind === 'import' ? job.result.added : 0;
  if (added !== count)
    throw new Error(`${added} of ${count} were added: ${job.error?.message ?? job.status}`);
  console.log(
    `${what}: ${count} in ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} a second; ` +
      `${used.toFixed(2)} s of processor time for 1,000, which is ${Math.round((1000 * availableParallelism()) / used)} ` +
      `a second on ${availableParallelism()} cores`,
  );
}

try {
  warmUp = [await makePictures('warm-up', 200, 80, 80)];
  const photos = await makePictures('photographs', photographs, 500, 400);
  const tiny = await makePictures('small', small, 32, 32);
  await measure('photographs', photos, photographs);
  await measure('small pictures', tiny, small);
} finally {
  rmSync(home, { recursive: true, force: true });
}
