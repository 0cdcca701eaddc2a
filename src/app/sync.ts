import type { Toolbox } from '../ports/toolbox.ts';
import { type AcceptedDefinitions, withAccepted } from './definitions/settle-definitions.ts';
import { type MadePlan, makePlan } from './make-plan.ts';
import { removeOldPlans } from './old-plans.ts';
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
  readonly signal: AbortSignal | undefined;
}

/** Plans and sends in one go. */
export function sync(toolbox: Toolbox, options: SyncOptions): Promise<RunResult> {
  return withSession(toolbox, options, async (opened) => {
    const session = await withAccepted(opened, options.accepted);
    const runId = toolbox.newId();
    await removeOldPlans(session);
    try {
      return await writeRun(session, { ...options, runId }, async (state): Promise<MadePlan> => {
        const { historyFrom, isFull = false, signal } = options;
        return makePlan(session, state, { planId: runId, historyFrom, samplesMax: 0, isFull, signal });
      });
    } finally {
      await session.spools.remove(runId);
    }
  });
}
