import { campaignReadings } from '../admin-api/consequence-views.ts';
import type { SandboxCampaignReading } from '../admin-api/sandbox-admin.ts';
import type { CampaignState } from '../campaigns/campaign.ts';
import type { Consequences } from '../consequences/consequences.ts';
import { triggerInWords } from './condition-words.ts';
import { DefineCard } from './define-card.tsx';
import { MessageTable, messagePage } from './message-table.tsx';
import type { Page, PageRequest } from './page.ts';
import { Badge, Card, type Column, Empty, Foreign, Head, Table, type Tone } from './parts.tsx';
import { segmentNames } from './segment-names.ts';
import { grouped } from './time-words.ts';

const COLUMNS: readonly Column[] = [
  { name: 'Campaign' },
  { name: 'Starts when somebody', kind: 'wide' },
  { name: 'Journeys', kind: 'num' },
  { name: 'Under way', kind: 'num' },
  { name: 'Messages', kind: 'num' },
];
const LATEST = 8;

/** Campaigns with what they would have done. */
export function campaignsPage({ core }: PageRequest): Page {
  const consequences = core.workspace.consequences();
  const readings = campaignReadings(core);
  const messages = messagePage(consequences, { limit: LATEST }).messages;
  return {
    title: 'Campaigns',
    section: 'campaigns',
    content: (
      <>
        <Head
          title="Campaigns"
          lead="What your campaigns would do with what is sent here. No message leaves the sandbox."
        />
        <Card title="Campaigns" live="campaigns">
          {readings.length === 0 ? (
            <Empty>
              <p>None yet. Define some below, or start the sandbox with a workspace file (--workspace).</p>
            </Empty>
          ) : (
            <Table columns={COLUMNS}>
              {readings.map((reading) => (
                <CampaignRow key={reading.id} reading={reading} consequences={consequences} />
              ))}
            </Table>
          )}
        </Card>
        {messages.length === 0 ? null : (
          <Card title="Latest messages" aside={<a href="/messages">All messages</a>} live="latest-messages">
            <MessageTable core={core} messages={messages} />
          </Card>
        )}
        <DefineCard path="/campaigns" />
      </>
    ),
  };
}

interface CampaignRowProps {
  readonly reading: SandboxCampaignReading;
  readonly consequences: Consequences;
}

function CampaignRow({ reading: { id, name, state, journeys, messages }, consequences }: CampaignRowProps) {
  const trigger = consequences.campaign(id)?.definition.trigger;
  return (
    <tr>
      <td class="person">
        <a href={`/campaigns/${id}`}>
          <Foreign text={name} />
        </a>{' '}
        <CampaignStateBadge state={state} />
      </td>
      <td class="wide value soft">
        {trigger === undefined ? '' : triggerInWords(trigger, segmentNames(consequences))}
      </td>
      <td class="num">{grouped(journeys.started)}</td>
      <td class="num">{grouped(journeys.under_way)}</td>
      <td class="num">{grouped(messages.sent)}</td>
    </tr>
  );
}

const STATE_TONES: Readonly<Record<CampaignState, Tone>> = {
  running: 'good',
  draft: 'quiet',
  stopped: 'bad',
};

export function CampaignStateBadge({ state }: { readonly state: CampaignState }) {
  return <Badge tone={STATE_TONES[state]}>{state}</Badge>;
}
