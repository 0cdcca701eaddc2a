import type { TallyName } from '../state/tallies.ts';
import { hrefWith, numberIn } from './links.ts';
import { NOT_APPLIED_TYPES, notAppliedCount } from './not-applied.ts';
import type { Page, PageRequest } from './page.ts';
import { Card, type Column, Empty, Head, Pager, Table } from './parts.tsx';
import { grouped } from './time-words.ts';
import { activityPage, Timeline } from './timeline.tsx';

/** What the counts inside mean; a name without an entry is shown as it is. */
const TALLY_WORDS: Readonly<Partial<Record<TallyName, string>>> = {
  duplicate_event_ids_ignored:
    'Events ignored because their id had been received before. A retry does that; it is harmless.',
  repeated_identical_identifies: 'Updates that changed nothing. They cost requests and have no effect.',
  ignored_for_suppressed_people: 'Calls ignored because the person is suppressed.',
  dropped_for_unknown_cio_id: 'Calls dropped because nobody has the cio_id.',
  dropped_events_of_unknown_people: 'Events lost because nobody has the identifier.',
  events_with_millisecond_timestamp:
    'Events whose time is in milliseconds: they lie tens of thousands of years ahead.',
  events_with_future_timestamp: 'Events with a time in the future.',
  people_created_by_events: 'Profiles made by an event for somebody unknown: they have no e-mail address.',
  merges_without_effect: 'Merges that did nothing because one of the two is not there.',
};

/** A 200 means accepted, not applied: here is what was accepted and did not happen. */
export function notAppliedPage({ core, request: { query } }: PageRequest): Page {
  const state = core.workspace.state();
  const before = numberIn(query, 'before');
  const { activities, next } = activityPage(state, { types: NOT_APPLIED_TYPES, before });
  return {
    title: 'Not applied',
    section: 'not-applied',
    content: (
      <>
        <Head
          title="Not applied"
          lead="Customer.io answers 200 when it has accepted a call. Whether the change happens is another matter; these did not. The real one tells so in its activity log only."
        />
        <Card
          title="Accepted, and not applied"
          aside={grouped(notAppliedCount(state))}
          live={before === undefined ? 'not-applied' : undefined}
        >
          {activities.length === 0 ? (
            <Empty>
              <p>Everything that was accepted was applied.</p>
            </Empty>
          ) : (
            <Timeline state={state} activities={activities} nowMs={core.clock.nowMs()} />
          )}
          <Pager
            newest={before === undefined ? undefined : '/not-applied'}
            older={next === undefined ? undefined : hrefWith('/not-applied', { before: next })}
          />
        </Card>
        <TalliesCard tallies={state.tallies.all()} />
      </>
    ),
  };
}

const COLUMNS: readonly Column[] = [{ name: 'Times', kind: 'num' }, { name: 'What' }];

function TalliesCard({ tallies }: { readonly tallies: Readonly<Record<string, number>> }) {
  const entries = Object.entries(tallies);
  if (entries.length === 0) return null;
  return (
    <Card title="What no answer tells" live="tallies">
      <Table columns={COLUMNS}>
        {entries.map(([name, count]) => (
          <tr key={name}>
            <td class="num">{grouped(count)}</td>
            <td>{TALLY_WORDS[name as TallyName] ?? name.replaceAll('_', ' ')}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
