const steps: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** How long ago that was, in words: `3 hr. ago`, `yesterday`. Both times in milliseconds since 1970. */
export function ago(then: number, now: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  const seconds = Math.max(0, (now - then) / 1000);
  const [unit, size] = steps.find(([, length]) => seconds >= length) ?? ['second', Infinity];
  return format.format(-Math.floor(seconds / size) || 0, unit);
}
