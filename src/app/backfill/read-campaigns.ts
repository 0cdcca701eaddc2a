import type { BackfillRequest, SafeCampaign } from '../../core/backfill/backfill-plan.ts';
import {
  type CampaignConcern,
  campaignConcerns,
  campaignsNamed,
} from '../../core/backfill/campaign-concern.ts';
import { didYouMean } from '../../core/contract/did-you-mean.ts';
import type { Campaign } from '../../core/customerio/journey.ts';
import { ContractError } from '../../core/errors/millrace-error.ts';
import { campaignIn } from '../../core/journeys/journey.ts';
import type { Session } from '../session.ts';

/** What Customer.io would do with a backfill. */
export interface CampaignReading {
  /** Undefined without an App API key. */
  readonly concerns: readonly CampaignConcern[] | undefined;
  /** What is wrong with names in journeys.yml. */
  readonly remarks: readonly string[];
}

/**
 * Asks which campaigns run, and what starts them.
 * @throws DestinationError when the App API does not answer; ContractError `usage` for a name that is of no campaign.
 */
export async function readCampaigns(
  session: Session,
  request: BackfillRequest,
  signal: AbortSignal | undefined,
): Promise<CampaignReading> {
  if (session.app === undefined) return { concerns: undefined, remarks: [] };
  const { journeys } = session.app;
  const campaigns = await journeys.campaigns(signal);
  for (const { campaign } of request.safe) requireOne(campaigns, campaign);
  const hasSegments = campaigns.some(({ triggerSegmentIds }) => triggerSegmentIds.length > 0);
  const segments = hasSegments ? await journeys.segments(signal) : [];
  const { event, mode } = request;
  // What stands on the command line was said for this backfill, and goes first.
  const safe = [...request.safe, ...safeJourneys(session)];
  return {
    concerns: campaignConcerns({ campaigns, segments, event, mode, safe }),
    remarks: journeyRemarks(session, campaigns),
  };
}

/** What journeys.yml says is safe in this workspace. */
function safeJourneys({ contract, workspaceName }: Session): readonly SafeCampaign[] {
  return contract.journeys.flatMap((journey) => {
    const campaign = campaignIn(journey, workspaceName);
    const { safeBecause: reason } = journey;
    if (campaign === undefined || reason === undefined) return [];
    return [{ campaign, reason, saidIn: 'journeys.yml' as const }];
  });
}

/** @throws ContractError `usage` when the name is of no campaign, or of several. */
function requireOne(campaigns: readonly Campaign[], named: SafeCampaign['campaign']): void {
  const count = campaignsNamed(campaigns, named).length;
  if (count === 1) return;
  const message = `\`--safe ${named}\`: ${count === 0 ? 'there is no such campaign' : 'several campaigns have this name'}`;
  const names = campaigns.map(({ name }) => name);
  const hint = count === 0 ? didYouMean(String(named), names) : 'Name it by its number.';
  throw new ContractError('usage', message, { hint });
}

function journeyRemarks({ contract, workspaceName }: Session, campaigns: readonly Campaign[]) {
  return contract.journeys.flatMap((journey) => {
    const named = campaignIn(journey, workspaceName);
    const count = named === undefined ? 1 : campaignsNamed(campaigns, named).length;
    if (count === 1) return [];
    const what = count === 0 ? 'the workspace does not have' : 'several campaigns of the workspace have';
    return [`journeys.yml: \`${journey.name}\` names campaign ${JSON.stringify(named)}, which ${what}`];
  });
}
