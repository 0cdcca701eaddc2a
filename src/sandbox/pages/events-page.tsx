import { personOf } from '../app-api/activity-view.ts';
import { type EventActivity, isEventActivity } from '../state/activity.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { EventAge, EventProperties } from './event-parts.tsx';
import { hrefWith, numberIn } from './links.ts';
import type { Page, PageRequest } from './page.ts';
import { Card, type Column, Empty, Foreign, Head, Pager, type Tab, Table, Tabs, When } from './parts.tsx';
import { PersonLink } from './person-link.tsx';
import { counted, grouped } from './time-words.ts';
import { activityPage } from './timeline.tsx';

const EVENT_TYPES = ['event', 'page', 'screen'] as const;
/** Events looked at to name the kinds there are. */
const NAMES_FROM_MAX = 100_000;
const NAMES_SHOWN_MAX = 20;

/** Events as they arrive, the newest first. */
export function eventsPage({ core, request: { query } }: PageRequest): Page {
  const state = core.workspace.state();
  const name = query.get('name') ?? '';
  const before = numberIn(query, 'before');
  const page = activityPage(state, { types: EVENT_TYPES, before, name: name === '' ? undefined : name });
  return {
    title: 'Events',
    section: 'events',
    content: (
      <>
        <Head title="Events" lead={leadOf(state)} />
        <Card
          title={name === '' ? 'In the order they arrived, newest first' : 'Of one name, newest first'}
          aside={<Tabs tabs={nameTabs(state, name)} label="Names of events" />}
          live={before === undefined ? 'events' : undefined}
        >
          {page.activities.length === 0 ? <NoEvents /> : null}
          {page.activities.length === 0 ? null : (
            <EventTable
              state={state}
              events={page.activities.filter(isEventActivity)}
              nowMs={core.clock.nowMs()}
            />
          )}
          <Pager
            newest={before === undefined ? undefined : hrefWith('/events', { name })}
            older={page.next === undefined ? undefined : hrefWith('/events', { name, before: page.next })}
          />
        </Card>
      </>
    ),
  };
}

function leadOf(state: WorkspaceState): string {
  const held = state.anonymousEvents.count;
  const waiting =
    held === 0 ? '' : ` ${counted(held, 'anonymous event')} wait for somebody to be recognised.`;
  return `${counted(state.activities.eventCount, 'event')} of people.${waiting}`;
}

function NoEvents() {
  return (
    <Empty>
      <p>No events yet.</p>
    </Empty>
  );
}

const COLUMNS: readonly Column[] = [
  { name: 'Event time' },
  { name: 'Event' },
  { name: 'Person' },
  { name: 'Arrived', kind: 'wide' },
];

interface EventTableProps {
  readonly state: WorkspaceState;
  readonly events: readonly EventActivity[];
  readonly nowMs: number;
}

export function EventTable({ state, events, nowMs }: EventTableProps) {
  return (
    <Table columns={COLUMNS}>
      {events.map((event) => (
        <tr key={event.serial}>
          <td class="nowrap">
            <When atMs={event.timestamp * 1000} nowMs={nowMs} />
          </td>
          <td class="value">
            <b>
              <Foreign text={event.name} />
            </b>{' '}
            <EventAge event={event} />
            <EventProperties event={event} />
          </td>
          <td class="person">
            <PersonLink state={state} person={personOf(state, event)} />
          </td>
          <td class="wide nowrap faint">
            <When atMs={event.receivedAtMs} nowMs={nowMs} isBrief />
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** The names of the newest events, the frequent ones first. */
function nameTabs(state: WorkspaceState, chosen: string): readonly Tab[] {
  const counts = new Map<string, number>(chosen === '' ? [] : [[chosen, 0]]);
  let scanned = 0;
  for (const activity of state.activities.newestFirst({ types: EVENT_TYPES })) {
    if (scanned === NAMES_FROM_MAX) break;
    scanned += 1;
    if (isEventActivity(activity)) counts.set(activity.name, (counts.get(activity.name) ?? 0) + 1);
  }
  const names = [...counts].toSorted(([, one], [, other]) => other - one).slice(0, NAMES_SHOWN_MAX);
  return [
    { label: 'All', href: '/events', isCurrent: chosen === '' },
    ...names.map(([name, count]) => {
      return {
        label: `${name} ${grouped(count)}`,
        href: hrefWith('/events', { name }),
        isCurrent: name === chosen,
      };
    }),
  ];
}
