import { personSamples } from '../app/backfill/people-at-customerio.ts';
import { type PlannedBackfill, RECENT_HOURS } from '../app/backfill/plan-backfill.ts';
import type { BackfillPlan, BackfillRecord, EventAges } from '../core/backfill/backfill-plan.ts';
import type { CampaignConcern } from '../core/backfill/campaign-concern.ts';
import { HARMLESS_AFTER_HOURS, type YoungEvent } from '../core/backfill/gate.ts';
import type { EventPlan } from '../core/plan/plan-summary.ts';
import { modelLines } from './format-plan.ts';
import type { Style } from './style.ts';
import { columns, count, counted, oneLine, seconds, utc } from './text.ts';

/** A planned backfill for people: what would be sent, how old it is, and what Customer.io would do with it. */
export function formatBackfill(planned: PlannedBackfill, style: Style): readonly string[] {
  const { made, plan, judged } = planned;
  return [
    style.bold(
      `${TITLES[plan.kind][plan.mode]} of ${plan.event} in workspace ${made.summary.workspace}${periodWords(plan)}`,
    ),
    '',
    ...made.summary.models.flatMap((model) => modelLines(model, made.samples.get(model.model) ?? [], style)),
    ...(plan.mode === 'historical' ? ageLines(plan, style) : peopleLines(plan)),
    ...heldLines(planned, style),
    '',
    ...campaignLines(planned, style),
    ...keyLines(planned, style),
    ...judged.remarks.map((remark) => style.yellow(`warning: ${remark}.`)),
    ...judged.unchecked.map((what) => style.yellow(`not checked, without an App API key: ${what}.`)),
    ...youngLines(judged.youngEvents, plan.ages, style),
    ...durationLines(planned),
  ];
}

const TITLES: Readonly<Record<BackfillPlan['kind'], Readonly<Record<BackfillPlan['mode'], string>>>> = {
  backfill: { historical: 'Backfill', attributes_only: 'Backfill of the attributes of the people' },
  release: { historical: 'Release of late events', attributes_only: 'Release of late events' },
};

/** A release of everything that is held has no period. */
function periodWords({ kind, from, to }: BackfillPlan): string {
  if (kind === 'release' && from === 0) return '';
  return `, ${utc(from * 1000)} up to ${utc(to * 1000)}`;
}

function ageLines({ ages, marker }: BackfillPlan, style: Style): readonly string[] {
  if (ages.oldestAt === undefined || ages.newestAt === undefined) return [];
  const young = `${count(ages.young)} younger than ${HARMLESS_AFTER_HOURS} hours`;
  const old = `${count(ages.beyondShown)} older than 30 days (counted by segments, shown nowhere)`;
  return [
    `    from ${utc(ages.oldestAt * 1000)} to ${utc(ages.newestAt * 1000)}: ${ages.young > 0 ? style.yellow(young) : young}, ${old}`,
    ...(marker === undefined ? [] : [`    marked with the property \`${marker}: true\``]),
  ];
}

function peopleLines({ people }: BackfillPlan): readonly string[] {
  return [
    `    no event is sent; ${counted(people, 'person has', 'people have')} events in this time, and only they are looked at`,
  ];
}

/** A key that was mistyped must not go unnoticed. */
function keyLines({ plan, keysAsked = 0 }: PlannedBackfill, style: Style): readonly string[] {
  const others = keysAsked - plan.ages.events;
  if (others <= 0) return [];
  const words = counted(others, 'key is of no event', 'keys are of no event');
  return [style.yellow(`warning: of ${count(keysAsked)}, ${words} that could be sent.`)];
}

/** What Customer.io holds now of the people shown, where it is not what they will have. */
function heldLines({ made, held }: PlannedBackfill, style: Style): readonly string[] {
  if (held === undefined || held.size === 0) return [];
  const rows = personSamples([...made.samples.values()].flat()).flatMap(({ key, changes }) =>
    changes.map(({ attribute }) => [
      oneLine(key),
      attribute,
      oneLine(held.get(key)?.get(attribute) ?? '(not set)'),
    ]),
  );
  return [`    ${style.dim('of these, Customer.io holds now')}`, ...columns(rows, '        ')];
}

