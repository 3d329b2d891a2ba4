import { TesseraError } from './errors.ts';
import { graph, type Graph } from './model.ts';

/** Layers of a network that is read from a file; the largest known one has 204. */
const mostLayers = 2000;

/** A network as a JSON file: one layer a line and fields in one order, so that versions of it can be compared. */
export function graphText(network: Graph): string {
  const { layers, ...rest } = graph.parse(network);
  const head = JSON.stringify(rest).slice(0, -1);
  const lines = layers.map((layer) => `  ${JSON.stringify(layer)}`);
  return `${head},"layers":[\n${lines.join(',\n')}\n]}\n`;
}

/** The network of such a file. `path` is what the file is called. Throws `fileMalformed`. */
export function graphFromText(text: string, path: string): Graph {
  const refuse = (format: string, reason: string, cause?: unknown): never => {
    throw new TesseraError('fileMalformed', { path, format, reason }, { cause });
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return refuse('JSON', cause instanceof Error ? cause.message : String(cause), cause);
  }
  const parsed = graph.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    return refuse('network', where === '' ? `${issue?.message}` : `${where}: ${issue?.message}`);
  }
  const { layers } = parsed.data;
  if (layers.length > mostLayers) {
    return refuse('network', `it has ${layers.length} layers, and at most ${mostLayers} are read`);
  }
  const names = new Set<string>(['input']);
  for (const { id } of layers) {
    if (names.has(id)) return refuse('network', `two of its layers are called ${id}`);
    names.add(id);
  }
  return parsed.data;
}
