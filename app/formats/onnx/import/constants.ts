import { widened } from '../../safetensors.ts';
import { dataType, type TensorProto } from '../schema.ts';

/** What a file holds as it is: weights, and the whole numbers that shapes and paddings are told by. */
export interface Constant {
  kind: 'constant';
  data: Float32Array;
  shape: readonly number[];
}

/** More numbers than an ONNX file can hold. */
const greatestCount = 2 ** 29;

/** The values of a tensor; `refuse` takes the reason why they cannot be had. */
export function constantOf(tensor: TensorProto, refuse: (reason: string) => never): Constant {
  const { name = '', dims = [], externalData = [], dataLocation } = tensor;
  if (externalData.length > 0 || dataLocation === 1)
    return refuse(`the values of ${name} lie in another file`);
  if (dims.some((size) => !Number.isSafeInteger(size) || size < 0)) {
    return refuse(`${name} has sizes that are no sizes`);
  }
  const count = dims.reduce((product, size) => product * size, 1);
  if (count > greatestCount) return refuse(`${name} promises more numbers than a file can hold`);
  const data = valuesOf(tensor) ?? refuse(`${name} holds numbers of the type ${tensor.dataType}`);
  if (data.length !== count) {
    return refuse(`${name} holds ${data.length} numbers, which do not fill [${dims.join(', ')}]`);
  }
  return { kind: 'constant', data, shape: dims };
}

/** Null for a type that no network of ours needs. */
function valuesOf(tensor: TensorProto): Float32Array | null {
  const { rawData, floatData = [], int64Data = [] } = tensor;
  // Copies begin at a multiple of their size, and end with a whole number.
  const raw = rawData === undefined || rawData.length === 0 ? null : rawData;
  const whole = (size: number): ArrayBuffer | null =>
    raw === null || raw.length % size !== 0 ? null : Uint8Array.from(raw).buffer;
  switch (tensor.dataType) {
    case dataType.float: {
      if (raw === null) return Float32Array.from(floatData);
      const bytes = whole(4);
      return bytes === null ? new Float32Array() : new Float32Array(bytes);
    }
    case dataType.double: {
      const bytes = whole(8);
      return bytes === null ? new Float32Array() : Float32Array.from(new Float64Array(bytes));
    }
    case dataType.float16:
      return raw === null || raw.length % 2 !== 0 ? new Float32Array() : widened(raw);
    case dataType.int64: {
      if (raw === null) return Float32Array.from(int64Data);
      const bytes = whole(8);
      return bytes === null ? new Float32Array() : Float32Array.from(new BigInt64Array(bytes), Number);
    }
    case dataType.int32: {
      const bytes = whole(4);
      return bytes === null ? new Float32Array() : Float32Array.from(new Int32Array(bytes));
    }
    default:
      return null;
  }
}
