import { stringify } from 'yaml';
import { isSandboxName } from '../customerio/workspace.ts';
import { PARTS } from '../definition/judge-change.ts';
import type { PublishedCollection, PublishedDefinition, PublishedEvent } from '../definition/published.ts';
import { type LockYaml, lockProblems, lockSchema, queryKey, type WorkspaceYaml } from './lock-schema.ts';
import { type Checked, checkSchema } from './schema-problems.ts';
import { parseYamlFile } from './yaml-file.ts';

/** What has been published, and must not change in silence: `millrace.lock`, committed with the project. */
export interface Lock {
  readonly namespace: string;
  readonly workspaces: ReadonlyMap<string, WorkspaceLock>;
}

/** What has been published in one workspace. */
export interface WorkspaceLock {
  /** Event → unix seconds from which on the event is sent. */
  readonly starts: ReadonlyMap<string, number>;
  readonly attributes: ReadonlyMap<string, PublishedDefinition>;
  readonly events: ReadonlyMap<string, PublishedEvent>;
  /** Things of one sort (`objects 1`), by their name. */
  readonly collections: ReadonlyMap<string, PublishedCollection>;
  /** Model → text of the query that was last published. */
  readonly queries: ReadonlyMap<string, string>;
}

const NEW_WORKSPACE: WorkspaceLock = {
  starts: new Map(),
  attributes: new Map(),
  events: new Map(),
  collections: new Map(),
  queries: new Map(),
};

/** Written from now on; files of version 1 hold no more than types, and are still read. */
const VERSION = 2;

const HEADER = `# Written by Millrace; commit it with the project. It remembers what has been published: the namespace that
# all event ids are made from, since when each event is sent, and how everything that is sent was defined.
`;

export function readLock(file: string, text: string): Checked<Lock> {
  const yaml = parseYamlFile(file, text);
  const problems = lockProblems(file, text, yaml);
  if (problems.length > 0) return { value: undefined, problems };
  const checked = checkSchema(lockSchema, yaml);
  if (checked.value === undefined) return checked;
  const { namespace, workspaces, queries } = checked.value;
  return {
    value: { namespace, workspaces: toMap(workspaces, (each) => fromYaml(each, queries)) },
    problems: [],
  };
}

function fromYaml(
  { attributes, events, collections, queries }: WorkspaceYaml,
  texts: LockYaml['queries'],
): WorkspaceLock {
  const starts = Object.entries(events).flatMap(([event, { starts_at }]) =>
    starts_at === undefined ? [] : [[event, Date.parse(starts_at) / 1000] as const],
  );
  return {
    starts: new Map(starts),
    attributes: new Map(Object.entries(attributes)),
    events: toMap(events, ({ starts_at: _, properties, ...definition }) => ({
      definition: definition.sql === undefined ? undefined : definition,
      properties: new Map(Object.entries(properties)),
    })),
    collections: toMap(collections, ({ attributes: own, ...definition }) => ({
      definition: definition.sql === undefined ? undefined : definition,
      attributes: new Map(Object.entries(own)),
    })),
    queries: toMap(queries, (key) => texts[key] ?? ''),
  };
}

function toMap<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): ReadonlyMap<string, B> {
  return new Map(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

export function writeLock({ namespace, workspaces }: Lock): string {
  const texts = [...workspaces.values()].flatMap(({ queries }) => [...queries.values()]);
  const content = {
    version: VERSION,
    namespace,
    workspaces: toRecord(workspaces, toYaml),
    ...unlessEmpty(
      'queries',
      toRecord(new Map(texts.map((text) => [queryKey(text), text])), (text) => text),
    ),
  };
  // Each line of a query on a line of its own, however long it is.
  return HEADER + stringify(content, { blockQuote: 'literal', lineWidth: 0 });
}

function toYaml({ starts, attributes, events, collections, queries }: WorkspaceLock): unknown {
  const names = new Set([...starts.keys(), ...events.keys()]);
  const entries = [...names].map((name) => [name, eventToYaml(starts.get(name), events.get(name))] as const);
  return {
    ...unlessEmpty('attributes', toRecord(attributes, definitionToYaml)),
    events: toRecord(new Map(entries), (each) => each),
    ...unlessEmpty('collections', toRecord(collections, collectionToYaml)),
    ...unlessEmpty('queries', toRecord(queries, queryKey)),
  };
}

function eventToYaml(startsAt: number | undefined, event: PublishedEvent | undefined): unknown {
  return {
    ...(startsAt === undefined ? {} : { starts_at: isoTime(startsAt) }),
    ...(event?.definition === undefined ? {} : definitionToYaml(event.definition)),
    ...unlessEmpty('properties', toRecord(event?.properties ?? new Map(), definitionToYaml)),
  };
}

function collectionToYaml({ definition, attributes }: PublishedCollection): unknown {
  return {
    ...(definition === undefined ? {} : definitionToYaml(definition)),
    ...unlessEmpty('attributes', toRecord(attributes, definitionToYaml)),
  };
}

/** In one order, so that the file changes where something changed and nowhere else. */
function definitionToYaml(definition: PublishedDefinition): Readonly<Record<string, unknown>> {
  const keys = ['model', 'column', ...PARTS, 'since', 'version', 'reason'] as const;
  return Object.fromEntries(
    keys.flatMap((key) => (definition[key] === undefined ? [] : [[key, definition[key]]])),
  );
}

/** By name, for the same reason. */
function toRecord<A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): Readonly<Record<string, B>> {
  const sorted = [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, value]) => [key, change(value)]));
}

function unlessEmpty(
  key: string,
  record: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.keys(record).length === 0 ? {} : { [key]: record };
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

export function withWorkspace(lock: Lock, workspace: string, entry: WorkspaceLock): Lock {
  return { ...lock, workspaces: new Map([...lock.workspaces, [workspace, entry]]) };
}

/** One sandbox at a time is remembered: each start of one makes a new workspace, and nobody misses the old ones. */
export function withoutOtherSandboxes(lock: Lock, workspace: string): Lock {
  const kept = [...lock.workspaces].filter(([name]) => name === workspace || !isSandboxName(name));
  return { ...lock, workspaces: new Map(kept) };
}

function isoTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().replace('.000Z', 'Z');
}
