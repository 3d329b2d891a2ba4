import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endless, LiveServices, quick } from './live-services.ts';

let live: LiveServices;
let projectId: string;
beforeAll(async () => {
  live = new LiveServices();
  projectId = (await live.project()).id;
});
afterAll(() => live[Symbol.asyncDispose]());

/** Where the system does not tell processes apart, nothing here can be tried. */
const hasProcesses = existsSync('/proc/self/status');

/** The worker processes of these services. */
function workers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const isOurs = readFileSync(`/proc/${pid}/status`, 'utf8').includes(`\nPPid:\t${process.pid}\n`);
        return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('jobs/worker.ts');
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
}

const eventsOf = async (runId: string) =>
  (await live.client.runs.events({ projectId, runId })).map((event) => event.kind);

describe.skipIf(!hasProcesses)('a training whose process crashes', () => {
  test.each(['SIGSEGV', 'SIGABRT', 'SIGKILL'] as const)(
    '%s ends in a sentence and is marked on its curves; what was learned and what waits stays',
    async (signal) => {
      const { client } = live;
      const { run, jobId } = await client.runs.start({ projectId, settings: endless });
      const next = await client.runs.start({ projectId, settings: { ...quick, epochs: 1 } });
      await live.inTheMiddle(projectId, run.id, 1);
      const before = await client.runs.metrics({ projectId, runId: run.id, after: -1 });
      for (const pid of workers()) process.kill(pid, signal);
      const { status, error } = await live.settled(jobId);
      expect(status).toBe('failed');
      expect(error?.message).toContain(`signal ${signal}`);
      expect(error?.message).toContain('The last checkpoint is kept');
      expect(error?.message).toContain('resume');
      if (signal === 'SIGKILL') expect(error?.message).toContain('memory ran out');

      expect((await live.settled(next.jobId)).status).toBe('done');
      const after = await client.runs.metrics({ projectId, runId: run.id, after: -1 });
      expect(after.slice(0, before.length)).toEqual(before);
      expect(await eventsOf(run.id)).toEqual(['started', 'interrupted']);
      expect(await client.runs.get({ projectId, runId: run.id })).toMatchObject({
        status: 'stopped',
        hasCheckpoint: true,
        error: error?.message,
      });
      const again = await client.runs.start({ projectId, settings: endless, resume: run.id });
      while (!(await eventsOf(run.id)).includes('resumed')) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await client.jobs.cancel({ jobId: again.jobId });
      await live.settled(again.jobId);
      expect(await eventsOf(run.id)).toEqual(['started', 'interrupted', 'resumed', 'stopped']);
    },
  );
});

const canLimit = hasProcesses && existsSync('/usr/bin/prlimit');

test.skipIf(!canLimit)(
  'memory that is refused ends a training in a sentence, and the next one is trained',
  async () => {
    const { client } = live;
    const warm = await client.runs.start({ projectId, settings: { ...quick, epochs: 1 } });
    await live.settled(warm.jobId);
    for (const pid of workers()) {
      // What it has, and little more: Node itself reserves far more than it uses.
      const held = Number(/VmSize:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
      execFileSync('/usr/bin/prlimit', ['--pid', String(pid), `--as=${held + 400 * 2 ** 20}`]);
    }
    const large = {
      ...quick,
      model: { kind: 'architecture', name: 'vgg-16' } as const,
      imageSize: 224,
      batchSize: 64,
    };
    const { run, jobId } = await client.runs.start({ projectId, settings: large });
    const next = await client.runs.start({ projectId, settings: { ...quick, epochs: 1 } });
    const { status, error } = await live.settled(jobId);
    expect(status).toBe('failed');
    expect(error?.message).toMatch(/memory does not suffice.*smaller batch|signal SIG\w+.*resume/);
    expect((await client.runs.get({ projectId, runId: run.id })).error).toBe(error?.message);
    expect((await live.settled(next.jobId)).status).toBe('done');
  },
);
