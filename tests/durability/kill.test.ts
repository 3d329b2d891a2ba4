import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../app/formats/safetensors.ts';
import { Database } from '../../app/storage/database.ts';
import { databaseFile, imageFile, snapshotsFolder } from '../../app/storage/files.ts';
import { applicationId, migrate } from '../../app/storage/migrations/index.ts';
import { projectStores } from '../../app/storage/projects.ts';
import { png } from '../formats/layouts/sources.ts';
import { randomOf } from '../fuzz/mutate.ts';
import { TrainedProject } from '../jobs/export/trained-project.ts';
import type { Start } from './actor.ts';
import { lineOf, Model, type Acknowledgement, type Action, type ModelState } from './model.ts';
import { steps } from './old-schema.ts';

/** How often a Tessera is killed; two hundred are `TESSERA_KILLS=200`. One in five dies in a migration. */
const kills = Number(process.env.TESSERA_KILLS ?? 5);
const seed = Number(process.env.TESSERA_KILL_SEED ?? Date.now() % 1_000_000);
const migrations = Math.ceil(kills / 5);
const random = randomOf(seed);
const picturesPerImport = 24;
const programs = { actor: 'actor.ts', migrator: 'migrator.ts' };

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'tessera-kill-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }), 300_000);

/** A process with whatever it starts, so that one signal ends them all. */
function launch(program: keyof typeof programs, ...args: string[]) {
  const file = fileURLToPath(new URL(programs[program], import.meta.url));
  return spawn(process.execPath, [file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, TESSERA_HOME: join(home, 'person') },
  });
}

/** Half of the time the workers are left behind, as when only Tessera itself is killed. */
async function kill(child: ReturnType<typeof launch>): Promise<void> {
  const ended = once(child, 'exit');
  if (child.pid !== undefined && random() < 0.5 && process.platform !== 'win32')
    process.kill(-child.pid, 'SIGKILL');
  else child.kill('SIGKILL');
  await ended;
}

type Line = { opened: true } | { begin: Action } | { done: Acknowledgement };

/** The lines that were written whole. */
function readLog(file: string): Line[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** What the log says that the project holds, and what was under way. */
class Replay {
  model: Model;
  inFlight: Action | null = null;
  readonly exported: string[] = [];
  readonly used = new Set<string>();
  readonly acknowledged = new Map<string, number>();
  readonly #snapshots: Map<string, ModelState>;

  constructor(start: ModelState, snapshots: Map<string, ModelState>, lines: Line[]) {
    this.model = new Model(start);
    this.#snapshots = snapshots;
    for (const line of lines) {
      if ('begin' in line) {
        this.inFlight = line.begin;
        if ('folder' in line.begin) this.used.add(line.begin.folder);
      } else if ('done' in line && this.inFlight !== null) {
        this.model = this.after(this.inFlight, line.done);
        if (this.inFlight.kind === 'export') this.exported.push(this.inFlight.out);
        this.#count(this.inFlight);
        this.inFlight = null;
      }
    }
  }

  /** The model after an action. */
  after(action: Action, { rows, snapshot }: Acknowledgement): Model {
    const next = new Model(this.model.state());
    switch (action.kind) {
      case 'change':
        next.change(action.field, action.ids, action.value);
        return next;
      case 'undo':
      case 'redo':
        next[action.kind]();
        return next;
      case 'import':
      case 'cancelled import':
        if (rows !== undefined) {
          const all = rows.length === 0 || rows.length === action.names.length;
          if (!all || (action.kind === 'import' && rows.length === 0))
            throw new Error('half an import was acknowledged');
          next.add(rows);
        }
        return next;
      case 'snapshot':
        if (snapshot) this.#snapshots.set(snapshot, this.model.state());
        return next;
      case 'restore': {
        if (snapshot) this.#snapshots.set(snapshot, this.model.state());
        const state = this.#snapshots.get(action.name);
        if (state === undefined) throw new Error(`nothing is known of ${action.name}`);
        return new Model(state);
      }
      case 'export':
        return next;
    }
  }

  #count(action: Action): void {
    const kind = action.kind === 'change' ? (action.ids.length > 1 ? 'bulk label' : 'label') : action.kind;
    this.acknowledged.set(kind, (this.acknowledged.get(kind) ?? 0) + 1);
  }
}

