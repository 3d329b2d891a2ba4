import type { ClassInfo } from '../../../app/contract/index.ts';

/** A picture that gets another label; null stands for none. */
export interface Move {
  from: number | null;
  to: number | null;
}

/** The classes with the totals that they have after these moves; what the splits hold waits for the next reading. */
export function withMoves(classes: readonly ClassInfo[], moves: readonly Move[]): readonly ClassInfo[] {
  return classes.map((one) => {
    const came = moves.filter(({ to }) => to === one.id).length;
    const left = moves.filter(({ from }) => from === one.id).length;
    return came === left ? one : { ...one, total: one.total + came - left };
  });
}

/** How many more pictures have a label after these moves. */
export const labelsGained = (moves: readonly Move[]): number =>
  moves.filter(({ to }) => to !== null).length - moves.filter(({ from }) => from !== null).length;
