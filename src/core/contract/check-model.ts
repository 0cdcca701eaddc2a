import {
  ATTRIBUTE_NAME_BYTES_MAX,
  ATTRIBUTES_PER_PERSON_MAX,
  EVENT_NAME_BYTES_MAX,
} from '../customerio/limits.ts';
import {
  reservedAttributeHint,
  reservedPropertyHint,
  reservedThingAttributeHint,
} from '../customerio/reserved-names.ts';
import type { LintCode } from '../lint/lint-rules.ts';
import { checkScopes } from '../sql/check-scopes.ts';
import { checkSelectOnly } from '../sql/select-only.ts';
import { abandonmentProblems, cartColumnsOf } from './check-abandonment.ts';
import { captureColumns, checkCapture } from './check-capture.ts';
import { consentProblems } from './check-consents.ts';
import { checkPerson } from './check-person.ts';
import { sentFields } from './consent-field.ts';
import {
  type EventMakingModel,
  type EventModel,
  type Field,
  isKeyed,
  type KeyedModel,
  type Model,
  makesEvents,
  type Project,
} from './contract.ts';
import { didYouMean } from './did-you-mean.ts';
import type { FieldYaml, ModelYaml } from './model-schema.ts';
import type { Problem } from './problem.ts';
import { removedProblems } from './removed.ts';
import type { YamlFile } from './yaml-file.ts';

/** Longest time an event may count as live: Customer.io starts journeys for events younger than 72 hours. */
export const LIVE_WITHIN_SECONDS_MAX = 71 * 3600;

/** Everything wrong in one model that its schema can not see. */
export function checkModel(
  model: Model,
  source: ModelYaml,
  yaml: YamlFile,
  project: Pick<Project, 'canonical' | 'backfillMarker'>,
): readonly Problem[] {
  return [
    ...checkPerson(model, yaml, project.canonical),
    ...fieldsProblems(source, yaml),
    ...kindProblems(model, source, yaml),
    ...markerProblems(model, yaml, project.backfillMarker),
    ...(source.kind === 'people' ? consentProblems(source.attributes, yaml) : []),
    ...columnProblems(model, yaml),
    ...unknownLimits(model, yaml),
    ...checkSelectOnly(model.sqlFile, model.sql, model.kind),
    ...checkScopes(model.sqlFile, model.sql),
    ...checkCapture(model, yaml),
  ];
}

/** Limits of attributes that the model does not have. */
function unknownLimits(model: Model, yaml: YamlFile): readonly Problem[] {
  const names = model.kind === 'people' ? model.attributes.map(({ name }) => name) : [];
  return [...model.radiusLimits.byAttribute.keys()]
    .filter((name) => !names.includes(name))
    .map((name) => {
      const path = ['guardrails', 'by_attribute', name];
      return yaml.problemAt(path, `the model has no attribute \`${name}\``, didYouMean(name, names), 'key');
    });
}

function kindProblems(model: Model, source: ModelYaml, yaml: YamlFile): readonly Problem[] {
  switch (model.kind) {
    case 'people':
      return [...tooManyAttributes(model.attributes, yaml), ...removedProblems(model, yaml)];
    case 'event':
      return [...eventProblems(model, yaml), ...eventIdProblems(model, yaml)];
    case 'abandonment':
      return [
        ...eventProblems(model, yaml),
        ...(source.kind === 'abandonment' ? abandonmentProblems(model, source, yaml) : []),
      ];
    case 'objects':
    case 'relationships':
    case 'devices':
    case 'segment':
    case 'erasure':
      return tooManyAttributes(model.attributes, yaml);
    case 'identities':
      return [];
  }
}

/** The mark of a backfill would take the place of what the event says itself. */
function markerProblems(model: Model, yaml: YamlFile, marker: string | undefined): readonly Problem[] {
  if (model.kind !== 'event' || marker === undefined) return [];
  const path = model.properties.some(({ name }) => name === marker)
    ? ['properties', marker]
    : model.eventIdColumns.includes(marker)
      ? ['event_id']
      : undefined;
  if (path === undefined) return [];
  const message = `the property \`${marker}\` is the mark of events that a backfill sends`;
  const hint = 'Rename the property, or give the mark another name: `defaults.backfill_marker`.';
  return [yaml.problemAt(path, message, hint, 'key')];
}

function fieldsProblems(source: ModelYaml, yaml: YamlFile): readonly Problem[] {
  switch (source.kind) {
    case 'people':
    case 'objects':
    case 'relationships':
    case 'devices':
      return [
        ...fieldProblems(source.attributes, 'attributes', yaml),
        ...nameProblems(source.attributes, source.kind, yaml),
      ];
    case 'event':
    case 'abandonment':
      return [
        ...fieldProblems(source.properties, 'properties', yaml),
        ...nameProblems(source.properties, source.kind, yaml),
      ];
    case 'segment':
    case 'erasure':
    case 'identities':
      return [];
  }
}

type Fields = Readonly<Record<string, FieldYaml>>;

function fieldProblems(fields: Fields, part: string, yaml: YamlFile): readonly Problem[] {
  return Object.entries(fields).flatMap(([name, field]) =>
    OPTION_TYPES.filter(
      ({ option, types }) => field[option] !== undefined && !types.some((type) => type === field.type),
    ).map(({ option, types }) =>
      yaml.problemAt(
        [part, name, option],
        `\`${option}\` does not go with type ${field.type}`,
        `It belongs to type ${types.join(' or ')}; remove it or change the type.`,
        'key',
      ),
    ),
  );
}

