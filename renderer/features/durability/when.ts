/** The day and the time of a snapshot: `Nov 25, 3:17:05 AM`. `at` is milliseconds since 1970. */
export function when(at: number, language: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(language, {
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    ...(timeZone && { timeZone }),
  }).format(at);
}
