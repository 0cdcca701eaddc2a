import { type AccountWorkspace, type Campaign, isRunning, type Segment } from '../customerio/journey.ts';
import type { Workspace } from '../customerio/workspace.ts';
import { type Finding, finding, ok } from './finding.ts';

/** What the App API tells about a workspace. */
interface AppApiFacts {
  readonly workspaces: readonly AccountWorkspace[];
  readonly campaigns: readonly Campaign[];
  readonly segments: readonly Segment[];
}

/** What it means that there is no key; more when the contract declares something that needs one. */
export function judgeMissingKey(allowsOptIns: boolean): Finding {
  const consequence = allowsOptIns
    ? 'opt-ins are allowed and can not be written'
    : 'Customer.io can not be read back';
  return finding(
    'App API',
    allowsOptIns ? 'warning' : 'note',
    `no App API key is given: ${consequence}`,
    'Make one in Customer.io (API Credentials, App API Keys), write `app_key: ${CUSTOMERIO_APP_KEY}` and set it.',
  );
}

/** Judges whether the key belongs here, and lists what a wrong event or attribute would set off. */
export function judgeAppApi(facts: AppApiFacts, workspace: Workspace): readonly Finding[] {
  return [judgeKey(facts.workspaces, workspace), describeCampaigns(facts)];
}

function judgeKey(workspaces: readonly AccountWorkspace[], { environmentId }: Workspace): Finding {
  if (workspaces.some(({ id }) => id === environmentId)) return ok('App API', 'the App API key is good');
  return finding(
    'App API',
    'warning',
    `the App API key is good, but its account has no workspace ${environmentId}, which the Track API key belongs to`,
    'Give keys of the same workspace, or what is read back is not what was written.',
  );
}

function describeCampaigns({ campaigns, segments }: AppApiFacts): Finding {
  const running = campaigns.filter(isRunning);
  if (running.length === 0) return ok('campaigns', `none of ${campaigns.length} campaigns runs`);
  const names = new Map(segments.map(({ id, name }) => [id, name]));
  const words = running.map((campaign) => `${campaign.name} (${triggerOf(campaign, names)})`);
  return ok('campaigns', `${running.length} of ${campaigns.length} run: ${words.join('; ')}`);
}

function triggerOf(campaign: Campaign, segmentNames: ReadonlyMap<number, string>): string {
  if (campaign.eventName !== undefined) return `event ${campaign.eventName}`;
  if (campaign.objectTypeId !== undefined) return `object type ${campaign.objectTypeId}`;
  const segments = campaign.triggerSegmentIds.map((id) => segmentNames.get(id) ?? `number ${id}`);
  return segments.length === 0 ? 'another trigger' : `segment ${segments.join(', ')}`;
}
