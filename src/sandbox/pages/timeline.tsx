import { personOf } from '../app-api/activity-view.ts';
import { type Activity, type ActivityType, PRODUCED_ACTIVITY_TYPES } from '../state/activity.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { ActivityBadge, ActivityWords } from './activity-words.tsx';
import { type Column, Table, When } from './parts.tsx';
import { PersonLink } from './person-link.tsx';

const PAGE_SIZE = 50;

export interface ActivityPage {
  readonly activities: readonly Activity[];
  /** Go on with activities of a smaller serial; undefined at the end. */
  readonly next: number | undefined;
}

export interface ActivityAsk {
  readonly types?: readonly ActivityType[] | undefined;
  readonly before?: number | undefined;
  /** Serial of a person: what happened to them, and the events they have now. */
  readonly person?: number | undefined;
  readonly name?: string | undefined;
  readonly limit?: number | undefined;
}

/** The newest activities first. */
export function activityPage(state: WorkspaceState, ask: ActivityAsk): ActivityPage {
  const { types = PRODUCED_ACTIVITY_TYPES, before, person, name, limit = PAGE_SIZE } = ask;
  const accepts = (activity: Activity) =>
    (person === undefined || personOf(state, activity)?.serial === person) &&
    (name === undefined || ('name' in activity && activity.name === name));
  const activities: Activity[] = [];
  for (const activity of state.activities.newestFirst({ types, before, accepts })) {
    if (activities.length === limit) return { activities, next: activities.at(-1)?.serial ?? 0 };
    activities.push(activity);
  }
  return { activities, next: undefined };
}

const COLUMNS: readonly Column[] = [{ name: 'When' }, { name: 'What' }, { name: '' }];
const COLUMNS_WITH_PERSON: readonly Column[] = [
  { name: 'When' },
  { name: 'Person' },
  { name: 'What' },
  { name: '' },
];

interface TimelineProps {
  readonly state: WorkspaceState;
  readonly activities: readonly Activity[];
  readonly nowMs: number;
  /** Not needed on the page of one person. */
  readonly isPersonShown?: boolean;
}

export function Timeline({ state, activities, nowMs, isPersonShown = true }: TimelineProps) {
  return (
    <Table columns={isPersonShown ? COLUMNS_WITH_PERSON : COLUMNS}>
      {activities.map((activity) => (
        <tr key={activity.serial}>
          <td class="nowrap">
            <When atMs={activity.timestamp * 1000} nowMs={nowMs} />
          </td>
          {isPersonShown ? (
            <td class="person">
              <PersonLink
                state={state}
                person={personOf(state, activity)}
                named={'named' in activity ? activity.named : undefined}
              />
            </td>
          ) : null}
          <td>
            <ActivityBadge activity={activity} />
          </td>
          <td class="value">
            <ActivityWords activity={activity} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
