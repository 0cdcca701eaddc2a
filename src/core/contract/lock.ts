import { stringify } from 'yaml';
import { z } from 'zod';
import type { FieldType } from './contract.ts';
import type { PublishedTypes, TypesByName } from './published-types.ts';
import { type Checked, checkSchema } from './schema-problems.ts';
import { parseYamlFile } from './yaml-file.ts';

/** A published attribute or property. A mapping, so that more can be written down of it later. */
const fieldLockSchema = z.strictObject({ type: z.string() });

const eventLockSchema = z.strictObject({
  starts_at: z.iso.datetime().optional(),
  properties: z.record(z.string(), fieldLockSchema).default({}),
});

const workspaceLockSchema = z.strictObject({
  attributes: z.record(z.string(), fieldLockSchema).default({}),
  events: z.record(z.string(), eventLockSchema).default({}),
});

const lockSchema = z.strictObject({
  version: z.literal(1, { error: 'this file was written by another version of Millrace' }),
  namespace: z.string(),
  workspaces: z.record(z.string(), workspaceLockSchema).default({}),
});

/** What has been published, and must not change in silence: `millrace.lock`, committed with the project. */
export interface Lock {
  readonly namespace: string;
  readonly workspaces: ReadonlyMap<string, WorkspaceLock>;
}

/** What has been published in one workspace. */
export interface WorkspaceLock {
  /** Event → unix seconds from which on the event is sent. */
  readonly starts: ReadonlyMap<string, number>;
  readonly types: PublishedTypes;
}

const NEW_WORKSPACE: WorkspaceLock = {
  starts: new Map(),
  types: { attributes: new Map(), properties: new Map() },
};

const HEADER = `# Written by Millrace; commit it with the project. It remembers what has been published:
# the namespace that all event ids are made from, since when each event is sent, and the types of what is sent.
`;

export function readLock(file: string, text: string): Checked<Lock> {
  const checked = checkSchema(lockSchema, parseYamlFile(file, text));
  if (checked.value === undefined) return checked;
  const { namespace, workspaces } = checked.value;
  return { value: { namespace, workspaces: toMap(workspaces, fromYaml) }, problems: [] };
}

function fromYaml({ attributes, events }: z.output<typeof workspaceLockSchema>): WorkspaceLock {
  const starts = Object.entries(events).flatMap(([event, { starts_at }]) =>
    starts_at === undefined ? [] : [[event, Date.parse(starts_at) / 1000] as const],
  );
  const properties = toMap(events, (event) => toMap(event.properties, typeOf));
  return { starts: new Map(starts), types: { attributes: toMap(attributes, typeOf), properties } };
}

/** A type that this version does not know differs from every one that it does. */
function typeOf({ type }: z.output<typeof fieldLockSchema>): FieldType {
  return type as FieldType;
}

function toMap<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): ReadonlyMap<string, B> {
  return new Map(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

export function writeLock({ namespace, workspaces }: Lock): string {
  const entries = [...workspaces].map(([name, workspace]) => [name, toYaml(workspace)]);
  return HEADER + stringify({ version: 1, namespace, workspaces: Object.fromEntries(entries) });
}

function toYaml({ starts, types }: WorkspaceLock): unknown {
  const names = [...new Set([...starts.keys(), ...types.properties.keys()])].sort();
  const events = names.map((event) => [
    event,
    eventToYaml(starts.get(event), types.properties.get(event) ?? new Map()),
  ]);
  return { ...typesToYaml('attributes', types.attributes), events: Object.fromEntries(events) };
}

function eventToYaml(startsAt: number | undefined, properties: TypesByName): unknown {
  const start = startsAt === undefined ? {} : { starts_at: isoTime(startsAt) };
  return { ...start, ...typesToYaml('properties', properties) };
}

/** By name, so that the file changes where something changed and nowhere else. */
function typesToYaml(part: string, types: TypesByName): Readonly<Record<string, unknown>> {
  if (types.size === 0) return {};
  const sorted = [...types].sort(([a], [b]) => (a < b ? -1 : 1));
  return { [part]: Object.fromEntries(sorted.map(([name, type]) => [name, { type }])) };
}

/** What is published in a workspace; nothing yet in one that the lock does not know. */
export function workspaceLock(lock: Lock | undefined, workspace: string): WorkspaceLock {
  return lock?.workspaces.get(workspace) ?? NEW_WORKSPACE;
}

/** The lock with these starts in it; a start only ever moves to an earlier time (when history was sent). */
export function withStarts(lock: Lock, workspace: string, starts: ReadonlyMap<string, number>): Lock {
  const before = workspaceLock(lock, workspace);
  const merged = new Map(before.starts);
  for (const [event, at] of starts) merged.set(event, Math.min(at, merged.get(event) ?? at));
  return withWorkspace(lock, workspace, { ...before, starts: merged });
}

export function withTypes(lock: Lock, workspace: string, types: PublishedTypes): Lock {
  return withWorkspace(lock, workspace, { ...workspaceLock(lock, workspace), types });
}

function withWorkspace(lock: Lock, workspace: string, entry: WorkspaceLock): Lock {
  return { ...lock, workspaces: new Map([...lock.workspaces, [workspace, entry]]) };
}

function isoTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().replace('.000Z', 'Z');
}
