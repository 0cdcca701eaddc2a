import type { Journey, JourneyRecord } from '../campaigns/journey.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { stepInWords } from './condition-words.ts';
import { Badge, type Column, Foreign, Table, When } from './parts.tsx';
import { PersonLink } from './person-link.tsx';
import { segmentNames } from './segment-names.ts';

const PAGE_SIZE = 50;

/** The newest journeys of a list first; `before` is the serial of the last one seen. */
export function journeyPage(journeys: readonly Journey[], before: number | undefined, limit = PAGE_SIZE) {
  const page: JourneyRecord[] = [];
  for (let at = journeys.length - 1; at >= 0; at -= 1) {
    const record = journeys[at]?.record;
    if (record === undefined || (before !== undefined && record.serial >= before)) continue;
    if (page.length === limit) return { journeys: page, next: page.at(-1)?.serial };
    page.push(record);
  }
  return { journeys: page, next: undefined };
}

const BY_PERSON: readonly Column[] = [
  { name: 'Started' },
  { name: 'Person' },
  { name: 'Because of', kind: 'wide' },
  { name: 'Now' },
];
const BY_CAMPAIGN: readonly Column[] = [
  { name: 'Started' },
  { name: 'Campaign' },
  { name: 'Because of', kind: 'wide' },
  { name: 'Now' },
];

interface JourneyTableProps {
  readonly core: SandboxCore;
  readonly journeys: readonly JourneyRecord[];
  /** Which of the two is not known from the page already. */
  readonly shows: 'person' | 'campaign';
}

export function JourneyTable({ core, journeys, shows }: JourneyTableProps) {
  const state = core.workspace.state();
  const nowMs = core.clock.nowMs();
  return (
    <Table columns={shows === 'person' ? BY_PERSON : BY_CAMPAIGN}>
      {journeys.map((journey) => (
        <tr key={journey.serial}>
          <td class="nowrap">
            <When atMs={journey.startedAtMs} nowMs={nowMs} />
          </td>
          <td class="person">
            {shows === 'person' ? (
              <PersonLink state={state} person={state.people.bySerial(journey.person)} />
            ) : (
              <CampaignLink core={core} id={journey.campaignId} />
            )}
          </td>
          <td class="wide value soft">
            <Cause journey={journey} nowMs={nowMs} />
          </td>
          <td class="value">
            <Whereabouts core={core} journey={journey} nowMs={nowMs} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function CampaignLink({ core, id }: { readonly core: SandboxCore; readonly id: number }) {
  const name = core.workspace.consequences().campaign(id)?.definition.name;
  return (
    <a href={`/campaigns/${id}`}>
      <Foreign text={name ?? `campaign ${id}`} />
    </a>
  );
}

function Cause({ journey: { trigger }, nowMs }: { readonly journey: JourneyRecord; readonly nowMs: number }) {
  if (trigger === undefined) return <>entered the segment</>;
  return (
    <>
      <Foreign text={trigger.name} /> of <When atMs={trigger.timestamp * 1000} nowMs={nowMs} />
    </>
  );
}

const EXIT_REASONS: Readonly<Record<NonNullable<JourneyRecord['exitReason']>, string>> = {
  goal: 'left: goal reached',
  filter_fails: 'left: filter does not hold',
  trigger_ends: 'left: not in the segment any more',
  person_gone: 'left: person is gone',
  campaign_stopped: 'left: campaign stopped',
};

interface WhereaboutsProps {
  readonly core: SandboxCore;
  readonly journey: JourneyRecord;
  readonly nowMs: number;
}

function Whereabouts({ core, journey, nowMs }: WhereaboutsProps) {
  return (
    <>
      <StateBadge journey={journey} />{' '}
      {journey.convertedAtMs === undefined ? null : <Badge tone="good">converted</Badge>}
      {journey.state === 'under_way' ? <NextStep core={core} journey={journey} nowMs={nowMs} /> : null}
    </>
  );
}

function StateBadge({ journey: { state, exitReason } }: { readonly journey: JourneyRecord }) {
  if (state === 'under_way') return <Badge>under way</Badge>;
  if (state === 'finished') return <Badge tone="good">finished</Badge>;
  return <Badge tone="warn">{exitReason === undefined ? 'left' : EXIT_REASONS[exitReason]}</Badge>;
}

function NextStep({ core, journey: { campaignId, step, dueAtMs }, nowMs }: WhereaboutsProps) {
  const consequences = core.workspace.consequences();
  const next = consequences.campaign(campaignId)?.definition.steps[step];
  if (next === undefined) return null;
  return (
    <div class="hint">
      next: {stepInWords(next, segmentNames(consequences))}, <When atMs={dueAtMs} nowMs={nowMs} isBrief />
    </div>
  );
}
