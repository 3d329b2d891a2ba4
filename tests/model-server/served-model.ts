import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { CommandLine } from '../cli/command-line.ts';

/** A model of the sample X and O, trained and served by the command line as a person would. */
export class ServedModel implements AsyncDisposable {
  readonly cli = new CommandLine();
  readonly #children: { child: ChildProcess; ended: Promise<number | null> }[] = [];

  /** One epoch, so that there is something to ask. */
  static async trained(): Promise<ServedModel> {
    const served = new ServedModel();
    await served.cli.json('create', 'xo', '--sample', 'xo');
    await served.cli.json('train', 'xo', '--model', 'small-cnn', '--epochs', '2');
    return served;
  }

  /** Starts a server of `model`; `pid` is the host's. */
  async serve(model: string, ...options: string[]): Promise<{ url: string; pid: number }> {
    const { child, ended, lines } = this.cli.start(['serve-model', model, '--json', ...options]);
    this.#children.push({ child, ended });
    const [line] = (await once(lines, 'line')) as [string];
    return { url: (JSON.parse(line) as { url: string }).url, pid: child.pid ?? 0 };
  }

  /** Asks every server to end; their exit codes. */
  async stop(): Promise<(number | null)[]> {
    for (const { child } of this.#children) child.kill('SIGTERM');
    return Promise.all(this.#children.map(({ ended }) => ended));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.cli[Symbol.dispose]();
  }
}
