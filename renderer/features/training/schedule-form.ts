import type { Schedule } from '../../../app/contract/index.ts';

/** A schedule of that kind with usual numbers, to be changed from there. */
export function beginSchedule(kind: Schedule['kind']): Schedule {
  switch (kind) {
    case 'step':
      return { kind, every: 10, factor: 0.1 };
    case 'plateau':
      return { kind, patience: 3, factor: 0.3 };
    case 'constant':
    case 'cosine':
    case 'oneCycle':
      return { kind };
  }
}
