import type { FloatTensor } from '../safetensors.ts';
import { dataType, type Dimension, type TensorProto, type ValueInfoProto } from './schema.ts';

/** A constant of the network. `rawData` looks into the tensor's own memory, which is little-endian wherever Node runs. */
export const floatTensor = (name: string, { data, shape }: FloatTensor): TensorProto => ({
  name,
  dims: [...shape],
  dataType: dataType.float,
  rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
});

/** A constant of whole numbers, in their own memory. */
export const tensorOf = (
  name: string,
  type: number,
  shape: readonly number[],
  { buffer, byteOffset, byteLength }: Int8Array | Uint8Array | Int32Array,
): TensorProto => ({
  name,
  dims: [...shape],
  dataType: type,
  rawData: new Uint8Array(buffer, byteOffset, byteLength),
});

/** A constant list of whole numbers. */
export const int64Tensor = (name: string, values: readonly number[]): TensorProto => ({
  name,
  dims: [values.length],
  dataType: dataType.int64,
  rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
});

/** An input or output; a size that is text is only known when the network runs. */
export function valueInfo(
  name: string,
  elemType: number,
  shape: readonly (number | string)[],
  docString: string,
): ValueInfoProto {
  const dim = shape.map((size): Dimension =>
    typeof size === 'number' ? { dimValue: size } : { dimParam: size },
  );
  return { name, docString, type: { tensorType: { elemType, shape: { dim } } } };
}
