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
