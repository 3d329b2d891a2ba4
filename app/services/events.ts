import { os } from './implementer.ts';
import type { Tools } from './tools.ts';

/** The live stream of everything that is announced. */
export function eventsProcedure({ hub }: Tools) {
  return os.events.handler(({ signal }) => hub.subscribe(signal));
}
