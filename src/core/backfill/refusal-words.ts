import type { BackfillRequest, EventAges } from './backfill-plan.ts';
import type { CampaignConcern } from './campaign-concern.ts';
import { type GateRefusal, type GateVerdict, HARMLESS_AFTER_HOURS } from './gate.ts';

/** What a refusal says, and what to do instead. */
export interface RefusalWords {
  readonly message: string;
  readonly hint: string;
}

/** All refusals of a verdict in words; they name campaigns and never rows. */
export function refusalWords(
  { refusals }: Pick<GateVerdict, 'refusals'>,
  request: BackfillRequest,
  ages: EventAges,
): RefusalWords {
  const words = refusals.map((refusal) => wordsOf(refusal, request, ages));
  return {
    message: words.map(({ message }) => message).join('; '),
    hint: words.map(({ hint }) => hint).join(' '),
  };
}

function wordsOf(refusal: GateRefusal, request: BackfillRequest, ages: EventAges): RefusalWords {
  switch (refusal.kind) {
    case 'young_events':
      return youngWords(refusal, request, ages);
    case 'unsafe_campaigns':
      return unsafeWords(refusal.campaigns, request);
  }
}

function youngWords(
  { events, campaigns, passingTo }: Extract<GateRefusal, { readonly kind: 'young_events' }>,
  { event, kind }: BackfillRequest,
  ages: EventAges,
): RefusalWords {
  const young = `${events} of ${ages.events} events could start a journey (younger than ${HARMLESS_AFTER_HOURS} hours)`;
  const why =
    campaigns.length === 0
      ? 'and without an App API key nobody can tell whether a campaign listens'
      : `and ${campaigns.length === 1 ? 'a running campaign listens' : 'running campaigns listen'} to ${event}: ${namesOf(campaigns)}`;
  const to = new Date(passingTo * 1000).toISOString().replace('.000Z', 'Z');
  const older = `Nothing younger is sent with \`--to ${to}\``;
  const rest =
    kind === 'release'
      ? 'what is younger can go when it is old enough, or now with `--allow-journeys`, when the journeys are wanted.'
      : `what is younger can follow when it is ${HARMLESS_AFTER_HOURS} hours old.`;
  return { message: `${young}, ${why}`, hint: `${older}; ${rest}` };
}

function unsafeWords(campaigns: readonly CampaignConcern[], { kind }: BackfillRequest): RefusalWords {
  const [first] = campaigns;
  const message = `${campaigns.length === 1 ? 'a running campaign starts' : 'running campaigns start'} by segments or attributes that this could move: ${namesOf(campaigns)}`;
  const example = `--safe '${first?.campaign.id}=its segment looks at tags only'`;
  const allowed = kind === 'release' ? ' Or say `--allow-journeys`, when the journeys are wanted.' : '';
  const hint = `Millrace can not read what a segment looks at. Name each campaign that this can not start, with the reason: \`${example}\`, or \`backfill: { safe: REASON }\` in journeys.yml; stop the others for as long as it takes.${allowed}`;
  return { message, hint };
}

/** More campaigns than this are counted. */
const CAMPAIGNS_NAMED_MAX = 20;

function namesOf(campaigns: readonly CampaignConcern[]): string {
  const names = campaigns.slice(0, CAMPAIGNS_NAMED_MAX).map(({ campaign, segments }) => {
    const by = segments.length === 0 ? '' : ` by ${segments.join(', ')}`;
    return `${campaign.name} (${campaign.id}${by})`;
  });
  const more = campaigns.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
