/** What tells of a picture when it was taken. */
export interface Shot {
  id: number;
  name: string;
  /** What the camera wrote into the file, ms since 1970; null where it says nothing. */
  takenAt: number | null;
}

/** Shots of one folder no further apart than this, ms, are of one burst. */
const greatestGap = 2000;

/** `20261125_143059`, `2026-11-25 14.30.59`, and what a phone puts around it. */
const stamp = /(\d{4})-?(\d{2})-?(\d{2})[ _T.-]?(\d{2})[.:-]?(\d{2})[.:-]?(\d{2})/;
/** `IMG_0012_BURST003`, `00001IMG_00001_BURST20261125143059`: what stands before it and the stamp name the burst. */
const burst = /^(?:\d{5})?(.*?)_?burst(\d*)/i;

/**
 * Pictures that were taken within moments of each other, and so show nearly the same scene: in one folder, by the time in
 * the file or else in its name, or by a name that says "burst". Gives pairs of ids that belong together.
 */
export function burstPairs(shots: readonly Shot[]): [number, number][] {
  const pairs: [number, number][] = [];
  const named = new Map<string, number>();
  const timed: { folder: string; at: number; id: number }[] = [];
  for (const { id, name, takenAt } of shots) {
    const slash = name.lastIndexOf('/');
    const [folder, file] = [name.slice(0, slash + 1), name.slice(slash + 1)];
    const said = burst.exec(file);
    if (said) {
      const digits = said[2] ?? '';
      const key = `${folder}${digits.length >= 8 ? digits : said[1]}`;
      const first = named.get(key);
      if (first === undefined) named.set(key, id);
      else pairs.push([first, id]);
    }
    const at = takenAt ?? timeInName(file);
    if (at !== null) timed.push({ folder, at, id });
  }
  timed.sort((a, b) => (a.folder < b.folder ? -1 : a.folder > b.folder ? 1 : a.at - b.at || a.id - b.id));
  timed.forEach((shot, index) => {
    const before = timed[index - 1];
    if (before?.folder === shot.folder && shot.at - before.at <= greatestGap)
      pairs.push([before.id, shot.id]);
  });
  return pairs;
}

/** Null where there is none, or no such moment. */
function timeInName(file: string): number | null {
  const found = stamp.exec(file);
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const isReal = year >= 1980 && year < 2200 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  if (!isReal || hour > 23 || minute > 59 || second > 59) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
