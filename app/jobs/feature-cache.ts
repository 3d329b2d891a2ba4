/**
 * What a pretrained network sees in pictures, kept in `cache/features`: a picture goes through the network once, however
 * often its class changes or others come.
 */
import { readSafetensors, toFloatTensor, writeSafetensors } from '../formats/safetensors.ts';
import { featureCacheFile, writeFileAtomic } from '../storage/files.ts';
import { orNotWritable, readIfThere } from './own-file.ts';

const tensorName = 'features';
const hashesKey = 'tessera.hashes';

/** Features by the hash of their picture. A file that cannot be read is one that is not there. */
export async function readFeatures(projectPath: string, key: string): Promise<Map<string, Float32Array>> {
  const path = featureCacheFile(projectPath, key);
  try {
    const bytes = await readIfThere(path);
    if (bytes === null) return new Map();
    const { tensors, metadata } = readSafetensors(bytes, path);
    const stored = tensors.get(tensorName);
    const hashes = JSON.parse(metadata[hashesKey] ?? '[]') as string[];
    if (stored === undefined) return new Map();
    const { data, shape } = toFloatTensor(stored, tensorName, path);
    const [rows = 0, columns = 0] = shape;
    if (rows !== hashes.length) return new Map();
    return new Map(hashes.map((hash, row) => [hash, data.subarray(row * columns, (row + 1) * columns)]));
  } catch {
    return new Map();
  }
}

/** Throws `projectNotWritable`. */
export async function writeFeatures(
  projectPath: string,
  key: string,
  features: ReadonlyMap<string, Float32Array>,
): Promise<void> {
  const rows = [...features.values()];
  const columns = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * columns);
  rows.forEach((row, place) => data.set(row, place * columns));
  const bytes = writeSafetensors(
    { [tensorName]: { data, shape: [rows.length, columns] } },
    { [hashesKey]: JSON.stringify([...features.keys()]) },
  );
  await orNotWritable(projectPath, writeFileAtomic(featureCacheFile(projectPath, key), bytes));
}
