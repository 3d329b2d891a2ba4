/** Runs single operators for isa.test.ts, in a process of its own: the kernels are chosen once per process. */
import { engineInfo } from '../../app/engine/index.ts';
import * as ops from '../../app/engine/ops.ts';

export interface OperatorCall {
  operator: keyof typeof ops;
  args: unknown[];
}

process.on('message', ({ operator, args }: OperatorCall) => {
  const call = ops[operator] as (...args: unknown[]) => unknown;
  process.send?.(call(...args));
});
process.on('disconnect', () => process.exit());
process.send?.(engineInfo().isa);
