import { stringify } from 'yaml';
import { z } from 'zod';
import { type Checked, checkSchema } from './schema-problems.ts';
import { parseYamlFile } from './yaml-file.ts';

const workspaceLockSchema = z.strictObject({
  events: z.record(z.string(), z.strictObject({ starts_at: z.iso.datetime() })).default({}),
});

const lockSchema = z.strictObject({
  version: z.literal(1, { error: 'this file was written by another version of Millrace' }),
  namespace: z.string(),
  workspaces: z.record(z.string(), workspaceLockSchema).default({}),
});

/** What has been published, and must not change in silence: `millrace.lock`, committed with the project. */
export interface Lock {
  readonly namespace: string;
  /** Workspace → event → unix seconds from which on the event is sent. */
  readonly eventStarts: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const HEADER = `# Written by Millrace; commit it with the project. It remembers what has been published:
# the namespace that all event ids are made from, and since when each event is sent.
`;

export function readLock(file: string, text: string): Checked<Lock> {
  const checked = checkSchema(lockSchema, parseYamlFile(file, text));
  if (checked.value === undefined) return checked;
  const { namespace, workspaces } = checked.value;
  const starts = Object.entries(workspaces).map(([workspace, { events }]) => [
    workspace,
    Object.fromEntries(
      Object.entries(events).map(([event, entry]) => [event, Date.parse(entry.starts_at) / 1000]),
    ),
  ]);
  return { value: { namespace, eventStarts: Object.fromEntries(starts) }, problems: [] };
}

export function writeLock(lock: Lock): string {
  const workspaces = Object.entries(lock.eventStarts).map(([workspace, starts]) => [
    workspace,
    {
      events: Object.fromEntries(
        Object.entries(starts).map(([event, at]) => [event, { starts_at: isoTime(at) }]),
      ),
    },
  ]);
  return (
    HEADER + stringify({ version: 1, namespace: lock.namespace, workspaces: Object.fromEntries(workspaces) })
  );
}

export function lockedStart(lock: Lock | undefined, workspace: string, event: string): number | undefined {
  return lock?.eventStarts[workspace]?.[event];
}

/** The lock with these starts in it; a start only ever moves to an earlier time (when history was sent). */
export function withStarts(lock: Lock, workspace: string, starts: Readonly<Record<string, number>>): Lock {
  const merged: Record<string, number> = { ...lock.eventStarts[workspace] };
  for (const [event, at] of Object.entries(starts)) merged[event] = Math.min(at, merged[event] ?? at);
  const sorted = Object.fromEntries(Object.entries(merged).sort(([a], [b]) => a.localeCompare(b)));
  return { ...lock, eventStarts: { ...lock.eventStarts, [workspace]: sorted } };
}

function isoTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().replace('.000Z', 'Z');
}
