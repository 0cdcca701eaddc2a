import type { BlastExamples } from '../core/errors/blast-radius-error.ts';
import type { Verdict } from '../core/guard/verdict.ts';
import { CONFLICT_CODES } from '../core/identity/conflict.ts';
import type { Estimate } from '../core/plan/estimate.ts';
import {
  type AbandonmentPlan,
  type ConsentPlan,
  type EventMakingPlan,
  type EventPlan,
  GUESTS,
  type IdentitiesPlan,
  type IdentityPlan,
  isKeyedPlan,
  type KeyedPlan,
  type ModelPlan,
  makesEvents,
  type PeoplePlan,
  type PlanSummary,
  type Sample,
  type SilentCart,
  type StartReason,
} from '../core/plan/plan-summary.ts';
import { exampleLines, shown } from './format-radius.ts';
import { readWords } from './format-read.ts';
import { reasonOf } from './format-withheld.ts';
import { lateLines } from './late-lines.ts';
import type { Style } from './style.ts';
import { columns, count, counted, oneLine, seconds, utc, visible } from './text.ts';

export interface PlanText {
  readonly summary: PlanSummary;
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
  readonly estimate: Estimate;
  readonly verdicts: readonly Verdict[];
  readonly examples: BlastExamples;
}

/** A plan for people: what would be sent, and why the rest would not. */
export function formatPlan(
  { summary, samples, estimate, verdicts, examples }: PlanText,
  style: Style,
): readonly string[] {
  return [
    style.bold(`Plan for workspace ${summary.workspace}`),
    ...summary.models.flatMap((model) => ['', ...modelLines(model, samples.get(model.model) ?? [], style)]),
    ...identityLines(summary.identity, style),
    '',
    ...lateLines(summary.models).map((line) => style.yellow(`warning: ${line}`)),
    ...verdicts.flatMap((verdict) => [
      verdictLine(verdict, style),
      ...exampleLines(examples.get(verdict.limit ?? '') ?? []),
    ]),
    formatTotal(summary, estimate, style),
  ];
}

/** Contradictions among the identities; `millrace identity report` lists them once the plan is carried out. */
function identityLines({ addressChanges, conflicts }: IdentityPlan, style: Style): readonly string[] {
  const changes =
    addressChanges === 0
      ? []
      : [
          '',
          `${counted(addressChanges, 'person has a new address', 'people have new addresses')} by which they are known`,
        ];
  return [...changes, ...conflictLines(conflicts, style)];
}

function conflictLines(conflicts: IdentityPlan['conflicts'], style: Style): readonly string[] {
  if (conflicts.length === 0) return [];
  const rows = conflicts.map(({ code, detail, conflicts: number, people }) => [
    code,
    detail,
    count(number),
    `${counted(people, 'person', 'people')}: ${CONFLICT_CODES[code].reason}`,
  ]);
  return [
    '',
    style.bold('Conflicts of identity; whom they concern is held'),
    ...columns(rows, '    ').map(style.yellow),
  ];
}

/** One model of a plan: its numbers, what is not sent and why, and samples. */
export function modelLines(model: ModelPlan, samples: readonly Sample[], style: Style): readonly string[] {
  return [
    `${style.bold(model.model)} ${style.dim(model.kind)}  ${headlineOf(model)}`,
    ...(model.read === undefined ? [] : [style.dim(`    ${readWords(model.read)}`)]),
    ...detailLines(model),
    ...withheldLines(model, style),
    ...samples.flatMap((sample) => sampleLines(sample, style)),
  ];
}

function headlineOf(model: ModelPlan): string {
  switch (model.kind) {
    case 'people':
      return peopleHeadline(model);
    case 'consent':
      return consentHeadline(model);
    case 'event':
      return eventHeadline(model);
    case 'abandonment':
      return cartsHeadline(model);
    case 'objects':
    case 'relationships':
    case 'devices':
    case 'segment':
    case 'erasure':
      return thingsHeadline(model);
    case 'identities':
      return identitiesHeadline(model);
  }
}

function detailLines(model: ModelPlan): readonly string[] {
  switch (model.kind) {
    case 'people':
      return attributeLines(model);
    case 'consent':
      return consentLines(model);
    case 'event':
    case 'abandonment':
      return eventLines(model);
    case 'objects':
    case 'relationships':
    case 'devices':
    case 'segment':
    case 'erasure':
      return thingLines(model);
    case 'identities':
      return [];
  }
}

function identitiesHeadline(plan: IdentitiesPlan): string {
  const parts = [
    `${count(plan.unchanged)} known`,
    `${count(plan.refreshed)} with new keys`,
    ...(plan.faults > 0 ? [counted(plan.faults, 'fault', 'faults')] : []),
  ];
  return `${counted(plan.rows, 'row', 'rows')}: ${parts.join(', ')}`;
}