const OPTION_TYPES = [
  { option: 'one_of', types: ['string'] },
  { option: 'separator', types: ['string_list'] },
  { option: 'max_items', types: ['string_list', 'json'] },
  { option: 'time_zone', types: ['timestamp'] },
  { option: 'format', types: ['timestamp'] },
  { option: 'ambiguous_time', types: ['timestamp'] },
  { option: 'not_before', types: ['timestamp'] },
  { option: 'future', types: ['timestamp'] },
] as const;

function nameProblems(fields: Fields, kind: Model['kind'], yaml: YamlFile): readonly Problem[] {
  const part = isEventKind(kind) ? 'properties' : 'attributes';
  return Object.keys(fields).flatMap((name) => {
    const reserved = reservedHint(kind, name);
    if (reserved !== undefined) {
      const message = `the name \`${name}\` is reserved by Customer.io`;
      return [{ ...yaml.problemAt([part, name], message, reserved, 'key'), rule: reservedRule(kind) }];
    }
    if (Buffer.byteLength(name) <= ATTRIBUTE_NAME_BYTES_MAX) return [];
    const message = `this name is longer than ${ATTRIBUTE_NAME_BYTES_MAX} bytes`;
    return [yaml.problemAt([part, name], message, 'Customer.io refuses longer names; shorten it.', 'key')];
  });
}

function isEventKind(kind: Model['kind']): boolean {
  return kind === 'event' || kind === 'abandonment';
}

function reservedHint(kind: Model['kind'], name: string): string | undefined {
  if (kind === 'people') return reservedAttributeHint(name);
  return isEventKind(kind) ? reservedPropertyHint(name) : reservedThingAttributeHint(name);
}

function reservedRule(kind: Model['kind']): LintCode {
  return isEventKind(kind) ? 'overriding_name' : 'reserved_name';
}

function tooManyAttributes(attributes: readonly Field[], yaml: YamlFile): readonly Problem[] {
  if (attributes.length <= ATTRIBUTES_PER_PERSON_MAX) return [];
  const message = `${attributes.length} attributes; Customer.io takes ${ATTRIBUTES_PER_PERSON_MAX}`;
  return [yaml.problemAt(['attributes'], message, 'Remove those that no journey uses.', 'key')];
}

function eventProblems(model: EventMakingModel, yaml: YamlFile): readonly Problem[] {
  const problems: Problem[] = [];
  if (Buffer.byteLength(model.event) > EVENT_NAME_BYTES_MAX) {
    const message = `the event's name is longer than ${EVENT_NAME_BYTES_MAX} bytes`;
    problems.push(yaml.problemAt(['event'], message, 'Customer.io refuses longer names; shorten it.'));
  }
  if (model.liveWithinSeconds > LIVE_WITHIN_SECONDS_MAX) {
    const message = '`live_within` is longer than 71 hours';
    const hint = 'Customer.io starts journeys for 72 hours; one hour is kept as a margin. Use 71h or less.';
    problems.push(yaml.problemAt(['live_within'], message, hint));
  }
  return problems;
}

function eventIdProblems(model: EventModel, yaml: YamlFile): readonly Problem[] {
  const problems: Problem[] = [];
  for (const column of model.eventIdColumns) {
    const hint = reservedPropertyHint(column);
    if (hint === undefined) continue;
    const message = `\`event_id\` names \`${column}\`, which would be sent as a property of that name`;
    const cure = `${hint} Rename the column in the query with AS.`;
    problems.push({ ...yaml.problemAt(['event_id'], message, cure), rule: reservedRule(model.kind) });
  }
  if (new Set(model.eventIdColumns).size !== model.eventIdColumns.length) {
    problems.push(yaml.problemAt(['event_id'], '`event_id` names a column twice', 'Name each column once.'));
  }
  return problems;
}

function columnProblems(model: Model, yaml: YamlFile): readonly Problem[] {
  const used = new Set(usedColumns(model));
  return model.ignoreColumns.flatMap((column, index) =>
    used.has(column)
      ? [yaml.problemAt(['ignore_columns', index], `\`${column}\` is ignored and used`, 'Do one of the two.')]
      : [],
  );
}

/** Every column of the query that the model makes use of. */
export function usedColumns(model: Model): readonly string[] {
  switch (model.kind) {
    case 'people':
      return [
        ...personColumns(model),
        ...sentFields(model).map((field) => field.column),
        ...model.consents.flatMap(({ answeredAt }) => answeredAt?.column ?? []),
      ];
    case 'event':
    case 'abandonment':
      return [
        ...(model.kind === 'event'
          ? [...model.eventIdColumns, model.occurredAt.column]
          : cartColumnsOf(model)),
        ...personColumns(model),
        ...model.properties.map((field) => field.column),
        ...captureColumns(model.capture),
      ];
    case 'objects':
    case 'relationships':
    case 'devices':
    case 'segment':
    case 'erasure':
      return [...keyColumnsOfThing(model), ...model.attributes.map((field) => field.column)];
    case 'identities':
      return personColumns(model);
  }
}

/** The columns that tell a thing from the others of its model. */
export function keyColumnsOfThing({ person, idColumn }: KeyedModel): readonly string[] {
  return [...person.map(({ column }) => column), ...(idColumn === undefined ? [] : [idColumn])];
}

/** The columns that name the person, the canonical identifier first. */
export function personColumns(model: Model): readonly string[] {
  if (makesEvents(model) || isKeyed(model)) return model.person.map(({ column }) => column);
  const keys = model.keys.map(({ column }) => column);
  return model.keyColumn === undefined ? keys : [model.keyColumn, ...keys];
}
