import type { Allowance } from '../core/guard/allowance.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { type AcceptedDefinitions, withAccepted } from './definitions/settle-definitions.ts';
import { type MadePlan, makePlan } from './make-plan.ts';
import { removeOldPlans } from './old-plans.ts';
import { requireLimits } from './radius-guard.ts';
import type { SessionOptions } from './session.ts';
import { withSession } from './session.ts';
import { type RunResult, writeRun } from './write-run.ts';

export interface SyncOptions extends SessionOptions {
  readonly command: string;
  /** Unix seconds. */
  readonly historyFrom: number | undefined;
  /** Read everything, also where changes are captured. */
  readonly isFull?: boolean | undefined;
  readonly accepted?: AcceptedDefinitions | undefined;
  readonly allowances?: readonly Allowance[];
  /** People to show for each limit that stops the run; undefined: none. */
  readonly examplesMax?: number;
  readonly signal: AbortSignal | undefined;
}

/** Plans and sends in one go. */
export function sync(toolbox: Toolbox, options: SyncOptions): Promise<RunResult> {
  return withSession(toolbox, options, async (opened) => {
    const session = await withAccepted(opened, options.accepted);
    requireLimits(session.contract, options.allowances ?? []);
    const runId = toolbox.newId();
    await removeOldPlans(session);
    try {
      return await writeRun(session, { ...options, runId }, async (state): Promise<MadePlan> => {
        const { historyFrom, isFull = false, examplesMax = 0, allowances, signal } = options;
        return makePlan(session, state, {
          planId: runId,
          historyFrom,
          samplesMax: 0,
          isFull,
          examplesMax,
          allowances,
          signal,
        });
      });
    } finally {
      await session.spools.remove(runId);
    }
  });
}
