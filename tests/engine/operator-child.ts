/** Runs single operators for isa.test.ts, in a process of its own: the kernels are chosen once per process. */
import { engineInfo } from '../../app/engine/index.ts';
import * as ops from '../../app/engine/ops.ts';

export interface OperatorCall {
  id: number;
  operator: keyof typeof ops;
  args: unknown[];
}

export type OperatorAnswer = { id: number } & ({ result: unknown } | { refused: string });

function answer({ id, operator, args }: OperatorCall): OperatorAnswer {
  try {
    const call = ops[operator] as (...args: unknown[]) => unknown;
    return { id, result: call(...args) };
  } catch (thrown) {
    return { id, refused: String(thrown) };
  }
}

process.on('message', (call: OperatorCall) => process.send?.(answer(call)));
process.on('disconnect', () => process.exit());
process.send?.(engineInfo().isa);
