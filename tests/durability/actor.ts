/**
 * A Tessera that does one thing after another until it is killed: `actor.ts <project> <start file> <log file> <seed>`. The
 * real services with real worker processes. What it is about to do and what was acknowledged it writes, line by line, into
 * the log, which lies outside of the project.
 */
import { openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { spawnNodeWorker } from '../../app/jobs/spawn-node.ts';
import { composeServices } from '../../app/services/compose.ts';
import { randomOf } from '../fuzz/mutate.ts';
import { Model, type Acknowledgement, type Action, type ModelState, type Row } from './model.ts';

export interface Start {
  model: ModelState;
  /** What each snapshot holds, as far as it is known. */
  snapshots: [name: string, model: ModelState][];
  /** Folders that were not imported yet, with the names of their pictures. */
  folders: [folder: string, names: string[]][];
  runId: string;
  exports: string;
}

const [, , projectPath = '', startFile = '', logFile = '', seed = '1'] = process.argv;
const start = JSON.parse(readFileSync(startFile, 'utf8')) as Start;
const log = openSync(logFile, 'a');
const say = (line: object): void => void writeSync(log, `${JSON.stringify(line)}\n`);
const random = randomOf(Number(seed));
const below = (limit: number): number => Math.floor(random() * limit);
const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;

let model = new Model(start.model);
const snapshots = new Map(start.snapshots);
const folders = [...start.folders];
const services = composeServices({ host: { kind: 'cli', version: '0.0.0' }, spawn: spawnNodeWorker });
const { projects, dataset, labeling, durability, exports, jobs } = createRouterClient(services.router);
const { id: projectId } = await projects.open({ path: projectPath });
const classIds = (await dataset.classes({ projectId })).map(({ id }) => id);
say({ opened: true });

async function settled(jobId: string): Promise<void> {
  for (;;) {
    const { status, error } = await jobs.get({ jobId });
    if (status === 'failed') throw new Error(error?.message);
    if (status !== 'queued' && status !== 'running') return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Pictures with an id above `last`. */
async function rowsAfter(last: number): Promise<Row[]> {
  const ids = (await dataset.imageIds({ projectId, filter: {} })).filter((id) => id > last);
  if (ids.length === 0) return [];
  const { images } = await dataset.images({ projectId, filter: { ids }, offset: 0, limit: 1000 });
  return images.map(({ id, name, classId, split }) => ({ id, name, classId, split }));
}

function choose(): Action | null {
  const living = model.living();
  switch (
    pick([
      'label',
      'label',
      'bulk',
      'bulk',
      'undo',
      'undo',
      'redo',
      'split',
      'delete',
      'import',
      'export',
      'snapshot',
      'restore',
    ])
  ) {
    case 'label':
      return { kind: 'change', field: 'classId', ids: [pick(living)], value: pick([...classIds, null]) };
    case 'bulk':
      return {
        kind: 'change',
        field: 'classId',
        ids: living.filter(() => random() < 0.5).concat(pick(living)),
        value: pick(classIds),
      };
    case 'split':
      return {
        kind: 'change',
        field: 'split',
        ids: [pick(living), pick(living)],
        value: pick(['train', 'val', 'test']),
      };
    case 'delete':
      return living.length < 40
        ? null
        : { kind: 'change', field: 'deleted', ids: [pick(living)], value: true };
    case 'undo':
      return model.done.length === 0 ? null : { kind: 'undo' };
    case 'redo':
      return model.undone.length === 0 ? null : { kind: 'redo' };
    case 'import': {
      const next = folders.pop();
      const kind = below(4) === 0 ? 'cancelled import' : 'import';
      return next === undefined ? null : { kind, folder: next[0], names: next[1] };
    }
    case 'export':
      return { kind: 'export', out: join(start.exports, `${seed}-${below(1e9)}.safetensors`) };
    case 'snapshot':
      return { kind: 'snapshot' };
    default:
      return { kind: 'restore', name: '' };
  }
}

async function act(action: Action): Promise<Acknowledgement> {
  switch (action.kind) {
    case 'change': {
      const { field, ids, value } = action;
      const which = { projectId, imageIds: ids };
      if (field === 'classId') await labeling.label({ ...which, classId: value as number | null });
      else if (field === 'split') await dataset.moveToSplit({ ...which, split: value as 'train' });
      else await dataset.deleteImages(which);
      model.change(field, ids, value);
      return {};
    }
    case 'undo':
    case 'redo':
      await labeling[action.kind]({ projectId });
      model[action.kind]();
      return {};
    case 'import':
    case 'cancelled import': {
      const last = Math.max(0, ...model.pictures.keys());
      const { jobId } = await dataset.startImport({
        projectId,
        source: { paths: [action.folder] },
        layout: 'folders',
      });
      if (action.kind === 'cancelled import') {
        await new Promise((resolve) => setTimeout(resolve, below(60)));
        await jobs.cancel({ jobId });
      }
      await settled(jobId);
      const rows = await rowsAfter(last);
      model.add(rows);
      return { rows };
    }
    case 'export': {
      const { jobId } = await exports.start({
        projectId,
        runId: start.runId,
        format: 'safetensors',
        out: action.out,
      });
      await settled(jobId);
      return {};
    }
    case 'snapshot': {
      const taken = await durability.takeSnapshot({ projectId });
      const name = taken?.name ?? (await durability.snapshots({ projectId }))[0]?.name ?? null;
      if (name !== null) snapshots.set(name, model.state());
      return { snapshot: name };
    }
    case 'restore': {
      const present = model.state();
      const { before } = await durability.restore({ projectId, name: action.name });
      const restored = snapshots.get(action.name);
      if (restored !== undefined) model = new Model(restored);
      snapshots.set(before, present);
      return { snapshot: before };
    }
  }
}

for (;;) {
  const chosen = choose();
  if (chosen === null) continue;
  if (chosen.kind === 'restore') {
    const there = (await durability.snapshots({ projectId })).filter(({ name }) => snapshots.has(name));
    if (there.length === 0) continue;
    chosen.name = pick(there).name;
  }
  say({ begin: chosen });
  say({ done: await act(chosen) });
}
