import { layerInputs, type Layer } from '../../app/contract/index.ts';

/** Measures of the drawing, px. */
export const nodeWidth = 232;
export const nodeHeight = 38;
/** From the top of one row to the next. */
const rowHeight = 62;
const gap = rowHeight - nodeHeight;
const laneGap = 20;
/** Of a lane in which edges run alone. */
const edgeLaneWidth = 72;
/** How far from the left of a wide lane an edge runs that has it for itself. */
const edgeInset = 14;
const margin = 12;

export interface PlacedNode {
  id: string;
  /** Rows count from the picture at 0: one more than the last of its inputs. */
  row: number;
  lane: number;
  x: number;
  y: number;
}

export interface PlacedEdge {
  from: string;
  to: string;
  /** Which input of `to` it is. */
  input: number;
  /** For an SVG path. */
  path: string;
  /** A point of it, on whose side its shape is written: where no other edge runs. */
  label: { x: number; y: number; side: 'left' | 'right' };
}

export interface GraphLayout {
  nodes: readonly PlacedNode[];
  edges: readonly PlacedEdge[];
  width: number;
  height: number;
}

interface Edge {
  from: string;
  to: string;
  input: number;
}

/** Layers that stand below each other, or (without layers) an edge that passes others. */
interface Chain {
  layers: string[];
  edge: Edge | null;
  /** The rows that it takes, both ends among them. */
  first: number;
  last: number;
  lane: number;
}

/**
 * A network as a drawing from top to bottom: every layer a row below its inputs, the longest way on the left, branches side by side,
 * and what passes over layers in a lane of its own. Inputs that are not there, or do not come before, are left out.
 */
export function layoutGraph(layers: readonly Layer[]): GraphLayout {
  const edges = edgesOf(layers);
  const rows = rowsOf(layers, edges);
  const chains = chainsOf(layers, edges, rows);
  const lanes = giveLanes(chains);
  const nodes = new Map<string, PlacedNode>();
  for (const chain of chains) {
    for (const id of chain.layers) {
      const row = rows.get(id) ?? 0;
      const { x } = lanes[chain.lane] ?? { x: margin };
      nodes.set(id, { id, row, lane: chain.lane, x, y: margin + row * rowHeight });
    }
  }
  const passing = new Map(
    chains.flatMap((chain) => (chain.edge ? [[keyOf(chain.edge), chain] as const] : [])),
  );
  const placed = edges.flatMap((edge): PlacedEdge[] => {
    const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
    if (from === undefined || to === undefined) return [];
    const lane = lanes[passing.get(keyOf(edge))?.lane ?? -1];
    return [{ ...edge, ...drawEdge(from, to, lane ? laneMiddle(lane) : from.x + nodeWidth / 2) }];
  });
  const bottom = Math.max(0, ...[...nodes.values()].map(({ y }) => y));
  const end = lanes.at(-1);
  return {
    nodes: [...nodes.values()],
    edges: placed,
    width: (end ? end.x + end.width : nodeWidth) + margin,
    height: bottom + nodeHeight + margin,
  };
}

const keyOf = ({ from, to, input }: Edge): string => `${from}\n${to}\n${input}`;

function edgesOf(layers: readonly Layer[]): Edge[] {
  const before = new Set(['input']);
  return layers.flatMap((layer) => {
    const edges = layerInputs(layer).flatMap((from, input) =>
      before.has(from) ? [{ from, to: layer.id, input }] : [],
    );
    before.add(layer.id);
    return edges;
  });
}

function rowsOf(layers: readonly Layer[], edges: readonly Edge[]): Map<string, number> {
  const into = Map.groupBy(edges, ({ to }) => to);
  const rows = new Map([['input', 0]]);
  for (const { id } of layers) {
    const above = (into.get(id) ?? []).map(({ from }) => rows.get(from) ?? 0);
    rows.set(id, Math.max(0, ...above) + 1);
  }
  return rows;
}

function chainsOf(
  layers: readonly Layer[],
  edges: readonly Edge[],
  rows: ReadonlyMap<string, number>,
): Chain[] {
  const rowOf = (id: string): number => rows.get(id) ?? 0;
  const into = Map.groupBy(edges, ({ to }) => to);
  const outOf = Map.groupBy(edges, ({ from }) => from);
  const heirs = heirsOf(layers, outOf);
  const picture: Chain = { layers: ['input'], edge: null, first: 0, last: 0, lane: 0 };
  const chains = [picture];
  const chainOf = new Map([['input', picture]]);
  for (const { id } of layers) {
    if (chainOf.has(id)) continue;
    const inputs = (into.get(id) ?? []).map(({ from }) => from);
    const open = inputs.flatMap((from) => (heirs.get(from) === id ? (chainOf.get(from) ?? []) : []));
    // Where branches meet, the way goes on below the one that began first.
    const goesOn = chains.find((chain) => open.includes(chain));
    const chain: Chain = goesOn ?? { layers: [], edge: null, first: rowOf(id), last: rowOf(id), lane: 0 };
    if (goesOn === undefined) chains.push(chain);
    chain.layers.push(id);
    chain.last = rowOf(id);
    chainOf.set(id, chain);
  }
  const inChains = [...chains];
  for (const chain of inChains) {
    chain.layers.forEach((id, at) => {
      const next = chain.layers[at + 1];
      const out = outOf.get(id) ?? [];
      const link = out.find(({ to }) => to === next);
      for (const edge of out) {
        const arrives = rowOf(edge.to) - 1;
        // From the end of a chain edges run on in its own lane.
        if (next === undefined) chain.last = Math.max(chain.last, arrives);
        else if (edge !== link && arrives > rowOf(id)) {
          chains.push({ layers: [], edge, first: rowOf(id) + 1, last: arrives, lane: 0 });
        }
      }
    });
  }
  return chains;
}