function campaignLines({ plan, judged, recent }: PlannedBackfill, style: Style): readonly string[] {
  const { concerns } = judged;
  if (concerns === undefined) return [];
  if (concerns.length === 0) return ['No campaign is running.'];
  const rows = concerns.map((concern) => {
    const { id, name } = concern.campaign;
    const started = recent?.find(({ campaign }) => campaign === id)?.started;
    return [
      String(id),
      oneLine(name),
      concernWords(concern, plan.event),
      started === undefined
        ? ''
        : `${counted(started, 'journey', 'journeys')} began in the last ${RECENT_HOURS} h`,
    ];
  });
  return [style.bold('Running campaigns'), ...columns(rows)];
}

function concernWords({ how, segments, safe }: CampaignConcern, event: string): string {
  const said = safe === undefined ? '' : `; safe (${safe.saidIn}): ${oneLine(safe.reason)}`;
  switch (how) {
    case 'listens':
      return `listens to ${event}`;
    case 'segment':
      return `is triggered by a segment that this could move (${segments.map(oneLine).join(', ')})${said}`;
    case 'attribute':
      return `may be triggered by an attribute, such as a date${said}`;
    case 'none':
      return 'not concerned';
  }
}

function youngLines(events: readonly YoungEvent[], { young }: EventAges, style: Style): readonly string[] {
  if (events.length === 0) return [];
  const more = young - events.length;
  return [
    '',
    style.yellow(`Events that could start a journey, the oldest first`),
    ...columns(events.map(({ key, occurredAt }) => [oneLine(key), utc(occurredAt * 1000)])),
    ...(more > 0 ? [`  and ${count(more)} more`] : []),
  ];
}

function durationLines({ made, plan }: PlannedBackfill): readonly string[] {
  const { requests, seconds: fastest } = made.estimate;
  const events =
    made.summary.models.find((each): each is EventPlan => each.kind === 'event')?.operations ?? 0;
  const paced = plan.rate === undefined ? 0 : events / plan.rate;
  const pace = plan.rate === undefined ? '' : `, at ${count(plan.rate)} events a second`;
  return [
    '',
    `In ${counted(requests, 'request', 'requests')} or more, about ${seconds(Math.max(fastest, paced))}${pace}.`,
  ];
}

/** What a run's history says of a backfill. */
export function backfillLines(record: BackfillRecord, style: Style): readonly string[] {
  const { journeys, safe, reason, allowsJourneys, people } = record;
  return [
    ...journeyLines(journeys, style),
    ...(people === undefined
      ? []
      : [
          `  Looked at ${counted(people.looked, 'person', 'people')} at Customer.io: ${count(people.equal)} as in MySQL.`,
        ]),
    ...safe.map(
      (each) => `  Campaign ${each.campaign} was named as safe (${each.saidIn}): ${oneLine(each.reason)}`,
    ),
    ...(reason === undefined ? [] : [`  Reason: ${oneLine(reason)}`]),
    ...(allowsJourneys ? ['  Journeys were allowed to start.'] : []),
  ];
}

function journeyLines({ started, remark }: BackfillRecord['journeys'], style: Style): readonly string[] {
  if (started === undefined) {
    return [style.yellow(`Journeys started by these events: not known, ${remark ?? 'nobody looked'}.`)];
  }
  const some = started.filter((each) => each.started > 0);
  if (some.length === 0) {
    return [`Journeys started by these events: 0${remark === undefined ? '' : ` (${remark})`}.`];
  }
  const names = some.map((each) => `${count(each.started)} in ${oneLine(each.name)} (${each.campaign})`);
  return [
    style.yellow(`Journeys that began meanwhile: ${names.join(', ')}.`),
    '  Whether by these events or by live ones, the counts can not tell.',
  ];
}
