import { access, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { writeFileAtomic } from '../../../storage/files.ts';
import { readIfThere } from '../../own-file.ts';

/** Says in an unfinished folder what it becomes. */
const planName = 'plan';

/**
 * What becomes `out` grows in a hidden folder beside it, so that whatever bears that name is whole: a journal of the answers,
 * and the copies where pictures are sorted. It stays when the work is cancelled, fails or is killed.
 */
export class Unfinished {
  /** What it becomes. */
  readonly out: string;
  readonly path: string;
  readonly journal: string;
  readonly copies: string;
  /** The file before it takes its name. */
  readonly file: string;

  constructor(out: string) {
    this.out = out;
    this.path = join(dirname(out), `.${basename(out)}.unfinished`);
    this.journal = join(this.path, 'answers.jsonl');
    this.copies = join(this.path, 'sorted');
    this.file = join(this.path, 'written');
  }

  /** Goes on with what was begun by the very same plan; anything else that was begun for this place is dropped. */
  async takeUp(plan: string): Promise<void> {
    if ((await this.#plan()) === plan) return;
    await this.remove();
    await writeFileAtomic(join(this.path, planName), plan);
  }

  /** Leaves only these copies, named as the journal names them: others were made just before a kill, or of another picture. */
  async keepCopies(wanted: ReadonlySet<string>): Promise<Set<string>> {
    await mkdir(this.copies, { recursive: true });
    const kept = new Set<string>();
    for (const entry of await readdir(this.copies, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) continue;
      const path = join(entry.parentPath, entry.name);
      const name = relative(this.copies, path).split(sep).join('/');
      if (wanted.has(name)) kept.add(name);
      else await rm(path);
    }
    return kept;
  }

  /** Whether the copies of this plan have taken their name already; `witness` is a file that lies among them then. */
  async isPublished(plan: string, witness: string): Promise<boolean> {
    return (await this.#plan()) === plan && !(await isThere(this.copies)) && isThere(witness);
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }

  async #plan(): Promise<string | null> {
    const bytes = await readIfThere(join(this.path, planName)).catch(() => null);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
