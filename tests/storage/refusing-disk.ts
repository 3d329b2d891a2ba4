import type { FileHandle } from 'node:fs/promises';

type Call = (...values: unknown[]) => unknown;
type Calls = Record<string, Call>;

let refused: { call: string; code: string; left: number } = { call: '', code: '', left: 0 };

/** The next `times` calls of this name end as when the system refuses them. */
export function refuse(call: string, code: string, times = 1): void {
  refused = { call, code, left: times };
}

/** How many refusals were not met. */
export const refusalsLeft = (): number => refused.left;

/** An error as Node makes it from the system's; null for a call that goes through. */
function refusalNow(call: string): Error | null {
  if (refused.call !== call || refused.left === 0) return null;
  refused.left--;
  return Object.assign(new Error(`${refused.code}: refused, ${call}`), {
    code: refused.code,
    errno: -1,
    syscall: call,
  });
}

/** `node:fs` as it is, but for what `refuse` names. */
export function refusingSync<T extends object>(real: T): T {
  const guarded: Calls = {};
  for (const name of ['writeFileSync', 'renameSync', 'copyFileSync', 'rmSync', 'mkdirSync', 'linkSync']) {
    guarded[name] = (...values) => {
      const error = refusalNow(name);
      if (error !== null) throw error;
      return (real as unknown as Calls)[name]?.(...values);
    };
  }
  return { ...real, ...guarded };
}

/** The same of `node:fs/promises`; `handle.writeFile` is the writing of a file that is open. */
export function refusing<T extends object>(real: T): T {
  const calls = real as unknown as Calls;
  const guarded: Calls = {
    rename(...values) {
      const error = refusalNow('rename');
      return error === null ? calls['rename']?.(...values) : Promise.reject(error);
    },
    async open(...values) {
      const handle = (await calls['open']?.(...values)) as FileHandle;
      const write = handle.writeFile.bind(handle);
      handle.writeFile = (data, options) => {
        const error = refusalNow('handle.writeFile');
        return error === null ? write(data, options) : Promise.reject(error);
      };
      return handle;
    },
  };
  return { ...real, ...guarded };
}
