import type { Child } from 'hono/jsx';
import { changeEntries } from '../app-api/activity-view.ts';
import { literalAsString } from '../json/json-text.ts';
import {
  type Activity,
  type EventActivity,
  type FailureActivity,
  isEventActivity,
} from '../state/activity.ts';
import { EventAge, EventProperties, entriesOf, Properties } from './event-parts.tsx';
import { Badge, Foreign, type Tone } from './parts.tsx';

/** What an activity is called, and how good news it is. */
function activityLabel(activity: Activity): { readonly text: string; readonly tone: Tone } {
  if (isEventActivity(activity)) return { text: EVENT_LABELS[activity.type], tone: 'info' };
  return LABELS[activity.type] ?? { text: activity.type.replaceAll('_', ' '), tone: 'quiet' };
}

const EVENT_LABELS = { event: 'event', page: 'page view', screen: 'screen view' } as const;

const LABELS: Partial<Record<Activity['type'], { readonly text: string; readonly tone: Tone }>> = {
  attribute_change: { text: 'changed', tone: 'quiet' },
  failed_attribute_change: { text: 'not applied', tone: 'bad' },
  skipped_update: { text: 'skipped as older', tone: 'warn' },
  failed_event: { text: 'event lost', tone: 'bad' },
  profile_create: { text: 'created', tone: 'good' },
  profile_delete: { text: 'deleted', tone: 'warn' },
  profile_merge: { text: 'merged', tone: 'warn' },
  anon_merge: { text: 'recognised', tone: 'good' },
};

/** What happened, in a line or a few. */
export function ActivityWords({ activity }: { readonly activity: Activity }): Child {
  switch (activity.type) {
    case 'event':
    case 'page':
    case 'screen':
      return <EventWords event={activity} />;
    case 'attribute_change':
      return <Changes entries={changeEntries(activity)} />;
    case 'failed_attribute_change':
    case 'skipped_update':
      return <Attempts activity={activity} />;
    case 'failed_event':
      return (
        <>
          <b>
            <Foreign text={activity.name} />
          </b>
          : {activity.reason}
        </>
      );
    default:
      return <Detail text={'detail' in activity ? activity.detail : '{}'} />;
  }
}

function EventWords({ event }: { readonly event: EventActivity }) {
  return (
    <>
      <b>
        <Foreign text={event.name} />
      </b>
      <EventAge event={event} />
      <EventProperties event={event} />
    </>
  );
}

/** Attributes shown of one change; a new profile may have three hundred. */
const CHANGES_SHOWN_MAX = 12;

type Change = readonly [string, { readonly from: string; readonly to: string }];

function Changes({ entries }: { readonly entries: readonly Change[] }) {
  const shown = entries.slice(0, CHANGES_SHOWN_MAX);
  return (
    <div class="props">
      {shown.map(([name, { from, to }]) => (
        <div key={name}>
          <Foreign text={name} />: {from === '' ? null : <Old text={from} />}
          {to === '' ? (
            <span class="faint">removed</span>
          ) : (
            <b>
              <Foreign text={to} />
            </b>
          )}
        </div>
      ))}
      {entries.length > shown.length ? (
        <div class="faint">and {entries.length - shown.length} more</div>
      ) : null}
    </div>
  );
}

function Old({ text }: { readonly text: string }) {
  return (
    <>
      <Foreign text={text} /> →{' '}
    </>
  );
}

function Attempts({ activity }: { readonly activity: FailureActivity }) {
  return (
    <div class="props">
      {activity.attempts.slice(0, CHANGES_SHOWN_MAX).map(({ name, literal, reason }) => (
        <div key={name}>
          <Foreign text={name} />{' '}
          {literal === null ? (
            'to be removed'
          ) : (
            <b>
              <Foreign text={literalAsString(literal)} />
            </b>
          )}
          : {reason}
        </div>
      ))}
    </div>
  );
}

/** The detail of the rarer activities: names and values of a small JSON object. */
function Detail({ text }: { readonly text: string }) {
  return <Properties entries={entriesOf(text)} />;
}

export function ActivityBadge({ activity }: { readonly activity: Activity }) {
  const { text, tone } = activityLabel(activity);
  return <Badge tone={tone}>{text}</Badge>;
}
