import { campaignReadings } from '../admin-api/consequence-views.ts';
import type { SandboxCampaignReading } from '../admin-api/sandbox-admin.ts';
import type { CampaignDefinition } from '../campaigns/campaign.ts';
import type { Campaign } from '../campaigns/campaign-record.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { CampaignStateBadge } from './campaigns-page.tsx';
import {
  conditionInWords,
  exitsInWords,
  frequencyInWords,
  goalInWords,
  type SegmentName,
  stepInWords,
  triggerInWords,
} from './condition-words.ts';
import { JourneyTable, journeyPage } from './journey-table.tsx';
import { hrefWith, numberIn } from './links.ts';
import { MessageTable, messagePage } from './message-table.tsx';
import { notFoundPage } from './not-found-page.tsx';
import type { Page, PageRequest } from './page.ts';
import { Card, Empty, Foreign, Head, Pager } from './parts.tsx';
import { segmentNames } from './segment-names.ts';
import { StartsChart } from './starts-chart.tsx';
import { grouped } from './time-words.ts';

const LATEST_MESSAGES = 10;

/** One campaign: its way in words, what became of its journeys, what it would have sent. */
export function campaignPage({ core, request: { query }, parameters }: PageRequest): Page {
  const id = Number(parameters['id']);
  const consequences = core.workspace.consequences();
  const campaign = consequences.campaign(id);
  const reading = campaignReadings(core).find((one) => one.id === id);
  if (campaign === undefined || reading === undefined) {
    return notFoundPage('campaigns', 'There is no such campaign.');
  }
  return {
    title: `Campaign ${id}`,
    section: 'campaigns',
    content: (
      <>
        <Head title={<Foreign text={campaign.definition.name} />} lead={campaign.definition.description}>
          <StateForm campaign={campaign} />
        </Head>
        <Tiles reading={reading} />
        <WayCard definition={campaign.definition} nameOf={segmentNames(consequences)} />
        <StartsChart journeys={consequences.journeys.ofCampaign(id)} nowMs={core.clock.nowMs()} />
        <MessagesCard core={core} id={id} />
        <JourneysCard core={core} id={id} before={numberIn(query, 'before')} />
      </>
    ),
  };
}

function StateForm({ campaign }: { readonly campaign: Campaign }) {
  const { id } = campaign.definition;
  return (
    <form method="post" action={`/campaigns/${id}`} class="row">
      <CampaignStateBadge state={campaign.state} />
      {campaign.isRunning ? (
        <button type="submit" name="state" value="stopped">
          Stop it
        </button>
      ) : (
        <button type="submit" name="state" value="running">
          Start it
        </button>
      )}
    </form>
  );
}

function Tiles({ reading: { journeys, messages } }: { readonly reading: SandboxCampaignReading }) {
  const tiles: readonly (readonly [number, string])[] = [
    [journeys.started, 'journeys started'],
    [journeys.under_way, 'under way'],
    [journeys.finished, 'finished'],
    [journeys.exited, 'left early'],
    [journeys.converted, 'converted'],
    [messages.sent, 'messages would be sent'],
  ];
  return (
    <div class="tiles small" id="campaign-tiles" data-live="">
      {tiles.map(([count, what]) => (
        <div key={what} class="tile">
          <b>{grouped(count)}</b>
          <span>{what}</span>
        </div>
      ))}
    </div>
  );
}

interface WayProps {
  readonly definition: CampaignDefinition;
  readonly nameOf: SegmentName;
}

function WayCard({ definition, nameOf }: WayProps) {
  const { trigger, filter, steps, goal, frequency } = definition;
  const exits = exitsInWords(definition);
  return (
    <Card title="The way">
      <div class="body">
        <dl class="facts">
          <dt>Starts when somebody</dt>
          <dd>{triggerInWords(trigger, nameOf)}</dd>
          {filter === undefined ? null : (
            <>
              <dt>Only people who</dt>
              <dd>{conditionInWords(filter, nameOf)}</dd>
            </>
          )}
          <dt>How often</dt>
          <dd>{frequencyInWords(frequency)}</dd>
          <dt>Steps</dt>
          <dd>
            {steps.length === 0 ? (
              'none'
            ) : (
              <ol class="steps">
                {steps.map((step) => (
                  <li key={step.actionId}>{stepInWords(step, nameOf)}</li>
                ))}
              </ol>
            )}
          </dd>
          {goal === undefined ? null : (
            <>
              <dt>Goal</dt>
              <dd>{goalInWords(goal, nameOf)}</dd>
            </>
          )}
          {exits === undefined ? null : (
            <>
              <dt>Left early when</dt>
              <dd>{exits}</dd>
            </>
          )}
        </dl>
      </div>
    </Card>
  );
}

function MessagesCard({ core, id }: { readonly core: SandboxCore; readonly id: number }) {
  const { messages } = messagePage(core.workspace.consequences(), { campaignId: id, limit: LATEST_MESSAGES });
  return (
    <Card title="Latest messages that would be sent" live="campaign-messages">
      {messages.length === 0 ? (
        <Empty>
          <p>None yet. Move the clock on if it waits.</p>
        </Empty>
      ) : (
        <MessageTable core={core} messages={messages} />
      )}
    </Card>
  );
}

interface JourneysProps {
  readonly core: SandboxCore;
  readonly id: number;
  readonly before: number | undefined;
}

function JourneysCard({ core, id, before }: JourneysProps) {
  const { journeys, next } = journeyPage(core.workspace.consequences().journeys.ofCampaign(id), before);
  const path = `/campaigns/${id}`;
  return (
    <Card title="Journeys" aside="newest first" live={before === undefined ? 'journeys' : undefined}>
      {journeys.length === 0 ? (
        <Empty>
          <p>Nobody is or was on this journey.</p>
        </Empty>
      ) : (
        <JourneyTable core={core} journeys={journeys} shows="person" />
      )}
      <Pager
        newest={before === undefined ? undefined : path}
        older={next === undefined ? undefined : hrefWith(path, { before: next })}
      />
    </Card>
  );
}
