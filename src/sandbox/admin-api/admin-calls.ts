import { z } from 'zod';
import { isoMomentSchema, spanSchema } from '../definitions/field-schemas.ts';
import { readFaultRules } from '../faults/read-fault-rules.ts';
import type { RequestLogMode } from '../http/request-log.ts';
import { readSwitches } from '../read-switches.ts';
import { CLOCK_MS_MAX, type ClockReading } from '../sandbox-clock.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { SandboxError } from '../sandbox-error.ts';
import type { Switches } from '../switches.ts';

/** Thirty years in a second. */
const CLOCK_RATE_MAX = 1_000_000_000;

const clockSchema = z.strictObject({
  /** Unix milliseconds, or ISO 8601 with its zone. */
  now: z
    .union([z.number().min(-CLOCK_MS_MAX).max(CLOCK_MS_MAX), isoMomentSchema], {
      error: 'write a moment as 2026-11-23T10:00:00Z, or in unix milliseconds',
    })
    .optional(),
  advanceMs: z.number().min(-CLOCK_MS_MAX).max(CLOCK_MS_MAX).optional(),
  /** `21d` */
  advance: spanSchema.optional(),
  rate: z.number().min(0).max(CLOCK_RATE_MAX).optional(),
});

const resetSchema = z.strictObject({ environmentId: z.int().min(1).optional() });

const requestsSchema = z.strictObject({
  log: z.enum(['off', 'on', 'bodies']).optional(),
  clear: z.boolean().optional(),
});

const snapshotSchema = z.strictObject({ name: z.string().min(1).max(100).default('default') });

/** Replaces the fault rules. Takes what a person wrote: a list of rules, or one rule. */
export function replaceFaults(core: SandboxCore, rules: unknown): void {
  core.noteChange();
  core.faults.replace(readFaultRules(rules));
}

export function changeClock(core: SandboxCore, change: unknown): ClockReading {
  core.noteChange();
  const { now, advanceMs = 0, advance = 0, rate } = parsed(clockSchema, change);
  return core.setClock({ now, advanceMs: advanceMs + advance, rate });
}

export function changeSwitches(core: SandboxCore, changes: unknown): Switches {
  core.noteChange();
  const complete = readSwitches(changes, core.workspace.switches);
  core.workspace.changeSwitches(complete);
  return complete;
}

export function resetSandbox(core: SandboxCore, options: unknown): void {
  core.reset(parsed(resetSchema, options).environmentId);
}

export function changeRequestLog(core: SandboxCore, change: unknown): RequestLogMode {
  core.noteChange();
  const { log, clear } = parsed(requestsSchema, change);
  if (clear === true) core.requests.clear();
  if (log !== undefined) core.requests.setMode(log);
  return core.requests.mode;
}

/** Keeps the state under a name. */
export function takeSnapshot(core: SandboxCore, options: unknown): void {
  core.snapshots.take(parsed(snapshotSchema, options).name, core);
}

/** Brings back the state that a name stands for. */
export function restoreSnapshot(core: SandboxCore, options: unknown): void {
  core.snapshots.restore(parsed(snapshotSchema, options).name, core);
}

/** Adds fault rules to those in force. */
export function addFaults(core: SandboxCore, rules: unknown): void {
  core.noteChange();
  core.faults.add(readFaultRules(rules));
}

export function removeFault(core: SandboxCore, name: string): void {
  core.noteChange();
  core.faults.remove(name);
}

function parsed<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new SandboxError(z.prettifyError(result.error));
}
