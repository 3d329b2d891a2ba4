import { os } from './implementer.ts';
import { forecastSweep } from './plan-sweep.ts';
import type { Tools } from './tools.ts';

/** Searches over settings: told of before, started, watched and taken up again. */
export function sweepProcedures(tools: Tools) {
  const { sweeps } = tools;
  return {
    forecast: os.sweeps.forecast.handler(({ input: { projectId, spec } }) =>
      forecastSweep(tools, projectId, spec),
    ),
    start: os.sweeps.start.handler(({ input: { projectId, spec } }) => sweeps.start(projectId, spec)),
    list: os.sweeps.list.handler(({ input: { projectId } }) => sweeps.list(projectId)),
    get: os.sweeps.get.handler(({ input: { projectId, sweepId } }) => sweeps.get(projectId, sweepId)),
    pause: os.sweeps.pause.handler(({ input: { projectId, sweepId } }) => sweeps.pause(projectId, sweepId)),
    resume: os.sweeps.resume.handler(({ input: { projectId, sweepId, minutes } }) =>
      sweeps.resume(projectId, sweepId, minutes),
    ),
    cancel: os.sweeps.cancel.handler(({ input: { projectId, sweepId } }) =>
      sweeps.cancel(projectId, sweepId),
    ),
    remove: os.sweeps.remove.handler(({ input: { projectId, sweepId } }) =>
      sweeps.remove(projectId, sweepId),
    ),
  };
}
