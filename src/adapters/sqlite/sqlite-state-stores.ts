import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { StateError } from '../../core/errors/millrace-error.ts';
import type { StateStore, StateStores } from '../../ports/state-store.ts';
import { SqliteCaptures } from './sqlite-captures.ts';
import { SqliteDelivered } from './sqlite-delivered.ts';
import { SqliteIdentities } from './sqlite-identities.ts';
import { isProcessAlive, type ProcessProbe, SqliteLeases } from './sqlite-leases.ts';
import { SqliteRuns } from './sqlite-runs.ts';
import { StateDatabase } from './state-database.ts';

const ENDING = '.db';

/** The states of one project: a file for each workspace, in a folder that only the owner reads. */
export function sqliteStateStores(folder: string): StateStores {
  const pathOf = (workspace: string): string => join(folder, workspace + ENDING);
  return {
    open: async (workspace) => {
      makeFolder(folder);
      return openForWriting(pathOf(workspace));
    },
    openForReading: async (workspace) => {
      const path = pathOf(workspace);
      return existsSync(path) ? openSqliteState(new StateDatabase(path, 'read')) : undefined;
    },
    workspaces: async () => workspacesIn(folder),
  };
}

/** A state over an open database; `isAlive` tells whether a process of this machine still runs. */
export function openSqliteState(
  database: StateDatabase,
  isAlive: ProcessProbe = isProcessAlive,
  hostName = hostname(),
): StateStore {
  const leases = new SqliteLeases(database, hostName, isAlive);
  return {
    leases,
    delivered: new SqliteDelivered(database, leases),
    runs: new SqliteRuns(database, leases),
    identities: new SqliteIdentities(database, leases),
    captures: new SqliteCaptures(database, leases),
    close: async () => database.close(),
  };
}

function openForWriting(path: string): StateStore {
  const database = new StateDatabase(path, 'write');
  chmodSync(path, 0o600);
  return openSqliteState(database);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new StateError('state_full', `the folder of the state could not be made: ${words}`, {
      cause: error,
    });
  }
}

function workspacesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => ({ name, usedAt: lastUse(join(folder, name)) }))
    .sort((a, b) => b.usedAt - a.usedAt)
    .map(({ name }) => name.slice(0, -ENDING.length));
}

/** Writes go to the journal beside the file first. */
function lastUse(path: string): number {
  const times = [path, `${path}-wal`].filter(existsSync).map((file) => statSync(file).mtimeMs);
  return Math.max(...times);
}
