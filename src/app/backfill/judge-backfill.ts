import type { BackfillRequest } from '../../core/backfill/backfill-plan.ts';
import type { CampaignConcern } from '../../core/backfill/campaign-concern.ts';
import { type GateVerdict, judgeGate } from '../../core/backfill/gate.ts';
import type { PlanSummary } from '../../core/plan/plan-summary.ts';
import { unixSeconds } from '../../ports/clock.ts';
import type { Session } from '../session.ts';
import { readCampaigns } from './read-campaigns.ts';
import { type SpooledAges, spooledAges } from './spooled-ages.ts';

/** Everything the gate went by, and what it says. */
export interface JudgedBackfill extends GateVerdict, SpooledAges {
  /** Running campaigns; undefined without an App API key. */
  readonly concerns: readonly CampaignConcern[] | undefined;
  readonly remarks: readonly string[];
}

/** Judges a backfill as things are now. @throws DestinationError when the App API does not answer. */
export async function judgeBackfill(
  session: Session,
  summary: Pick<PlanSummary, 'planId' | 'models'>,
  request: BackfillRequest,
  signal: AbortSignal | undefined,
): Promise<JudgedBackfill> {
  const now = unixSeconds(session.toolbox.clock);
  const spooled = await spooledAges(session.spools, summary, request, now);
  const { concerns, remarks } = await readCampaigns(session, request, signal);
  return { ...judgeGate({ request, ...spooled, concerns }), ...spooled, concerns, remarks };
}
