import { createHash } from 'node:crypto';
import type { Tensor } from '../engine/types.ts';

/** SHA-256 over names, shapes and bytes of all parameters, in hex: equal bits, equal hash. */
export function weightHash(parameters: Readonly<Record<string, Tensor>>): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(parameters).toSorted()) {
    const { data, shape } = parameters[name] as Tensor;
    hash.update(`${name} [${shape.join(', ')}]\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
