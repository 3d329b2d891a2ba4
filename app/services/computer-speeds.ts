import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { z } from 'zod';
import { speeds as speedsSchema, type Speeds } from '../contract/index.ts';
import type { ProjectFiles, TaskRunner } from './ports.ts';

const kept = z.object({ computer: z.string(), measuredAt: z.number(), speeds: speedsSchema });
export type MeasuredSpeeds = z.infer<typeof kept>;

/** What the benchmark found out about this computer, kept in a file of this person; good for one computer, engine and number of threads. */
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

  async keep(threads: number, speeds: Speeds): Promise<void> {
    const measured = { computer: await this.#computer(threads), measuredAt: Date.now(), speeds };
    await this.#write(this.#path, JSON.stringify(measured));
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