function thingsHeadline(plan: KeyedPlan): string {
  const parts = [
    plan.kind === 'erasure' ? `${count(plan.added)} to ${plan.target}` : `${count(plan.added)} to add`,
    ...(plan.changed > 0 ? [`${count(plan.changed)} changed`] : []),
    ...(plan.removals > 0
      ? [`${count(plan.removals)} to ${plan.kind === 'erasure' ? 'release' : 'remove'}`]
      : []),
    `${count(plan.unchanged + plan.refreshed)} unchanged`,
    ...(plan.held > 0 ? [`${count(plan.held)} held`] : []),
    ...(plan.faults > 0 ? [counted(plan.faults, 'fault', 'faults')] : []),
  ];
  return `${counted(plan.rows, 'row', 'rows')}: ${parts.join(', ')}`;
}

function thingLines(plan: KeyedPlan): readonly string[] {
  const changes = Object.entries(plan.attributeChanges).map(([name, things]) => [
    name,
    `for ${count(things)}`,
  ]);
  const why =
    plan.unplacedRows === 0
      ? 'nothing is done about them'
      : `not removed as long as ${counted(plan.unplacedRows, 'row', 'rows')} can not be told apart from them`;
  const gone = `    ${count(plan.gone)} delivered before and no longer in the query: ${why}`;
  return [...columns(changes, '    '), ...(plan.gone === 0 ? [] : [gone])];
}

function peopleHeadline(plan: PeoplePlan): string {
  const parts = [
    `${count(plan.newPeople)} new`,
    `${count(plan.changedPeople)} changed`,
    `${count(plan.unchanged + plan.refreshed)} unchanged`,
    ...(plan.held > 0 ? [`${count(plan.held)} held`] : []),
    ...(plan.faults > 0 ? [counted(plan.faults, 'fault', 'faults')] : []),
  ];
  return `${counted(plan.rows, 'row', 'rows')}: ${parts.join(', ')}`;
}

function eventHeadline(plan: EventPlan): string {
  const parts = [
    `${count(plan.operations)} to send`,
    `${count(plan.unchanged + plan.refreshed + plan.changedAfterDelivery)} already sent`,
    ...(plan.throttled > 0 ? [`${count(plan.throttled)} throttled`] : []),
    ...withheldParts(plan),
  ];
  return `${counted(plan.rows, 'row', 'rows')}: ${parts.join(', ')}`;
}

function withheldParts(plan: EventMakingPlan): readonly string[] {
  return [
    ...(plan.beforeStart > 0 ? [`${count(plan.beforeStart)} ${outsideWords(plan)}`] : []),
    ...(plan.held > 0 ? [`${count(plan.held)} held`] : []),
    ...(plan.dropped > 0 ? [`${count(plan.dropped)} dropped (late)`] : []),
    ...(plan.faults > 0 ? [counted(plan.faults, 'fault', 'faults')] : []),
  ];
}

function outsideWords({ startReason }: EventMakingPlan): string {
  if (startReason === 'backfill') return 'outside of this time';
  return startReason === 'release' ? 'not meant, or not held as late' : 'from before the start';
}

const CART_WORDS: Readonly<Record<SilentCart, string>> = {
  active: 'still active',
  joined: 'spoken for by another cart of the person',
  converted: 'bought',
  superseded: 'superseded by an order',
  emptied: 'empty',
  expired: 'too old',
  unproven: 'of unknown age',
};

function cartsHeadline(plan: AbandonmentPlan): string {
  const silent = Object.entries(CART_WORDS).flatMap(([finding, words]) => {
    const carts = plan.carts[finding as SilentCart];
    return carts > 0 ? [`${count(carts)} ${words}`] : [];
  });
  const parts = [
    `${count(plan.operations)} to send`,
    `${count(plan.unchanged)} already sent`,
    ...silent,
    ...withheldParts(plan),
  ];
  return `${counted(plan.rows, 'cart', 'carts')}: ${parts.join(', ')}`;
}

function consentHeadline(plan: ConsentPlan): string {
  const answers = plan.direction === 'opt_out' ? ['opt-out', 'opt-outs'] : ['opt-in', 'opt-ins'];
  const [one = '', many = ''] = answers;
  const parts = [
    `${count(plan.operations)} to send`,
    ...(plan.carried > 0 ? [`${count(plan.carried)} with new people`] : []),
    `${count(plan.unchanged + plan.refreshed - plan.carried)} settled`,
    ...(plan.held > 0 ? [`${count(plan.held)} held`] : []),
    ...(plan.faults > 0 ? [counted(plan.faults, 'fault', 'faults')] : []),
  ];
  return `${counted(plan.rows, `row with an ${one}`, `rows with ${many}`)}: ${parts.join(', ')}`;
}

function consentLines(plan: ConsentPlan): readonly string[] {
  const changes = Object.entries(plan.changes).map(([name, people]) => [
    name,
    `for ${counted(people, 'person', 'people')}`,
  ]);
  const stays = `${counted(plan.staysOut, 'opt-in is', 'opt-ins are')} not newer than what Customer.io holds, and not written`;
  const notAllowed = `${counted(plan.notAllowed, 'row has', 'rows have')} an opt-in; opt-ins are not written (\`allow_opt_in\`)`;
  return [
    ...columns(changes, '    '),
    ...(plan.staysOut > 0 ? [`    ${stays}`] : []),
    ...(plan.notAllowed > 0 ? [`    ${notAllowed}`] : []),
  ];
}

