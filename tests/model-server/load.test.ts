import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawMark } from '../../app/core/dataset/marks.ts';
import { Random } from '../../app/core/dataset/random.ts';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { ServedModel } from './served-model.ts';

const clients = 50;
/** Seconds; a minute is what the figures in the README of the room are from. */
const duration = Number(process.env['TESSERA_LOAD_SECONDS'] ?? 4);

let served: ServedModel;
beforeAll(async () => {
  served = await ServedModel.trained();
});
afterAll(() => served[Symbol.asyncDispose]());

/** Resident memory of a process and its children, MB. */
function residentMegabytes(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean);
  return [pid, ...children.map(Number)]
    .map(
      (each) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${each}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    )
    .reduce((sum, each) => sum + each, 0);
}

// Memory is read from /proc.
test.skipIf(process.platform !== 'linux')(
  `${clients} clients at once, for ${duration} seconds`,
  async () => {
    const { url, pid } = await served.serve('xo');
    const random = new Random(11);
    const size = { width: 28, height: 28, channels: 1 } as const;
    const pictures = Array.from({ length: 20 }, (_, index) =>
      Buffer.from(encodePng(drawMark(index % 2 === 0 ? 'X' : 'O', 28, random), size)),
    );
    const times: number[] = [];
    const failures: string[] = [];
    const client = async (first: number, until: number): Promise<void> => {
      for (let each = first; performance.now() < until; each++) {
        const begun = performance.now();
        try {
          const response = await fetch(`${url}/predict`, {
            method: 'POST',
            headers: { 'content-type': 'image/png' },
            body: pictures[each % pictures.length] as Buffer<ArrayBuffer>,
          });
          const text = await response.text();
          if (response.status !== 200) failures.push(`${response.status} ${text}`);
        } catch (error) {
          failures.push(String(error));
        }
        times.push(performance.now() - begun);
      }
    };
    const wave = (seconds: number): Promise<unknown> =>
      Promise.all(
        Array.from({ length: clients }, (_, index) => client(index, performance.now() + 1000 * seconds)),
      );
    // Buffers and the heap find their size in the first half; what leaks goes on growing in the second.
    await wave(duration / 2);
    const half = { memory: residentMegabytes(pid), requests: times.length };
    await wave(duration / 2);
    const memory = residentMegabytes(pid);
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0);
    process.stdout.write(
      `  ${times.length} requests, ${(times.length / duration).toFixed(0)} a second; ` +
        `${at(0.5)} ms in the middle, ${at(0.99)} ms for 99 of 100; ${half.memory.toFixed(0)} MB at half time, ${memory.toFixed(0)} MB at the end\n`,
    );
    expect(failures).toEqual([]);
    expect(times.length).toBeGreaterThan(clients);
    // The heap still breathes in a short run; what lost two kilobytes with each request would be over this within a minute.
    expect(memory - half.memory).toBeLessThan(160);
  },
  60_000 + 2000 * duration,
);
