import type { CampaignDefinition, Frequency, Goal, Step, Trigger } from '../campaigns/campaign.ts';
import type { Condition, EventFilter, ValueTest } from '../segments/condition.ts';
import { counted, dayAndTime, grouped } from './time-words.ts';

/** Conditions, triggers and steps as sentences. `nameOf` gives a segment's name. */

export type SegmentName = (reference: number | string) => string;

export function conditionInWords(condition: Condition, nameOf: SegmentName): string {
  switch (condition.kind) {
    case 'attribute':
      return `${condition.name} ${testInWords(condition.test)}`;
    case 'event':
      return eventConditionInWords(condition);
    case 'segment':
      return `is in ${nameOf(condition.segment)}`;
    case 'and':
    case 'or':
      return condition.parts.map((part) => wrapped(part, nameOf)).join(` ${condition.kind} `);
    case 'not':
      return `not (${conditionInWords(condition.part, nameOf)})`;
  }
}

/** Brackets only where and meets or. */
function wrapped(part: Condition, nameOf: SegmentName): string {
  const text = conditionInWords(part, nameOf);
  return part.kind === 'and' || part.kind === 'or' ? `(${text})` : text;
}

function eventConditionInWords({ filter, times, withinMs }: Extract<Condition, { kind: 'event' }>): string {
  const often = times === 1 ? '' : ` at least ${counted(times, 'time')}`;
  const within = withinMs === undefined ? '' : ` within the past ${spanInWords(withinMs)}`;
  return `performed ${eventInWords(filter)}${often}${within}`;
}

const TYPE_WORDS = { event: '', page: 'page ', screen: 'screen ' } as const;

function eventInWords({ type, name, where }: EventFilter): string {
  const tests = where.map(({ property, test, isNegated }) => {
    return `${property} ${isNegated ? 'not ' : ''}${testInWords(test)}`;
  });
  return `${TYPE_WORDS[type]}${name}${tests.length === 0 ? '' : ` where ${tests.join(' and ')}`}`;
}

const COMPARISONS = {
  eq: 'is',
  ne: 'is not',
  contains: 'contains',
  not_contains: 'does not contain',
  gt: 'is more than',
  gte: 'is at least',
  lt: 'is less than',
  lte: 'is at most',
} as const;

function testInWords(test: ValueTest): string {
  switch (test.kind) {
    case 'exists':
      return 'exists';
    case 'is_timestamp':
      return 'is a timestamp';
    case 'within_past':
      return `is a timestamp within the past ${spanInWords(test.spanMs)}`;
    case 'before_past':
      return `is a timestamp more than ${spanInWords(test.spanMs)} ago`;
    case 'within_next':
      return `is a timestamp within the next ${spanInWords(test.spanMs)}`;
    case 'after_next':
      return `is a timestamp more than ${spanInWords(test.spanMs)} ahead`;
    case 'before':
    case 'after':
      return `is a timestamp ${test.kind} ${dayAndTime(test.atMs)}`;
    default:
      return `${COMPARISONS[test.kind]} ${test.value}`;
  }
}

const SPANS: readonly (readonly [string, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** In the largest unit that fits whole: `21 days`, `30 minutes`. */
function spanInWords(ms: number): string {
  const [unit, unitMs] = SPANS.find(([name, size]) => ms % size === 0 && (name !== 'week' || ms > size)) ?? [
    '',
    1,
  ];
  return unit === '' ? `${grouped(ms)} ms` : counted(ms / unitMs, unit);
}

export function triggerInWords(trigger: Trigger, nameOf: SegmentName): string {
  switch (trigger.kind) {
    case 'event':
      return `performs ${eventInWords(trigger.filter)}`;
    case 'segments':
      return `enters ${trigger.segmentIds.map(nameOf).join(' or ')}`;
    case 'object':
    case 'relationship':
      return `${trigger.kind} of type ${trigger.objectTypeId} changes (listed only: starts nothing here)`;
  }
}

export function stepInWords(step: Step, nameOf: SegmentName): string {
  if (step.kind === 'wait') return `wait ${spanInWords(step.spanMs)}`;
  const sending =
    step.sending === 'automatic' ? '' : step.sending === 'draft' ? ' (as a draft)' : ' (switched off)';
  const onlyIf = step.onlyIf === undefined ? '' : `, only if ${conditionInWords(step.onlyIf, nameOf)}`;
  const subject = step.subject === '' ? '' : `: “${step.subject}”`;
  return `${step.channel} “${step.name}”${subject}${sending}${onlyIf}`;
}

export function goalInWords({ aim, withinMs }: Goal, nameOf: SegmentName): string {
  const what =
    aim.kind === 'event' ? `performs ${eventInWords(aim.filter)}` : `enters ${nameOf(aim.segmentId)}`;
  return `${what} within ${spanInWords(withinMs)} of a message`;
}

export function frequencyInWords(frequency: Frequency | undefined): string {
  if (frequency === undefined) return 'as the switches of the workspace say';
  if (frequency.kind === 'interval')
    return `again after ${spanInWords(frequency.spanMs)}, while still matching`;
  return frequency.kind === 'once' ? 'once' : 'at each trigger';
}

const EXIT_WORDS = {
  goal: 'the goal is reached',
  filter_fails: 'the filter does not hold any more',
  trigger_ends: 'the trigger segment is left',
} as const;

/** Undefined where nothing ends a journey early: exits that cannot happen are left out. */
export function exitsInWords({ exits, goal, filter, trigger }: CampaignDefinition): string | undefined {
  const canHappen = {
    goal: goal !== undefined,
    filter_fails: filter !== undefined,
    trigger_ends: trigger.kind === 'segments',
  };
  const words = exits.filter((exit) => canHappen[exit]).map((exit) => EXIT_WORDS[exit]);
  return words.length === 0 ? undefined : words.join(', or ');
}
