import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Graph } from '../../app/contract/index.ts';

/** What both programs are asked to do first. Files hold little-endian numbers without a header. */
export interface Setup {
  graph: Graph;
  batch: number;
  threads: number;
  learningRate: number;
  /** Steps before anything is timed; the first one's loss is compared. */
  warmUps: number;
  /** Folder with `pictures.u8` [N, H, W, C], `labels.i32` and one `<parameter>.f32` per parameter, as PyTorch orders them. */
  folder: string;
  /** For PyTorch: `contiguous` or `channels_last`. */
  memoryFormat: string;
}

export interface Chunk {
  steps: number;
  seconds: number;
}

/** One of the two programs, up and ready: a line of JSON in, a line of JSON out. */
export class Contestant implements Disposable {
  readonly #child;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, args: string[], env: NodeJS.ProcessEnv = process.env) {
    this.#child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** One question, one answer. */
  async ask(question: object): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.#child.spawnargs.join(' ')} ended before it answered`);
    return JSON.parse(value);
  }

  /** Builds the network, takes the warm-up steps and gives the loss of the first. */
  async setUp(setup: Setup): Promise<{ loss: number; version: string }> {
    return (await this.ask({ ask: 'setup', ...setup })) as { loss: number; version: string };
  }

  /** Trains on the one batch for about `seconds`. */
  async run(seconds: number): Promise<Chunk> {
    return (await this.ask({ ask: 'run', seconds })) as Chunk;
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}
