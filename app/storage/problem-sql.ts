import type { SQLInputValue } from 'node:sqlite';
import type { PictureProblem } from '../contract/index.ts';
import { problemLimits, tinySide } from '../core/dataset/problems.ts';
import type { FilterContext } from './image-filter.ts';

const shorter = 'min(images.width, images.height)';
const longer = 'max(images.width, images.height)';
/** Groups of near duplicates of which more than one picture is left. */
const livingGroups = 'SELECT twins FROM images WHERE deleted = 0 AND twins IS NOT NULL GROUP BY twins';

/** The condition of having a problem, with its values. */
export function problemSql(
  problem: PictureProblem,
  { usualSide }: FilterContext,
): [condition: string, ...values: SQLInputValue[]] {
  switch (problem) {
    case 'duplicate':
      return [`images.twins IN (${livingGroups} HAVING count(*) > 1)`];
    case 'exactDuplicate':
      return ['images.id IN (SELECT image_id FROM origins)'];
    case 'labelConflict':
      return [
        `(images.twins IN (${livingGroups} HAVING min(class_id) <> max(class_id))
          OR images.id IN (
            SELECT image_id FROM origins JOIN classes ON classes.id = said_class
            JOIN images AS kept ON kept.id = image_id WHERE kept.class_id <> said_class
          ))`,
      ];
    case 'blurry':
      return [`(images.sharpness < ? AND ${longer} > ?)`, problemLimits.blurry, tinySide];
    case 'dark':
      return [`(images.brightness < ? AND ${longer} > ?)`, problemLimits.dark, tinySide];
    case 'bright':
      return [`(images.brightness > ? AND ${longer} > ?)`, problemLimits.bright, tinySide];
    case 'tiny':
      return [`${shorter} < ?`, Math.max(problemLimits.tiny, usualSide * problemLimits.tinyShare)];
    case 'oddAspect':
      return [`${longer} > ? * ${shorter}`, problemLimits.aspect];
  }
}
