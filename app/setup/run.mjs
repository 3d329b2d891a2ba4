import { spawn } from 'node:child_process';
import { environment, pinnedNode, root } from './paths.mjs';

/** A step of setup that failed: its message is all that the person needs to see. */
export class SetupError extends Error {}

export const say = (line) => process.stderr.write(`${line}\n`);

/**
 * Runs a program and gives its exit code. `quiet` keeps its output back and shows it only if it fails
 * (not even then with `silent`).
 * @param {string} command
 * @param {string[]} args
 * @param {{ quiet?: boolean, silent?: boolean, env?: Record<string, string | undefined>}} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, options = {}) {
  const output = options.quiet ? 'pipe' : 'inherit';
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...environment(), ...options.env },
      stdio: ['inherit', output, output],
    });
    const kept = [];
    child.stdout?.on('data', (data) => kept.push(data));
    child.stderr?.on('data', (data) => kept.push(data));
    const forward = (signal) => child.kill(signal);
    process.once('SIGINT', forward).once('SIGTERM', forward);
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      if (code !== 0 && !options.silent) process.stderr.write(Buffer.concat(kept));
      resolve(code ?? 1);
    });
  });
}

/** Runs a script with the pinned Node. */
export const runNode = (args, options) => run(pinnedNode, args, options);

/** Runs a step that must succeed. */
export async function must(what, running) {
  const code = await running;
  if (code !== 0) throw new SetupError(`${what} failed (exit code ${code}).`);
}

/** The main function of a script: one clear line and exit code 1 when setup cannot go on. */
export async function main(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`tessera: ${error.message}`);
    process.exitCode = 1;
  }
}
