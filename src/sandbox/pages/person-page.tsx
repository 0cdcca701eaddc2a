import type { ActivityType } from '../state/activity.ts';
import { literalsOf, setAtOf } from '../state/attribute-set.ts';
import type { Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { AttributeValue } from './attribute-value.tsx';
import { choiceIn, hrefWith, numberIn } from './links.ts';
import { NOT_APPLIED_TYPES } from './not-applied.ts';
import { notFoundPage } from './not-found-page.tsx';
import type { Page, PageRequest } from './page.ts';
import { Badge, Card, type Column, Empty, Foreign, Head, Pager, Table, Tabs, When } from './parts.tsx';
import { Subscription } from './people-page.tsx';
import { DevicesCard, JourneysCard, RelationshipsCard, SegmentsCard } from './person-cards.tsx';
import { personHref } from './person-link.tsx';
import { calledBy } from './person-words.ts';
import { counted } from './time-words.ts';
import { activityPage, Timeline } from './timeline.tsx';

/** One profile: identifiers, attributes with their times, what belongs to it, and all that happened. */
export function personPage(asked: PageRequest): Page {
  const { core, parameters } = asked;
  const state = core.workspace.state();
  const person = state.people.byCioId(parameters['cio_id'] ?? '');
  if (person === undefined)
    return notFoundPage('people', 'Nobody has this cio_id; they may have been deleted or merged.');
  const nowMs = core.clock.nowMs();
  return {
    title: 'Person',
    section: 'people',
    content: (
      <>
        <Head title={<Foreign text={calledBy(person)} />}>
          <span class="badges">
            <Subscription person={person} />
          </span>
        </Head>
        <div class="profile">
          <AttributesCard person={person} nowMs={nowMs} />
          <div>
            <IdentifiersCard state={state} person={person} nowMs={nowMs} />
            <SegmentsCard core={core} person={person} />
            <DevicesCard state={state} person={person} nowMs={nowMs} />
            <RelationshipsCard state={state} person={person} />
          </div>
        </div>
        <JourneysCard core={core} person={person} />
        <HistoryCard asked={asked} state={state} person={person} nowMs={nowMs} />
      </>
    ),
  };
}

interface PersonProps {
  readonly person: Person;
  readonly nowMs: number;
}

const ATTRIBUTE_COLUMNS: readonly Column[] = [
  { name: 'Name' },
  { name: 'Value' },
  { name: 'Set', kind: 'wide' },
];

function AttributesCard({ person, nowMs }: PersonProps) {
  const { names } = person.attributes.names;
  const literals = literalsOf(person.attributes);
  return (
    <Card title="Attributes" aside={counted(names.length, 'attribute')} live="attributes">
      {names.length === 0 ? (
        <Empty>
          <p>None. An event for somebody unknown makes a profile like this one.</p>
        </Empty>
      ) : (
        <div class="attributes">
          <Table columns={ATTRIBUTE_COLUMNS}>
            {names.map((name, at) => (
              <tr key={name}>
                <td class="name">
                  <Foreign text={name} />
                </td>
                <td class="value">
                  <AttributeValue name={name} literal={literals[at] ?? ''} />
                </td>
                <td class="wide nowrap faint">
                  <When atMs={setAtOf(person.attributes, at) * 1000} nowMs={nowMs} isBrief />
                </td>
              </tr>
            ))}
          </Table>
        </div>
      )}
    </Card>
  );
}

function IdentifiersCard({ state, person, nowMs }: PersonProps & { readonly state: WorkspaceState }) {
  return (
    <Card title="Identifiers" live="identifiers">
      <div class="body">
        <dl class="facts">
          <Identifier name="id" value={person.id} />
          <Identifier name="email" value={person.email} />
          {person.phone === null ? null : <Identifier name="phone" value={person.phone} />}
          <Identifier name="cio_id" value={state.people.cioIdOf(person.serial)} />
          <dt>created</dt>
          <dd>
            <When atMs={person.createdAt * 1000} nowMs={nowMs} />
          </dd>
        </dl>
      </div>
    </Card>
  );
}

function Identifier({ name, value }: { readonly name: string; readonly value: string | null }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {value === null ? (
          <Badge tone="quiet">none</Badge>
        ) : (
          <code>
            <Foreign text={value} />
          </code>
        )}
      </dd>
    </>
  );
}

interface View {
  readonly label: string;
  readonly types: readonly ActivityType[] | undefined;
}

const VIEWS = {
  all: { label: 'All', types: undefined },
  events: { label: 'Events', types: ['event', 'page', 'screen'] },
  changes: { label: 'Changes', types: ['attribute_change', 'profile_create', 'profile_merge', 'anon_merge'] },
  failures: { label: 'Not applied', types: NOT_APPLIED_TYPES },
} as const satisfies Readonly<Record<string, View>>;

interface HistoryProps extends PersonProps {
  readonly asked: PageRequest;
  readonly state: WorkspaceState;
}

function HistoryCard({ asked: { request }, state, person, nowMs }: HistoryProps) {
  const { query } = request;
  const chosen = choiceIn(query, 'show', VIEWS);
  const before = numberIn(query, 'before');
  const { activities, next } = activityPage(state, {
    types: VIEWS[chosen].types,
    before,
    person: person.serial,
  });
  const href = (show: string, cursor?: number) =>
    hrefWith(personHref(state, person), { show: show === 'all' ? undefined : show, before: cursor });
  const tabs = Object.entries(VIEWS).map(([show, { label }]) => {
    return { label, href: href(show), isCurrent: show === chosen };
  });
  return (
    <Card
      title="What happened"
      aside={<Tabs tabs={tabs} label="Kinds of activity" />}
      live={before === undefined ? 'history' : undefined}
    >
      {activities.length === 0 ? (
        <Empty>
          <p>Nothing of this kind.</p>
        </Empty>
      ) : (
        <Timeline state={state} activities={activities} nowMs={nowMs} isPersonShown={false} />
      )}
      <Pager
        newest={before === undefined ? undefined : href(chosen)}
        older={next === undefined ? undefined : href(chosen, next)}
      />
    </Card>
  );
}
