import type { Answer } from '../http/answer.ts';
import { appAnswer, appError } from '../http/answer.ts';
import { ACTIVITIES_PER_PAGE, ACTIVITY_DAYS_SHOWN } from '../limits.ts';
import { secondsOf } from '../sandbox-clock.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { Activity } from '../state/activity.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { isOfKind, selectTypes, type TypeSelection } from './activity-types.ts';
import { activityText, isNamed, personOf } from './activity-view.ts';
import { cursorOf, readCursor, readLimit } from './page-query.ts';

const DAY_SECONDS = 86_400;
const LIST = 'activity';

/** Which activities are asked for. */
interface ActivityQuery extends TypeSelection {
  readonly name: string | undefined;
  readonly areDeletedShown: boolean;
  readonly before: number | undefined;
  readonly limit: number;
  /** Activities of this person alone; undefined: of all. */
  readonly person: number | undefined;
}

/** The newest first, thirty days back, with a cursor (case 107). */
export function listActivities(
  core: SandboxCore,
  query: URLSearchParams,
  person: number | undefined,
): Answer {
  const selection = readQuery(query, person);
  if (typeof selection === 'string') return appError(400, selection);
  const state = core.workspace.state();
  const oldest = secondsOf(core.clock.nowMs()) - ACTIVITY_DAYS_SHOWN * DAY_SECONDS;
  const accepts = (activity: Activity) =>
    activity.timestamp >= oldest && isSelected(state, activity, selection);
  const page: Activity[] = [];
  let hasMore = false;
  for (const activity of state.activities.newestFirst({ ...selection, accepts })) {
    hasMore = page.length === selection.limit;
    if (hasMore) break;
    page.push(activity);
  }
  const next = hasMore ? cursorOf(LIST, page.at(-1)?.serial ?? 0) : '';
  const texts = page.map((activity) => activityText(state, activity));
  return appAnswer(200, `{"activities":[${texts.join(',')}],"next":${JSON.stringify(next)}}`);
}

function isSelected(state: WorkspaceState, activity: Activity, selection: ActivityQuery): boolean {
  if (!isOfKind(activity, selection)) return false;
  if (selection.name !== undefined && !isNamed(activity, selection.name)) return false;
  const person = personOf(state, activity);
  if (selection.person !== undefined && person?.serial !== selection.person) return false;
  const isOfDeleted = person !== undefined && person.status !== 'live' && activity.type !== 'profile_delete';
  return isOfDeleted === selection.areDeletedShown;
}

/** The selection, or what is wrong with the query. */
function readQuery(query: URLSearchParams, person: number | undefined): ActivityQuery | string {
  const types = selectTypes(query.get('type'));
  const limit = readLimit(query.get('limit'), ACTIVITIES_PER_PAGE);
  const before = readCursor(LIST, query.get('start'));
  if (types === undefined) return `type ${query.get('type')} is not an activity type`;
  if (limit === undefined) return `limit must be a number from 1 to ${ACTIVITIES_PER_PAGE.max}`;
  if (before !== undefined && Number.isNaN(before))
    return 'start must be the next value of an earlier answer';
  return {
    ...types,
    name: query.get('name') ?? undefined,
    areDeletedShown: query.get('deleted') === 'true',
    before,
    limit,
    person,
  };
}
