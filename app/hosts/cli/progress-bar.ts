import type { Job } from '../../contract/index.ts';

const width = 24;

/** `Import flowers.zip  [########----------------]  34 %  1,200 of 3,500 pictures  8 s left` */
export function progressLine({ title, progress, eta, detail }: Job): string {
  const parts = [title];
  if (progress !== null) {
    const full = Math.round(progress * width);
    parts.push(`[${'#'.repeat(full)}${'-'.repeat(width - full)}]`, `${Math.floor(progress * 100)} %`);
  }
  if (detail !== '') parts.push(detail);
  if (eta !== null) parts.push(`${duration(eta)} left`);
  return parts.join('  ');
}

/** `8 s`, `3 min 5 s`, `2 h 10 min` */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
