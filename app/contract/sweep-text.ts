import type { SweepAxis, SweepRange } from './sweep.ts';

/** `0.0001..0.1`, `0.0001..0.1:log`, `0.0001..0.1:log:4`, or `adam, sgd`: as a person writes it. Null where it is neither. */
export function axisFromText(text: string): SweepAxis | null {
  return text.includes('..') ? rangeFrom(text) : listFrom(text);
}

function rangeFrom(text: string): SweepAxis | null {
  const [ends = '', scale = 'linear', steps] = text.split(':').map((part) => part.trim());
  const [from, to] = ends.split('..').map(numberFrom);
  const isScale = scale === 'linear' || scale === 'log';
  const count = steps === undefined ? undefined : Number(steps);
  const isCount = count === undefined || (Number.isInteger(count) && count >= 2 && count <= 100);
  if (!isScale || !isCount || from === undefined || to === undefined || !Number.isFinite(from + to))
    return null;
  return { from, to, scale, ...(count !== undefined && { steps: count }) };
}

function listFrom(text: string): SweepAxis | null {
  const values = text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  if (values.length === 0) return null;
  return values.map((value) => (Number.isFinite(Number(value)) ? Number(value) : value));
}

const numberFrom = (text: string): number => (text.trim() === '' ? NaN : Number(text));

export const isRangeAxis = (axis: SweepAxis): axis is SweepRange => !Array.isArray(axis);
