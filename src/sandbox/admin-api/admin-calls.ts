import { z } from 'zod';
import { faultRulesSchema } from '../faults/fault-rule.ts';
import type { RequestLogMode } from '../http/request-log.ts';
import type { ClockReading } from '../sandbox-clock.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { type SwitchChanges, type Switches, switchesSchema } from '../switches.ts';

/** A call of the admin API that makes no sense; its message says what would. */
export class AdminCallError extends Error {
  override readonly name = 'AdminCallError';
}

const clockSchema = z.strictObject({
  now: z.number().optional(),
  advanceMs: z.number().optional(),
  rate: z.number().min(0).optional(),
});

const resetSchema = z.strictObject({ environmentId: z.int().min(1).optional() });

const requestsSchema = z.strictObject({
  log: z.enum(['off', 'on', 'bodies']).optional(),
  clear: z.boolean().optional(),
});

/** Replaces the fault rules. Takes what a person wrote: a list of rules, or one rule. */
export function replaceFaults(core: SandboxCore, rules: unknown): void {
  core.faults.replace(parsed(faultRulesSchema, rules));
}

export function changeClock(core: SandboxCore, change: unknown): ClockReading {
  return core.clock.change(parsed(clockSchema, change));
}

export function changeSwitches(core: SandboxCore, changes: unknown): Switches {
  const { switches } = core.workspace;
  const isObject = typeof changes === 'object' && changes !== null && !Array.isArray(changes);
  const complete = parsed(switchesSchema, isObject ? { ...switches, ...changes } : changes);
  core.workspace.changeSwitches(complete satisfies SwitchChanges);
  return complete;
}

export function resetSandbox(core: SandboxCore, options: unknown): void {
  core.reset(parsed(resetSchema, options).environmentId);
}

export function changeRequestLog(core: SandboxCore, change: unknown): RequestLogMode {
  const { log, clear } = parsed(requestsSchema, change);
  if (clear === true) core.requests.clear();
  if (log !== undefined) core.requests.setMode(log);
  return core.requests.mode;
}

function parsed<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AdminCallError(z.prettifyError(result.error));
}
