/** `93.4 %`, or a dash for what is not known. */
export const percent = (share: number | null): string =>
  share === null ? '–' : `${(share * 100).toFixed(1)} %`;

/** `+5 %`, `-5 %` */
export const signedPercent = (share: number): string => `${share > 0 ? '+' : ''}${Math.round(share * 100)} %`;

/** `1.2 MB` */
export function bytes(count: number): string {
  if (count < 1e3) return `${count} bytes`;
  if (count < 1e6) return `${(count / 1e3).toFixed(1)} kB`;
  return count < 1e9 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}
