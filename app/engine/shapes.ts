import { TesseraError } from '../contract/index.ts';
import type { Tensor } from './types.ts';

export type Shape4 = readonly [number, number, number, number];

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, extent) => product * extent, 1);

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** The sentence goes on from `<operator>: `. */
export const shapeMismatch = (operator: string, reason: string): TesseraError =>
  new TesseraError('shapeMismatch', { operator, reason });

const shown = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** Throws unless the tensor holds as many numbers as its shape says, all extents being at least 1. */
export function checkTensor(operator: string, what: string, { data, shape }: Tensor): void {
  if (!shape.every((extent) => Number.isInteger(extent) && extent >= 1)) {
    throw shapeMismatch(
      operator,
      `${what} has the shape ${shown(shape)}; extents are whole numbers from 1 on`,
    );
  }
  if (data.length !== sizeOf(shape)) {
    throw shapeMismatch(
      operator,
      `${what} ${shown(shape)} holds ${data.length} numbers, not ${sizeOf(shape)}`,
    );
  }
}

/** Throws unless the tensor is sound and of exactly this shape. */
export function checkShape(
  operator: string,
  what: string,
  tensor: Tensor,
  expected: readonly number[],
): void {
  checkTensor(operator, what, tensor);
  if (!sameShape(tensor.shape, expected)) {
    throw shapeMismatch(operator, `${what} is ${shown(tensor.shape)}, but must be ${shown(expected)}`);
  }
}

/** The four extents of [N, C, H, W], or of a weight. Throws unless the tensor is sound and has four axes. */
export function fourAxes(operator: string, what: string, tensor: Tensor): Shape4 {
  checkTensor(operator, what, tensor);
  const [n, c, h, w, ...more] = tensor.shape;
  if (n === undefined || c === undefined || h === undefined || w === undefined || more.length > 0) {
    throw shapeMismatch(operator, `${what} is ${shown(tensor.shape)}, but must have four axes`);
  }
  return [n, c, h, w];
}

/** The two extents of a matrix. */
export function twoAxes(operator: string, what: string, tensor: Tensor): readonly [number, number] {
  checkTensor(operator, what, tensor);
  const [rows, columns, ...more] = tensor.shape;
  if (rows === undefined || columns === undefined || more.length > 0) {
    throw shapeMismatch(operator, `${what} is ${shown(tensor.shape)}, but must have two axes`);
  }
  return [rows, columns];
}

/** Throws unless all are whole numbers from `least` on. */
export function checkWhole(operator: string, what: string, numbers: readonly number[], least: number): void {
  if (!numbers.every((number) => Number.isInteger(number) && number >= least)) {
    throw shapeMismatch(
      operator,
      `${what} is ${numbers.join(', ')}; whole numbers from ${least} on are expected`,
    );
  }
}

/** How often a window fits when it moves by `stride`. Throws when it is larger than what it gets. */
export function positions(operator: string, size: number, window: number, stride: number): number {
  if (window > size)
    throw shapeMismatch(operator, `its window of ${window} is larger than the ${size} that it gets`);
  return Math.floor((size - window) / stride) + 1;
}
