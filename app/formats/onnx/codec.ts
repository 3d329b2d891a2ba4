import protobuf from 'protobufjs/light.js';
import { TesseraError } from '../../contract/index.ts';
import { onnxSchema, type ModelProto } from './schema.ts';

const Model = protobuf.Root.fromJSON(onnxSchema).lookupType('ModelProto');

/** The bytes of an ONNX file. */
export const encodeModel = (model: ModelProto): Uint8Array => Model.encode(model).finish();

/**
 * What an ONNX file says, as far as `onnxSchema` knows it; a field that is not there is absent, a list
 * empty. `path` is only named in
 * errors. Throws `fileMalformed` for bytes that are not such a message.
 */
export function decodeModel(file: Uint8Array, path: string): Partial<ModelProto> {
  try {
    return Model.toObject(Model.decode(file), { longs: Number, arrays: true }) as Partial<ModelProto>;
  } catch (error) {
    const reason = `it cannot be parsed (${error instanceof Error ? error.message : String(error)})`;
    throw new TesseraError('fileMalformed', { path, format: 'ONNX', reason }, { cause: error });
  }
}
