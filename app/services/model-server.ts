import { os } from './implementer.ts';
import type { Tools } from './tools.ts';

/** The switch of the local prediction server. */
export function modelServerProcedures({ serving }: Tools) {
  return {
    status: os.modelServer.status.handler(() => serving.status()),
    start: os.modelServer.start.handler(({ input: { port, threshold, ...place } }) =>
      serving.start('runId' in place ? place : { path: place.model }, { port, threshold }),
    ),
    stop: os.modelServer.stop.handler(() => serving.stop()),
  };
}
