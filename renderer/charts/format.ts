/** A count in four characters or so, with a metric prefix: 832, 18.5 k, 1.2 M, 3.6 G. */
export function compactNumber(value: number): string {
  const prefixes = ['', 'k', 'M', 'G', 'T'];
  let scaled = value;
  let prefix = 0;
  while (scaled >= 999.5 && prefix < prefixes.length - 1) {
    scaled /= 1000;
    prefix += 1;
  }
  if (prefix === 0) return String(Math.round(scaled));
  return `${scaled < 99.95 ? scaled.toFixed(1) : Math.round(scaled)} ${prefixes[prefix]}`;
}

/** A size in memory or on disk, with decimal prefixes: 832 B, 18.5 kB, 1.2 GB. */
export const byteSize = (bytes: number): string => {
  const text = compactNumber(bytes);
  return text.includes(' ') ? `${text}B` : `${text} B`;
};

/** A share in [0, 1] as a percentage with one digit, `98.4 %`; a dash where it is not known. */
export const percent = (share: number | null): string =>
  share === null || !Number.isFinite(share) ? '–' : `${(share * 100).toFixed(1)} %`;

/** The same without digits, for captions: `98 %`. */
export const wholePercent = (share: number): string => `${Math.round(share * 100)} %`;

/** `+5 %`, `-5 %` */
export const signedPercent = (share: number): string => `${share > 0 ? '+' : ''}${wholePercent(share)}`;

/** A length of time in seconds as a clock shows it: `0:07`, `12:30`, `1:02:03`; a dash where it is not known. */
export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A loss, or any other number without a natural scale, in about three digits. */
export function threeDigits(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 0.001 || size >= 10_000) return value.toExponential(1);
  return size < 1 ? value.toFixed(3) : value.toPrecision(3);
}
