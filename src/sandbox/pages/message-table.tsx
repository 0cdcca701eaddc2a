import type { Message, MessageOutcome } from '../campaigns/message.ts';
import type { Consequences } from '../consequences/consequences.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { Badge, type Column, Foreign, Table, type Tone, When } from './parts.tsx';
import { PersonLink } from './person-link.tsx';

const PAGE_SIZE = 50;

interface MessageAsk {
  readonly before?: number | undefined;
  readonly person?: number | undefined;
  readonly campaignId?: number | undefined;
  readonly limit?: number | undefined;
}

/** The newest messages first. */
export function messagePage({ messages }: Consequences, ask: MessageAsk) {
  const { before = Number.POSITIVE_INFINITY, person, campaignId, limit = PAGE_SIZE } = ask;
  const page: Message[] = [];
  for (const message of messages.newestFirst(before, person)) {
    if (campaignId !== undefined && message.campaignId !== campaignId) continue;
    if (page.length === limit) return { messages: page, next: page.at(-1)?.serial };
    page.push(message);
  }
  return { messages: page, next: undefined };
}

const COLUMNS: readonly Column[] = [
  { name: 'When' },
  { name: 'To' },
  { name: 'Message' },
  { name: 'Outcome' },
];

const OUTCOMES: Readonly<Record<MessageOutcome, { readonly text: string; readonly tone: Tone }>> = {
  sent: { text: 'would be sent', tone: 'good' },
  drafted: { text: 'a draft', tone: 'quiet' },
  failed: { text: 'no address', tone: 'bad' },
  withheld: { text: 'unsubscribed: not sent', tone: 'warn' },
};

export function MessageTable({
  core,
  messages,
}: {
  readonly core: SandboxCore;
  readonly messages: readonly Message[];
}) {
  const state = core.workspace.state();
  const nowMs = core.clock.nowMs();
  return (
    <Table columns={COLUMNS}>
      {messages.map((message) => (
        <tr key={message.serial}>
          <td class="nowrap">
            <When atMs={message.createdAtMs} nowMs={nowMs} />
          </td>
          <td class="person">
            <PersonLink state={state} person={state.people.bySerial(message.person)} />
            <div class="hint">
              <Foreign text={message.recipient} />
            </div>
          </td>
          <td class="value">
            <MessageWords core={core} message={message} />
          </td>
          <td>
            <OutcomeBadges message={message} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function MessageWords({ core, message }: { readonly core: SandboxCore; readonly message: Message }) {
  const campaign = core.workspace.consequences().campaign(message.campaignId);
  return (
    <>
      <Badge tone="quiet">{message.channel}</Badge>{' '}
      <b>
        <Foreign text={message.subject === '' ? message.name : message.subject} />
      </b>
      <div class="hint">
        <a href={`/campaigns/${message.campaignId}`}>
          <Foreign text={campaign?.definition.name ?? `campaign ${message.campaignId}`} />
        </a>
        {message.overridden.length === 0 ? null : ` · the event replaced ${message.overridden.join(', ')}`}
      </div>
    </>
  );
}

function OutcomeBadges({ message }: { readonly message: Message }) {
  const { text, tone } = OUTCOMES[message.outcome];
  return (
    <span class="badges">
      <Badge tone={tone}>{text}</Badge>
      {message.convertedAtMs === undefined ? null : <Badge tone="good">converted</Badge>}
    </span>
  );
}
