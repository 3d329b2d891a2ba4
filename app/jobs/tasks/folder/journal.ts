import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { answer, type Answer } from './answer.ts';

interface Place {
  stamp: string;
  copy: string | undefined;
  /** Bytes of its line: where it begins and how long it is. */
  at: number;
  length: number;
}

const lineFeed = 0x0a;

/**
 * The answers so far, one JSON object a line, only ever added to. Whatever ends the process, every line that is whole
 * counts and one that is torn does not; of two about the same file the later one does.
 */
export class AnswerJournal implements AsyncDisposable {
  readonly #path: string;
  readonly #file: FileHandle;
  #places: ReadonlyMap<string, Place>;

  private constructor(path: string, file: FileHandle, places: ReadonlyMap<string, Place>) {
    this.#path = path;
    this.#file = file;
    this.#places = places;
  }

  /** Takes up the one that lies at `path`, or begins it. */
  static async open(path: string): Promise<AnswerJournal> {
    const file = await open(path, 'a+');
    // What a kill has torn must not be joined by what comes next.
    if ((await file.stat()).size > 0) await file.appendFile('\n');
    return new AnswerJournal(path, file, await placesIn(path));
  }

  /** Whether that file was answered as it is now. */
  has(path: string, stamp: string): boolean {
    return this.#places.get(path)?.stamp === stamp;
  }

  /** Where the copy of a file lies that was answered as it is now. */
  copyOf(path: string): string | undefined {
    return this.#places.get(path)?.copy;
  }

  /** They are on the disk when this resolves; `has` and `rows` know them after `readAgain`. */
  async add(answers: readonly Answer[]): Promise<void> {
    await this.#file.appendFile(answers.map((each) => `${JSON.stringify(each)}\n`).join(''));
    await this.#file.datasync();
  }

  async readAgain(): Promise<void> {
    this.#places = await placesIn(this.#path);
  }

  /** The answers about these files, in their order; those without one are passed over. */
  async *rows(paths: Iterable<string>): AsyncGenerator<Answer> {
    for (const path of paths) {
      const place = this.#places.get(path);
      if (place === undefined) continue;
      const bytes = Buffer.alloc(place.length);
      await this.#file.read(bytes, 0, place.length, place.at);
      const found = parse(bytes);
      if (found !== null) yield found;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file.close();
  }
}

async function placesIn(path: string): Promise<Map<string, Place>> {
  const places = new Map<string, Place>();
  for await (const { at, bytes } of linesOf(path)) {
    const found = parse(bytes);
    if (found === null) continue;
    const { stamp, copy } = found;
    places.set(found.path, { stamp, copy, at, length: bytes.length });
  }
  return places;
}

function parse(line: Uint8Array): Answer | null {
  try {
    const found = answer.safeParse(JSON.parse(Buffer.from(line).toString()));
    return found.success ? found.data : null;
  } catch {
    return null;
  }
}

/** The lines that end, with the place in the file at which each begins. */
async function* linesOf(path: string): AsyncGenerator<{ at: number; bytes: Uint8Array }> {
  let rest: Uint8Array = new Uint8Array();
  let at = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed)) {
      yield { at, bytes: bytes.subarray(0, end) };
      at += end + 1;
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
  }
}
