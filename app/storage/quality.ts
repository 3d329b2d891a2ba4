import { pictureProblem, type PictureProblem, type QualityReport } from '../contract/index.ts';
import type { Database } from './database.ts';
import { disagreesSql } from './image-filter.ts';
import type { PictureLists } from './picture-lists.ts';
import { problemSql } from './problem-sql.ts';

/** How many pictures have which problem; each number is that of the filter which shows them. */
export function quality(database: Database, lists: PictureLists) {
  return {
    quality(): QualityReport {
      const problems = pictureProblem.options.map((problem) => ({
        problem,
        sql: problemSql(problem, lists),
      }));
      const columns = problems.map(
        ({ sql: [condition] }, at) => `count(*) FILTER (WHERE ${condition}) AS p${at}`,
      );
      const row = database.get<Record<string, number>>(
        `SELECT count(*) AS images, ${columns.join(', ')},
           count(*) FILTER (WHERE brightness IS NULL) AS unmeasured,
           count(*) FILTER (WHERE excluded = 1) AS excluded,
           count(*) FILTER (WHERE ${disagreesSql}) AS disagreements,
           (SELECT count(*) FROM (
             SELECT 1 FROM images WHERE deleted = 0 AND twins IS NOT NULL GROUP BY twins HAVING count(*) > 1
           )) AS duplicateGroups,
           (SELECT count(*) FROM problems) AS corrupt
         FROM images WHERE deleted = 0`,
        ...problems.flatMap(({ sql: [, ...values] }) => values),
      );
      const count = (name: string): number => row?.[name] ?? 0;
      return {
        images: count('images'),
        problems: Object.fromEntries(problems.map(({ problem }, at) => [problem, count(`p${at}`)])) as Record<
          PictureProblem,
          number
        >,
        duplicateGroups: count('duplicateGroups'),
        corrupt: count('corrupt'),
        unmeasured: count('unmeasured'),
        excluded: count('excluded'),
        disagreements: count('disagreements'),
      };
    },
  };
}
