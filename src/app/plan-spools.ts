import type { PlanSummary } from '../core/plan/plan-summary.ts';
import { IDENTITIES } from './identity/identity-spool.ts';
import { anonymousSpool } from './operation-sink.ts';

/** Names of the spools that hold what a plan would send and write down. */
export function spoolsOf({ models }: PlanSummary): readonly string[] {
  const spools = models.flatMap((plan) => {
    if (plan.kind === 'identities') return [];
    const isAnonymous = plan.kind === 'event' && plan.anonymous > 0;
    return isAnonymous ? [plan.model, anonymousSpool(plan.model)] : [plan.model];
  });
  return [IDENTITIES, ...spools];
}
