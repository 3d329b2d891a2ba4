import { burstPairs, type Shot } from '../core/dataset/bursts.ts';
import { Groups } from '../core/dataset/near-duplicates.ts';
import type { Database } from './database.ts';

/**
 * For every living picture that must stay together with others, near duplicates and bursts, the smallest id of them: two
 * such pictures on different sides of a split would let a network be asked what it was taught.
 */
export function leakGroups(database: Database): Map<number, number> {
  const shots = database.all<Shot & { twins: number | null }>(
    'SELECT id, name, taken_at AS takenAt, twins FROM images WHERE deleted = 0 ORDER BY id',
  );
  const groups = new Groups();
  for (const { id, twins } of shots) if (twins !== null && twins !== id) groups.join(twins, id);
  for (const [one, other] of burstPairs(shots)) groups.join(one, other);
  return groups.byMember();
}
