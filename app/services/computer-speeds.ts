import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { z } from 'zod';
import { rehearsal, speeds as speedsSchema, type Rehearsal, type Speeds } from '../contract/index.ts';
import type { ProjectFiles, TaskRunner } from './ports.ts';

/** The newest stay. */
const keptRehearsals = 64;

const kept = z.object({
  computer: z.string(),
  measuredAt: z.number(),
  speeds: speedsSchema,
  rehearsals: z.array(rehearsal),
});
export type MeasuredSpeeds = z.infer<typeof kept>;

/**
 * What the benchmark found out about this computer, and what runs were rehearsed on it, kept in a file of this person; good for one
 * computer, engine and number of threads.
 */
export class ComputerSpeeds {
  readonly #path: string;
  readonly #write: ProjectFiles['writeFileAtomic'];
  readonly #engine: TaskRunner['engine'];

  constructor(path: string, write: ProjectFiles['writeFileAtomic'], engine: TaskRunner['engine']) {
    this.#path = path;
    this.#write = write;
    this.#engine = engine;
  }

  /** Null where this computer, as it is now, was not measured with so many threads. */
  async read(threads: number): Promise<MeasuredSpeeds | null> {
    const found = this.#read();
    if (found === null) return null;
    return found.computer === (await this.#computer(threads)) ? found : null;
  }

  /** Rehearsals of before are forgotten: whoever measures anew does not trust them. */
  async keep(threads: number, speeds: Speeds): Promise<void> {
    await this.#keep({
      computer: await this.#computer(threads),
      measuredAt: Date.now(),
      speeds,
      rehearsals: [],
    });
  }

  /** Takes the place of an older one of the same key. Nothing where this computer was not measured. */
  async keepRehearsal(threads: number, rehearsed: Rehearsal): Promise<void> {
    const found = await this.read(threads);
    if (found === null) return;
    const others = found.rehearsals.filter(({ key }) => key !== rehearsed.key);
    await this.#keep({ ...found, rehearsals: [rehearsed, ...others].slice(0, keptRehearsals) });
  }

  #keep(measured: MeasuredSpeeds): Promise<void> {
    return this.#write(this.#path, JSON.stringify(measured));
  }

  /** Without a file, or with one that is not ours, nothing is known. */
  #read(): MeasuredSpeeds | null {
    try {
      return kept.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch {
      return null;
    }
  }

  async #computer(threads: number): Promise<string> {
    const { isa, threads: usual, build } = await this.#engine();
    const all = cpus();
    return [all[0]?.model ?? '', all.length, isa, build, threads === 0 ? usual : threads].join(' | ');
  }
}
