import type { DatasetVersion, DiskUse, Run } from '../../contract/index.ts';
import type { Client } from './cli.ts';
import { bytes } from './format.ts';

/** What a list of runs tells beside them: on which version of the data each learned, and what it takes on the disk. */
export class RunNotes {
  readonly #versions: readonly DatasetVersion[];
  readonly #disk: DiskUse;

  constructor(versions: readonly DatasetVersion[], disk: DiskUse) {
    this.#versions = versions;
    this.#disk = disk;
  }

  static async read(client: Client, projectId: string): Promise<RunNotes> {
    const [versions, disk] = await Promise.all([
      client.dataset.versions({ projectId }),
      client.runs.disk({ projectId }),
    ]);
    return new RunNotes(versions, disk);
  }

  get bytes(): number {
    return this.#disk.bytes;
  }

  get free(): number {
    return this.#disk.free;
  }

  of({ id, dataHash }: Run) {
    const found = this.#disk.runs.find(({ runId }) => runId === id);
    return {
      dataHash,
      dataVersions: this.#versions.filter(({ hash }) => hash === dataHash).map(({ name }) => name),
      bytes: found?.bytes ?? 0,
      checkpointBytes: found?.checkpoints ?? 0,
      sweep: found?.sweep ?? null,
    };
  }

  /** The frozen version, or else the beginning of the hash. */
  dataOf(run: Run): string {
    return this.of(run).dataVersions[0] ?? run.dataHash.slice(0, 7);
  }

  diskOf(run: Run): string {
    return bytes(this.of(run).bytes);
  }
}

/** By which rule checkpoints are kept. */
export function keptText({ settings }: Run, sweep: string | null): string {
  if (sweep !== null) return `a trial of ${sweep} keeps the best and the last`;
  if (settings.pretrained === 'head') return 'a new head is saved once';
  const every = settings.keepEvery;
  if (every === undefined) return 'the last two and the best are kept';
  const more = every === 1 ? 'that of every epoch' : `one every ${every} epochs`;
  return `the last two, the best and ${more} are kept`;
}