describe(`kill -9, ${kills} times, seed ${seed}`, () => {
  it(
    'loses nothing that was acknowledged, and leaves no project unreadable',
    { timeout: kills * 60_000 + 60_000 },
    async () => {
      await using trained = await TrainedProject.train(1);
      await trained.close();
      const { path: project, runId } = trained;
      const exportsFolder = join(home, 'exports');
      mkdirSync(exportsFolder);
      const folders = makeFolders(20 + kills);
      const snapshots = new Map<string, ModelState>();
      let model = readModel(project);
      const totals = new Map<string, number>();
      let inFlight = 0;
      for (let round = 0; round < kills - migrations; round++) {
        const startFile = join(home, 'start.json');
        const log = join(home, `log-${round}`);
        const start: Start = {
          model: model.state(),
          snapshots: [...snapshots],
          folders: [...folders],
          runId,
          exports: exportsFolder,
        };
        writeFileSync(startFile, JSON.stringify(start));
        const child = launch('actor', project, startFile, log, String(seed + round));
        // The first one lives until something was acknowledged: losing it could be seen.
        while (readLog(log).length < (round === 0 ? 3 : 1)) {
          if (child.exitCode !== null) throw new Error(`the actor ended by itself in round ${round}`);
          await sleep(5);
        }
        await sleep(random() ** 2 * 3500);
        expect(child.exitCode, `the actor failed in round ${round}`).toBeNull();
        await kill(child);

        const replay = new Replay(model.state(), snapshots, readLog(log));
        for (const folder of replay.used) folders.delete(folder);
        for (const [kind, count] of replay.acknowledged) totals.set(kind, (totals.get(kind) ?? 0) + count);
        if (replay.inFlight !== null) inFlight++;
        model = settle(project, replay, round);
        for (const out of replay.exported) expect(existsSync(out), out).toBe(true);
        for (const name of readdirSync(exportsFolder).filter((each) => each.endsWith('.safetensors'))) {
          const file = join(exportsFolder, name);
          expect(readSafetensors(readFileSync(file), file).tensors.size).toBeGreaterThan(0);
        }
        rmSync(log);
      }
      process.stdout.write(
        `${kills - migrations} kills, ${inFlight} of them within an action; acknowledged: ` +
          `${[...totals].map(([kind, count]) => `${count} ${kind}`).join(', ')}\n`,
      );
      expect(totals.size).toBeGreaterThan(0);
    },
  );

  it(
    'in a migration leaves the old database or the new one',
    { timeout: migrations * 30_000 + 60_000 },
    async () => {
      const pristine = join(home, 'pristine');
      oldProject(pristine, 20_000);
      const ends = { old: 0, new: 0 };
      let span = 400;
      for (let round = 0; round < migrations; round++) {
        const folder = join(home, `migrated-${round}`);
        cpSync(pristine, folder, { recursive: true });
        const child = launch('migrator', folder);
        const begun = once(child.stdout, 'data');
        let isDone = false;
        await begun;
        child.stdout.on('data', () => (isDone = true));
        const at = Date.now();
        // Until it has once been seen how long it takes, the first one runs to its end.
        const wait = round === 0 ? 60_000 : random() * span * 1.1;
        while (!isDone && Date.now() - at < wait) await sleep(2);
        if (round === 0) span = Date.now() - at;
        await kill(child);
        const version = checkMigrated(folder);
        ends[version === 1 ? 'old' : 'new']++;
        if (isDone) expect(version).toBe(3);
        rmSync(folder, { recursive: true });
      }
      process.stdout.write(
        `${migrations} kills in a migration of ${span} ms: ${ends.old} old, ${ends.new} new\n`,
      );
    },
  );
});

