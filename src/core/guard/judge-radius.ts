import type { AttributeRadius, EventMakingPlan, ModelPlan, PeoplePlan } from '../plan/plan-summary.ts';
import {
  DEFAULT_HOUR_BOUND,
  DEFAULT_PEOPLE_LIMITS,
  DEFAULT_REMOVAL_BOUND,
  EMPTY_PEOPLE_MIN,
  EMPTY_ROWS_MIN,
  type PeopleBound,
  type PeopleLimit,
  type RadiusLimits,
} from './radius-limits.ts';
import { percent, type Reach, type Verdict } from './verdict.ts';

/** The limits that a plan crosses in one model, each by the name that allows it. */
export function judgeRadius(plan: ModelPlan, limits: RadiusLimits): readonly Verdict[] {
  switch (plan.kind) {
    case 'people':
      return judgePeople(plan, limits);
    case 'event':
    case 'abandonment':
      return judgeEvents(plan, limits);
    default:
      // What other kinds remove has limits of its own: removal-limit.ts.
      return [];
  }
}

function judgePeople(plan: PeoplePlan, limits: RadiusLimits): readonly Verdict[] {
  const { radius } = plan;
  const isRemoving = plan.removals !== undefined;
  if (radius === undefined || radius.delivered === 0) return [];
  if (isEmptied(plan, limits)) return [emptied(plan, `${radius.delivered} people were delivered before`)];
  const judge = (name: string, limit: PeopleLimit, people: number, words: string): readonly Verdict[] =>
    judgeCount({ model: plan.model, name, limit, people, of: radius.delivered, words });
  return [
    ...judge('people', limits.people ?? DEFAULT_PEOPLE_LIMITS.people, radius.people, 'would change'),
    ...Object.entries(radius.attributes).flatMap(([attribute, counts]) =>
      CHANGES.flatMap(({ name, of, words }) => {
        const limit = limits.byAttribute.get(attribute) ?? limits[name] ?? DEFAULT_PEOPLE_LIMITS[name];
        return judge(`${name}.${attribute}`, limit, of(counts), words(attribute));
      }),
    ),
    ...judge(
      'removed',
      limits.removed ?? (isRemoving ? DEFAULT_REMOVAL_BOUND : DEFAULT_PEOPLE_LIMITS.removed),
      radius.gone,
      isRemoving ? 'are no longer in the query and would be changed' : 'are no longer in the query',
    ),
  ];
}

/** What may become of an attribute, the most telling first. */
const CHANGES = [
  {
    name: 'cleared',
    of: ({ cleared }: AttributeRadius) => cleared,
    words: (attribute: string) => `would lose \`${attribute}\``,
  },
  {
    name: 'backwards',
    of: ({ backwards }: AttributeRadius) => backwards,
    words: (attribute: string) => `would have an earlier \`${attribute}\``,
  },
  {
    name: 'attributes',
    of: ({ changed }: AttributeRadius) => changed,
    words: (attribute: string) => `would have another \`${attribute}\``,
  },
] as const;

interface Count {
  readonly model: string;
  readonly name: string;
  readonly limit: PeopleLimit;
  readonly people: number;
  /** People delivered before. */
  readonly of: number;
  readonly words: string;
}

function judgeCount({ model, name, limit, people, of, words }: Count): readonly Verdict[] {
  if (limit === 'off' || !isReached(people, of, limit)) return [];
  const reach: Reach = { number: people, share: people / of };
  const message = `${model}: ${people} of ${of} people (${percent(reach.share)}) ${words}; the limit is ${boundWords(limit)}`;
  return [{ model, level: 'stop', message, limit: `${model}.${name}`, reach }];
}

function isReached(people: number, of: number, { share, people: bound }: PeopleBound): boolean {
  return people > 0 && people >= (bound ?? 0) && people >= (share ?? 0) * of;
}

function boundWords({ share, people }: PeopleBound): string {
  return [
    ...(share === undefined ? [] : [percent(share)]),
    ...(people === undefined ? [] : [`${people} ${people === 1 ? 'person' : 'people'}`]),
  ].join(' and ');
}

/** Where only changed rows are read, none is nothing unusual. */
function isEmptied({ rows, radius, known }: PeoplePlan, { empty }: RadiusLimits): boolean {
  return empty !== 'off' && rows === 0 && known === undefined && (radius?.delivered ?? 0) >= EMPTY_PEOPLE_MIN;
}

function emptied({ model, rows }: ModelPlan, why: string): Verdict {
  const message = `${model}: the query returns no rows, and ${why}`;
  return { model, level: 'stop', message, limit: `${model}.empty`, reach: { number: rows, share: 1 } };
}

function judgeEvents(plan: EventMakingPlan, limits: RadiusLimits): readonly Verdict[] {
  const usualRows = plan.usualRows ?? 0;
  if (limits.empty !== 'off' && plan.rows === 0 && plan.known === undefined && usualRows >= EMPTY_ROWS_MIN) {
    return [emptied(plan, `each of the last runs read ${usualRows} or more`)];
  }
  return judgeHour(plan, limits.events ?? DEFAULT_HOUR_BOUND);
}

function judgeHour(
  { model, busiestHour }: EventMakingPlan,
  bound: RadiusLimits['events'],
): readonly Verdict[] {
  if (busiestHour === undefined || bound === 'off' || bound === undefined) return [];
  const { hour, events, usual } = busiestHour;
  if (events < bound.events || events < bound.times * usual) return [];
  const when = `${new Date(hour * 3_600_000).toISOString().slice(0, 13).replace('T', ' ')}:00 UTC`;
  const before = `the busiest hour before had ${usual}; the limit is ${bound.times} times that and ${bound.events} events`;
  const message = `${model}: ${events} events of the hour from ${when}, and ${before}`;
  const reach = { number: events, share: usual === 0 ? 1 : events / usual };
  return [{ model, level: 'stop', message, limit: `${model}.events`, reach }];
}
