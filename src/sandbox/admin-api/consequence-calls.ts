import { z } from 'zod';
import { CAMPAIGN_STATES } from '../campaigns/campaign.ts';
import { readDefinitions } from '../definitions/workspace-definitions.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { SandboxError } from '../sandbox-error.ts';
import type { Segment } from '../segments/segment.ts';
import { journeyReading, messageReading } from './consequence-views.ts';
import type { SandboxJourney, SandboxMessage } from './sandbox-admin.ts';

const campaignSchema = z.strictObject({
  id: z.int().min(1),
  state: z.enum(CAMPAIGN_STATES),
  people: z.enum(['exit', 'finish']).default('exit'),
});

/** Adds segments, campaigns and webhooks, or replaces those with the same id. Throws SandboxError with every mistake. */
export function define(core: SandboxCore, definitions: unknown): void {
  core.noteChange();
  const known = core.workspace
    .consequences()
    .segments.all()
    .map(({ definition }) => definition);
  core.workspace.define(readDefinitions(definitions, known));
}

/** Starts or stops a campaign. */
export function setCampaign(core: SandboxCore, change: unknown): void {
  core.noteChange();
  const result = campaignSchema.safeParse(change);
  if (!result.success) throw new SandboxError(z.prettifyError(result.error));
  const { id, state, people } = result.data;
  const consequences = core.workspace.consequences();
  const campaign = consequences.campaign(id);
  if (campaign === undefined) {
    const ids = consequences.campaigns().map(({ definition }) => definition.id);
    throw new SandboxError(`there is no campaign ${id}; there are: ${ids.join(', ') || 'none'}`);
  }
  consequences.setCampaignState(campaign, state, people, core.clock.nowMs());
}

export function findSegment(core: SandboxCore, reference: number | string): Segment {
  const { segments } = core.workspace.consequences();
  const segment = segments.named(reference);
  if (segment !== undefined) return segment;
  const names = segments.all().map(({ definition }) => `${definition.id} (${definition.name})`);
  throw new SandboxError(`there is no segment ${reference}; there are: ${names.join(', ') || 'none'}`);
}

/** In the order they started; of one campaign or of all. */
export function* journeysOf(core: SandboxCore, campaignId: number | undefined): Generator<SandboxJourney> {
  const { journeys } = core.workspace.consequences();
  const state = core.workspace.state();
  const chosen = campaignId === undefined ? journeys.all() : journeys.ofCampaign(campaignId);
  for (const { record } of chosen) yield journeyReading(state, record);
}

/** In the order they were made; of one campaign or of all. */
export function* messagesOf(core: SandboxCore, campaignId: number | undefined): Generator<SandboxMessage> {
  const state = core.workspace.state();
  for (const message of core.workspace.consequences().messages.all()) {
    if (campaignId === undefined || message.campaignId === campaignId) yield messageReading(state, message);
  }
}