/** Opens what a kill has left, and finds the state of the log, or that with the action that was under way. */
function settle(project: string, replay: Replay, round: number): Model {
  using store = projectStores.open(project);
  const rows = store.images({}, 0, 100_000).images;
  const found = rows.map(lineOf);
  for (const { id, name } of rows) {
    const hash = store.imageHash(id) ?? '';
    if (!existsSync(imageFile(project, hash))) throw new Error(`the original of ${name} is gone`);
  }
  const candidates = [replay.model];
  const action = replay.inFlight;
  if (action !== null && 'folder' in action) {
    // An import that was cut short is kept as far as it came.
    const known = new Set(replay.model.visible());
    const more = rows.filter((row) => !known.has(lineOf(row)));
    if (more.every(({ name }) => action.names.includes(name))) {
      const partial = new Model(replay.model.state());
      partial.add(more);
      candidates.unshift(partial);
    }
  } else if (action !== null) {
    candidates.push(replay.after(action, {}));
  }
  const journal = store.history(1_000_000);
  const undone = journal.filter((entry) => entry.undone).length;
  const right = candidates.find(
    (each) =>
      each.visible().join('\n') === found.join('\n') &&
      each.undone.length === undone &&
      each.done.length === journal.length - undone,
  );
  if (right === undefined) {
    const expected = new Set(replay.model.visible());
    const strange = found.filter((line) => !expected.has(line)).slice(0, 5);
    const lost = [...expected].filter((line) => !found.includes(line)).slice(0, 5);
    throw new Error(
      `round ${round}: under way ${JSON.stringify(action)?.slice(0, 300)}; journal ${journal.length - undone}+${undone}, ` +
        `expected ${replay.model.done.length}+${replay.model.undone.length}; not acknowledged: ${strange.join('; ')}; lost: ${lost.join('; ')}`,
    );
  }
  return right;
}

function readModel(project: string): Model {
  using store = projectStores.open(project);
  const model = new Model({ pictures: [], done: [], undone: [] });
  model.add(store.images({}, 0, 100_000).images);
  return model;
}

/** Folders of pictures that are like no other, each with its classes. */
function makeFolders(count: number): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (let folder = 0; folder < count; folder++) {
    const path = join(home, 'sources', String(folder));
    const names = Array.from({ length: picturesPerImport }, (_, index) => `X/${folder}-${index}.png`);
    for (const [index, name] of names.entries()) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), png(100_000 + folder * picturesPerImport + index));
    }
    folders.set(path, names);
  }
  return folders;
}

/** A project as the first Tessera made it. */
function oldProject(folder: string, pictures: number): void {
  mkdirSync(folder);
  using database = new Database(folder, databaseFile(folder));
  database.script(`PRAGMA application_id = ${applicationId}`);
  migrate(database, steps.slice(0, 1));
  database.transaction(() => {
    database.run(`INSERT INTO project VALUES (1, 'old', 'Old')`);
    database.run('INSERT INTO imports (id, begun_at, finished_at) VALUES (1, 0, 0)');
    for (let id = 1; id <= pictures; id++) {
      database.run(
        `INSERT INTO images (hash, name, folded_name, width, height, channels, bytes, import_id)
         VALUES (?, ?, ?, 1, 1, 1, 1, 1)`,
        id.toString(16).padStart(64, '0'),
        `${id}.png`,
        `${id}.png`,
      );
    }
  });
}

/** Gives the version; throws unless the database is wholly of it, and any snapshot wholly old. */
function checkMigrated(folder: string): number {
  const snapshots = existsSync(snapshotsFolder(folder)) ? readdirSync(snapshotsFolder(folder)) : [];
  for (const name of snapshots.filter((each) => each.endsWith('.db'))) {
    expect(factsOf(join(snapshotsFolder(folder), name))).toEqual({
      check: 'ok',
      version: 1,
      pictures: 20_000,
    });
  }
  const facts = factsOf(databaseFile(folder));
  expect(facts).toMatchObject({ check: 'ok', pictures: 20_000 });
  expect([1, 3]).toContain(facts.version);
  if (facts.version === 3) expect(snapshots.some((name) => name.endsWith('-migration.db'))).toBe(true);
  return facts.version;
}

function factsOf(file: string): { check: unknown; version: number; pictures: unknown } {
  const connection = new DatabaseSync(file);
  try {
    return {
      check: connection.prepare('PRAGMA integrity_check').get()?.integrity_check,
      version: Number(connection.prepare('PRAGMA user_version').get()?.user_version),
      pictures: connection.prepare('SELECT count(*) AS n FROM images').get()?.n,
    };
  } finally {
    connection.close();
  }
}