/** Of every layer the reader that stands below it in its lane: the one from which the way to the end is longest. */
function heirsOf(
  layers: readonly Layer[],
  outOf: ReadonlyMap<string, readonly Edge[]>,
): ReadonlyMap<string, string> {
  const lengths = new Map<string, number>();
  const heirs = new Map<string, string>();
  for (const id of ['input', ...layers.map((layer) => layer.id)].toReversed()) {
    let longest = 0;
    for (const { to } of outOf.get(id) ?? []) {
      const length = (lengths.get(to) ?? 0) + 1;
      if (length <= longest) continue;
      longest = length;
      heirs.set(id, to);
    }
    lengths.set(id, longest);
  }
  return heirs;
}

/** Gives every chain a lane that is free in its rows; the one of the picture keeps the first. Gives the lanes. */
function giveLanes(chains: readonly Chain[]): { x: number; width: number }[] {
  const [picture, ...others] = chains;
  const isWide = [true];
  const ends: number[] = [Infinity];
  if (picture) picture.lane = 0;
  const inTurn = others.toSorted((a, b) => a.first - b.first || b.layers.length - a.layers.length);
  for (const chain of inTurn) {
    let lane = ends.findIndex((end) => end < chain.first);
    if (lane < 0) lane = ends.length;
    ends[lane] = chain.last;
    isWide[lane] = (isWide[lane] ?? false) || chain.layers.length > 0;
    chain.lane = lane;
  }
  let x = margin;
  return isWide.map((wide) => {
    const lane = { x, width: wide ? nodeWidth : edgeLaneWidth };
    x += lane.width + laneGap;
    return lane;
  });
}

/** Where an edge runs that has a lane, or its left, for itself. */
const laneMiddle = ({ x, width }: { x: number; width: number }): number =>
  x + (width === edgeLaneWidth ? 0 : edgeInset);

/** `along`: where it runs down past other rows. */
function drawEdge(from: PlacedNode, to: PlacedNode, along: number): Pick<PlacedEdge, 'path' | 'label'> {
  const [x0, y0] = [from.x + nodeWidth / 2, from.y + nodeHeight];
  const [x1, y1] = [to.x + nodeWidth / 2, to.y];
  if (to.row === from.row + 1) {
    const way = x0 === x1 ? `V${y1}` : bend(x0, y0, x1, y1);
    // Of a branch in its lane, which is the one on the right; what leaves or joins the main way does so on its right.
    const side = x0 === x1 ? 'left' : 'right';
    return { path: `M${x0} ${y0}${way}`, label: { x: Math.max(x0, x1), y: (y0 + y1) / 2, side } };
  }
  const [down, up] = [y0 + gap, y1 - gap];
  const into = along === x0 ? '' : bend(x0, y0, along, down);
  const out = along === x1 ? `V${y1}` : bend(along, up, x1, y1);
  const label =
    along === x0
      ? { x: x0, y: y0 + gap / 2, side: 'left' as const }
      : { x: along, y: down + nodeHeight / 2, side: 'right' as const };
  return { path: `M${x0} ${y0}${into}V${up}${out}`, label };
}

/** A curve that leaves and arrives upright. */
const bend = (x0: number, y0: number, x1: number, y1: number): string => {
  const middle = (y0 + y1) / 2;
  return `C${x0} ${middle} ${x1} ${middle} ${x1} ${y1}`;
};

export type Direction = 'up' | 'down' | 'left' | 'right';

/**
 * Where an arrow key leads: down and up along the edges, in the same lane where there is one; sideways to the next branch in the
 * row, or on to where one begins or meets. Null where there is nothing that way.
 */
export function neighbour({ nodes, edges }: GraphLayout, id: string, direction: Direction): string | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const here = byId.get(id);
  if (here === undefined) return null;
  const known = (ids: readonly string[]): PlacedNode[] => ids.flatMap((each) => byId.get(each) ?? []);
  const readers = known(edges.filter(({ from }) => from === id).map(({ to }) => to));
  const inputs = known(edges.filter(({ to }) => to === id).map(({ from }) => from));
  if (direction === 'down' || direction === 'up') {
    const ways = direction === 'down' ? readers : inputs;
    return (ways.find(({ lane }) => lane === here.lane) ?? ways[0])?.id ?? null;
  }
  const side = direction === 'right' ? 1 : -1;
  const beside = ({ lane }: PlacedNode): boolean => (lane - here.lane) * side > 0;
  const nearest = (some: readonly PlacedNode[]): PlacedNode | undefined =>
    some.filter(beside).toSorted((a, b) => Math.abs(a.lane - here.lane) - Math.abs(b.lane - here.lane))[0];
  return (
    (nearest(nodes.filter(({ row }) => row === here.row)) ?? nearest([...readers, ...inputs]))?.id ?? null
  );
}