function attributeLines(plan: PeoplePlan): readonly string[] {
  const changes = Object.entries(plan.attributeChanges);
  const { emailChanges: emails } = plan;
  const gone = plan.gone === 0 ? [] : [goneLine(plan)];
  return [
    ...(plan.model === GUESTS ? [GUESTS_LINE] : []),
    ...columns(
      changes.map(([name, people]) => [name, `for ${counted(people, 'person', 'people')}`]),
      '    ',
    ),
    ...(emails === 0
      ? []
      : [`    ${counted(emails, 'person has a new e-mail address', 'people have new e-mail addresses')}`]),
    ...gone,
  ];
}

const GUESTS_LINE = '    people with an e-mail address and no id, made known by it before their first event';

function goneLine({ gone, removals }: PeoplePlan): string {
  const what = removals === undefined ? 'nothing is done about them' : `${count(removals)} to change`;
  return `    ${counted(gone, 'person', 'people')} delivered before and no longer in the query: ${what}`;
}

const START_WORDS: Readonly<Record<StartReason, string>> = {
  first_run: 'first run of this event: only events from now on are sent',
  published: 'sent since',
  recovery: 'the state knows nothing of this event, the lock file does: read again since',
  history: 'history asked for since',
  backfill: 'backfill of events since',
  release: 'late events since',
};

function eventLines(plan: EventMakingPlan): readonly string[] {
  const changed = plan.kind === 'event' ? plan.changedAfterDelivery : 0;
  return [
    `    ${START_WORDS[plan.startReason]} (${utc(plan.startsAt * 1000)})`,
    ...(changed === 0
      ? []
      : [
          `    ${counted(changed, 'delivered event has', 'delivered events have')} other content now; not sent again`,
        ]),
  ];
}

function withheldLines(model: ModelPlan, style: Style): readonly string[] {
  const rows = model.withheld.map(({ kind, code, column, count: rowCount }) => [
    kind,
    code,
    column ?? '',
    count(rowCount),
    reasonOf(code)?.reason ?? '',
  ]);
  return columns(rows, '    ').map(style.yellow);
}

function sampleLines(sample: Sample, style: Style): readonly string[] {
  if (sample.kind === 'event') {
    const when = utc(sample.occurredAt * 1000);
    return [
      `    ${style.green('+')} ${oneLine(sample.key)} ${style.dim(`${sample.id} for ${oneLine(sample.person)} at ${when}`)}`,
      `        ${visible(sample.properties)}`,
    ];
  }
  const isNew = sample.kind === 'person' ? sample.isNew : sample.action === 'add';
  const isRemoved = sample.kind === 'thing' && sample.action === 'remove';
  const sign = isRemoved ? style.red('-') : isNew ? style.green('+') : style.yellow('~');
  const changes = sample.changes.map(({ attribute, before, after }) =>
    isNew ? [attribute, shown(after)] : [attribute, `${shown(before)} → ${shown(after)}`],
  );
  return [`    ${sign} ${oneLine(sample.key)}`, ...columns(changes, '        ')];
}

function verdictLine({ level, message, limit }: Verdict, style: Style): string {
  const paint = level === 'stop' || level === 'critical' ? style.red : style.yellow;
  const way = limit === undefined ? '' : `; \`--allow ${limit} --reason TEXT\` lets it pass`;
  const consequence =
    level === 'stop' ? `. A sync would be stopped here, with nothing sent but opt-outs${way}` : '';
  return `${paint(`${level}:`)} ${message}${consequence}.`;
}

function formatTotal(summary: PlanSummary, estimate: Estimate, style: Style): string {
  const total = (isMeant: (model: ModelPlan) => boolean): number =>
    summary.models.filter(isMeant).reduce((sum, model) => sum + model.operations, 0);
  const optOuts = total((model) => model.kind === 'consent' && model.direction === 'opt_out');
  const optIns = total((model) => model.kind === 'consent' && model.direction === 'opt_in');
  const people = total((model) => model.kind === 'people');
  const events = total(makesEvents);
  const things = total(isKeyedPlan);
  if (optOuts + people + optIns + events + things === 0) return style.bold('Nothing to send.');
  const what = [
    ...(optOuts > 0 ? [counted(optOuts, 'opt-out', 'opt-outs')] : []),
    ...(optIns > 0 ? [counted(optIns, 'opt-in', 'opt-ins')] : []),
    ...(things > 0 ? [counted(things, 'other operation', 'other operations')] : []),
    `${counted(people, 'person', 'people')} and ${counted(events, 'event', 'events')}`,
  ].join(', ');
  const how = `${counted(estimate.requests, 'request', 'requests')}, about ${seconds(estimate.seconds)}`;
  return style.bold(`To send: ${what} in ${how}.`);
}
