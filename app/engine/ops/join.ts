import { calling, type Planes } from '../binding.ts';
import { checkShape, checkTensor, sameShape, shapeMismatch, sizeOf } from '../shapes.ts';
import type { Tensor } from '../types.ts';

/** a + b, number by number, of one shape. Its gradients are dy itself. */
export function add(a: Tensor, b: Tensor): Tensor {
  checkTensor('add', 'a', a);
  checkShape('add', 'b', b, a.shape);
  const count = a.data.length;
  return { data: calling((addon) => addon.add({ count }, a.data, b.data)), shape: a.shape };
}

/** Tensors side by side along one axis; they differ in that extent alone. A negative axis counts from the last. */
export function concat(tensors: readonly [Tensor, ...Tensor[]], axis: number): Tensor {
  const [first] = tensors;
  const rank = first.shape.length;
  const along = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || along < 0 || along >= rank) {
    throw shapeMismatch('concat', `there is no axis ${axis} in [${first.shape.join(', ')}]`);
  }
  for (const tensor of tensors) {
    const extent = tensor.shape[along] ?? 0;
    checkShape('concat', 'a tensor', tensor, first.shape.with(along, extent));
  }
  const shape = first.shape.with(
    along,
    tensors.reduce((sum, tensor) => sum + (tensor.shape[along] ?? 0), 0),
  );
  const rows = sizeOf(shape.slice(0, along));
  const width = sizeOf(shape.slice(along));
  let data: Float32Array = new Float32Array(rows * width);
  let at = 0;
  for (const tensor of tensors) {
    const columns = tensor.data.length / rows;
    data = calling((addon) => addon.copyColumns({ rows, columns, at, width }, tensor.data, data));
    at += columns;
  }
  return { data, shape };
}

/** a · b: of one shape, or b[N, C, 1, 1] for every pixel of a[N, C, H, W]. */
export function mul(a: Tensor, b: Tensor): Tensor {
  const planes = plan('mul', a, b);
  const count = a.data.length;
  const data = calling((addon) =>
    planes === null ? addon.mul({ count }, a.data, b.data) : addon.scaleChannels(planes, a.data, b.data),
  );
  return { data, shape: a.shape };
}

/** Gradients of both from dy in the shape of a. */
export function mulBackward(a: Tensor, b: Tensor, dy: Tensor): { da: Tensor; db: Tensor } {
  const planes = plan('mulBackward', a, b);
  checkShape('mulBackward', 'dy', dy, a.shape);
  const db = calling((addon) =>
    planes === null
      ? addon.mul({ count: a.data.length }, dy.data, a.data)
      : addon.scaleChannelsBackwardScale(planes, a.data, dy.data),
  );
  return { da: mul(dy, b), db: { data: db, shape: b.shape } };
}

/** Null where the shapes are one. */
function plan(operator: string, a: Tensor, b: Tensor): Planes | null {
  checkTensor(operator, 'a', a);
  checkTensor(operator, 'b', b);
  if (sameShape(a.shape, b.shape)) return null;
  const [n = 0, c = 0, h = 0, w = 0] = a.shape;
  if (a.shape.length !== 4 || !sameShape(b.shape, [n, c, 1, 1])) {
    const shapes = `[${a.shape.join(', ')}] and [${b.shape.join(', ')}]`;
    throw shapeMismatch(operator, `${shapes} are neither of one shape nor pictures and one number a channel`);
  }
  return { n, c, hw: h * w };
}
