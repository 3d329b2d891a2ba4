import { os } from './implementer.ts';
import type { Tools } from './tools.ts';

/** What this host is and what its engine can do. */
export function hostProcedure({ host, runner }: Tools) {
  return os.host.handler(async () => ({ ...host, ...(await runner.engine()) }));
}
