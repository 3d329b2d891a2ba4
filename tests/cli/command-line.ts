import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const program = fileURLToPath(new URL('../../app/hosts/cli/main.ts', import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The command line as a person has it: a process of its own for every command, in a home of its own. */
export class CommandLine implements Disposable {
  readonly home = mkdtempSync(join(tmpdir(), 'tessera-cli-'));
  readonly #running = new Set<ChildProcess>();

  /** A path in the home. */
  path(...parts: string[]): string {
    return join(this.home, ...parts);
  }

  /**
   * Starts a command; `lines` are those of its stdout. It leads a process group of its own, as the shell of a terminal
   * has it: what is sent to `-pid` reaches its workers too.
   */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: this.home,
      env: { ...process.env, TESSERA_HOME: join(this.home, 'data'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    this.#running.add(child);
    const ended = new Promise<number | null>((resolve) => {
      child.on('close', (code) => {
        this.#running.delete(child);
        resolve(code);
      });
    });
    return { child, ended, lines: createInterface({ input: child.stdout }), stderr: text(child.stderr) };
  }

  async run(...args: string[]): Promise<Outcome> {
    const { child, ended, stderr } = this.start(args);
    const [stdout, errors, code] = await Promise.all([text(child.stdout), stderr, ended]);
    return { code, stdout, stderr: errors };
  }

  /** What a command that must succeed puts on stdout with `--json`: one object a line, and nothing else. */
  async json(...args: string[]): Promise<unknown[]> {
    const { code, stdout, stderr } = await this.run(...args, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.endsWith('\n')).toBe(true);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }

  /** The one line that a command that cannot be done says; nothing stands on stdout. */
  async failure(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    expect({ code, stdout, lines: stderr.split('\n').length }, stderr).toEqual({
      code: 1,
      stdout: '',
      lines: 2,
    });
    expect(stderr).toMatch(/^tessera: /);
    return stderr.slice('tessera: '.length).trimEnd();
  }

  /** What a command says about its wrong usage. */
  async wrongUsage(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
    return stderr;
  }

  [Symbol.dispose](): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.home, { recursive: true, force: true });
  }
}
