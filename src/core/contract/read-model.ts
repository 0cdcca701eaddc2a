import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { withProjectLimits } from '../guard/radius-limits.ts';
import { type Acceptance, acceptancesOf } from './acceptance.ts';
import { toCaptureRule } from './capture-rule.ts';
import { checkModel } from './check-model.ts';
import { toConsentField } from './consent-field.ts';
import type {
  AbandonmentModel,
  EventModel,
  Field,
  FieldType,
  IdentitiesModel,
  KeyColumn,
  KeyedModel,
  Model,
  PeopleModel,
  Project,
} from './contract.ts';
import { didYouMean } from './did-you-mean.ts';
import { durationSeconds } from './duration.ts';
import { toFaultLimit } from './fault-limit.ts';
import { impliedField, toField, toTimeRule } from './field.ts';
import { keyColumns } from './key-columns.ts';
import {
  type AbandonmentYaml,
  type EventYaml,
  type IdentitiesYaml,
  type KeyedYaml,
  MODEL_SCHEMAS,
  type ModelYaml,
  type PeopleYaml,
} from './model-schema.ts';
import { toRadiusLimits } from './radius-schema.ts';
import { cartDefinition } from './read-abandonment.ts';
import { keyedDefinition } from './read-keyed.ts';
import type { ModelDefaults } from './read-project.ts';
import { toGonePolicy } from './removed.ts';
import { toSchedule } from './schedule-schema.ts';
import { type Checked, checkSchema } from './schema-problems.ts';
import { parseYamlFile, type YamlFile } from './yaml-file.ts';

/** The two files that make a model. */
export interface ModelFiles {
  readonly name: string;
  readonly yamlFile: string;
  readonly yaml: string;
  readonly sqlFile: string;
  readonly sql: string;
}

/** What a model needs to know of its project. */
export type ModelSurroundings = Pick<Project, 'canonical' | 'identity' | 'timeZone' | 'backfillMarker'> &
  ModelDefaults;

/** Counted up whenever the same definition would be shaped differently, so that every row is looked at again. */
const SHAPING_VERSION = 2;

export function readModel(files: ModelFiles, project: ModelSurroundings): Checked<Model> {
  const yaml = parseYamlFile(files.yamlFile, files.yaml);
  const kind = kindOf(yaml);
  if (yaml.problems.length > 0 || kind === undefined) {
    const problems = yaml.problems.length > 0 ? yaml.problems : [unknownKind(yaml)];
    return { value: undefined, problems };
  }
  return readKind(kind, files, yaml, project);
}

function readKind(kind: Kind, files: ModelFiles, yaml: YamlFile, project: ModelSurroundings): Checked<Model> {
  switch (kind) {
    case 'people':
      return readAs(MODEL_SCHEMAS.people, toPeople, files, yaml, project);
    case 'event':
      return readAs(MODEL_SCHEMAS.event, toEvent, files, yaml, project);
    case 'abandonment':
      return readAs(MODEL_SCHEMAS.abandonment, toAbandonment, files, yaml, project);
    case 'identities':
      return readAs(MODEL_SCHEMAS.identities, toIdentities, files, yaml, project);
    case 'objects':
      return readAs(MODEL_SCHEMAS.objects, toKeyed, files, yaml, project);
    case 'relationships':
      return readAs(MODEL_SCHEMAS.relationships, toKeyed, files, yaml, project);
    case 'devices':
      return readAs(MODEL_SCHEMAS.devices, toKeyed, files, yaml, project);
    case 'segment':
      return readAs(MODEL_SCHEMAS.segment, toKeyed, files, yaml, project);
    case 'erasure':
      return readAs(MODEL_SCHEMAS.erasure, toKeyed, files, yaml, project);
  }
}

type Kind = keyof typeof MODEL_SCHEMAS;

function kindOf(yaml: YamlFile): Kind | undefined {
  const kind = rawKind(yaml);
  return typeof kind === 'string' && Object.hasOwn(MODEL_SCHEMAS, kind) ? (kind as Kind) : undefined;
}

function rawKind(yaml: YamlFile): unknown {
  const value = yaml.value;
  return typeof value === 'object' && value !== null
    ? (value as { readonly kind?: unknown }).kind
    : undefined;
}

function unknownKind(yaml: YamlFile) {
  const kind = rawKind(yaml);
  const kinds = Object.keys(MODEL_SCHEMAS);
  if (kind === undefined) {
    return yaml.problemAt([], '`kind` is missing', `Add \`kind: ${kinds.join('` or `kind: ')}\`.`);
  }
  return yaml.problemAt(['kind'], `unknown kind \`${String(kind)}\``, didYouMean(String(kind), kinds));
}

function readAs<Y extends ModelYaml>(
  schema: z.ZodType<Y>,
  toModel: (files: ModelFiles, yaml: Y, project: ModelSurroundings) => Model,
  files: ModelFiles,
  yaml: YamlFile,
  project: ModelSurroundings,
): Checked<Model> {
  const checked = checkSchema(schema, yaml);
  if (checked.value === undefined) return { value: undefined, problems: checked.problems };
  const source: Y = checked.value;
  const model = toModel(files, source, project);
  return { value: model, problems: checkModel(model, source, yaml, project) };
}

function toPeople(files: ModelFiles, yaml: PeopleYaml, project: ModelSurroundings): PeopleModel {
  const timeZone = yaml.time_zone ?? project.timeZone;
  const person = keyColumns(yaml.person, project.canonical);
  const [canonical] = person.filter(({ kind }) => kind === project.canonical);
  const keys = person.filter((key) => key !== canonical);
  const declared = Object.entries(yaml.attributes);
  const attributes = declared
    .filter(([, { role }]) => role === undefined)
    .map(([name, field]) => toField(name, field, timeZone));
  const definition = {
    kind: 'people' as const,
    keyColumn: canonical?.column,
    keys,
    unresolved: yaml.unresolved ?? 'hold',
    guests: yaml.guests,
    removed: toGonePolicy(yaml.removed),
    attributes: canonical === undefined ? attributes : [...identifierFields(keys, timeZone), ...attributes],
    consents: declared.flatMap(([name, field]) => toConsentField(name, field, timeZone)),
  };
  return withHash({ ...base(files, yaml, timeZone, project), ...definition }, project);
}

const IDENTIFIER_TYPES: Readonly<Record<string, FieldType>> = { email: 'email', phone: 'phone' };

/** Identifiers besides the canonical one are attributes in Customer.io. */
function identifierFields(keys: readonly KeyColumn[], timeZone: string): readonly Field[] {
  const time = toTimeRule({}, timeZone);
  return keys.map(({ kind, column }) =>
    impliedField(kind, column, IDENTIFIER_TYPES[kind] ?? 'string', { whenNull: 'keep', time }),
  );
}

function toEvent(files: ModelFiles, yaml: EventYaml, project: ModelSurroundings): EventModel {
  const timeZone = yaml.time_zone ?? project.timeZone;
  const occurredAt = typeof yaml.occurred_at === 'string' ? { column: yaml.occurred_at } : yaml.occurred_at;
  const parts = eventParts(yaml, timeZone, project);
  const definition = {
    kind: 'event' as const,
    event: yaml.event,
    eventIdColumns: typeof yaml.event_id === 'string' ? [yaml.event_id] : yaml.event_id,
    occurredAt: impliedField('occurred_at', occurredAt.column, 'timestamp', {
      whenNull: 'reject',
      time: toTimeRule(occurredAt, timeZone),
    }),
    holdForSeconds: yaml.hold_for === undefined ? parts.liveWithinSeconds : durationSeconds(yaml.hold_for),
    backfill: yaml.backfill,
    throttleSeconds: yaml.throttle === undefined ? undefined : durationSeconds(yaml.throttle),
    ...parts,
  };
  return withHash({ ...base(files, yaml, timeZone, project), ...definition }, project);
}

function toAbandonment(
  files: ModelFiles,
  yaml: AbandonmentYaml,
  project: ModelSurroundings,
): AbandonmentModel {
  const timeZone = yaml.time_zone ?? project.timeZone;
  const definition = {
    kind: 'abandonment' as const,
    event: yaml.event,
    ...cartDefinition(yaml, timeZone, project.canonical),
    ...eventParts(yaml, timeZone, project),
  };
  return withHash({ ...base(files, yaml, timeZone, project), ...definition }, project);
}

/** What all models that make events have in common. */
function eventParts(yaml: EventYaml | AbandonmentYaml, timeZone: string, project: ModelSurroundings) {
  return {
    person: keyColumns(yaml.person, project.canonical),
    unresolved: yaml.unresolved ?? ('hold' as const),
    guests: yaml.guests ?? project.guests,
    late: yaml.late ?? project.late,
    settlesBefore: yaml.settle_before_event ?? false,
    liveWithinSeconds:
      yaml.live_within === undefined ? project.liveWithinSeconds : durationSeconds(yaml.live_within),
    properties: Object.entries(yaml.properties).map(([name, field]) =>
      toField(name, { ...field, when_null: field.when_null ?? 'keep' }, timeZone),
    ),
  };
}

function toIdentities(files: ModelFiles, yaml: IdentitiesYaml, project: ModelSurroundings): IdentitiesModel {
  const timeZone = yaml.time_zone ?? project.timeZone;
  const columns = keyColumns(yaml.person, project.canonical);
  const [canonical] = columns.filter(({ kind }) => kind === project.canonical);
  const keys = columns.filter((column) => column !== canonical);
  const definition = { kind: 'identities' as const, keyColumn: canonical?.column ?? '', keys };
  return withHash({ ...base(files, yaml, timeZone, project), ...definition }, project);
}

function toKeyed(files: ModelFiles, yaml: KeyedYaml, project: ModelSurroundings): KeyedModel {
  const timeZone = yaml.time_zone ?? project.timeZone;
  const definition = keyedDefinition(yaml, timeZone, project.canonical);
  return withHash({ ...base(files, yaml, timeZone, project), ...definition }, project);
}

function base(files: ModelFiles, yaml: ModelYaml, timeZone: string, project: ModelSurroundings) {
  return {
    name: files.name,
    file: files.yamlFile,
    sqlFile: files.sqlFile,
    sql: files.sql,
    means: yaml.means,
    tags: yaml.tags,
    isDraft: yaml.draft,
    version: yaml.version,
    ignoreColumns: yaml.ignore_columns,
    timeZone,
    schedule: yaml.schedule && toSchedule(yaml.schedule, timeZone),
    capture: toCaptureRule(yaml.capture, timeZone),
    faultLimit: toFaultLimit(yaml.guardrails?.faults) ?? project.faultLimit,
    radiusLimits: withProjectLimits(toRadiusLimits(yaml.guardrails), project.radiusLimits),
    acceptances: acceptancesIn(yaml),
  };
}

function acceptancesIn(yaml: ModelYaml): readonly Acceptance[] {
  switch (yaml.kind) {
    case 'people':
    case 'objects':
    case 'relationships':
    case 'devices':
      return acceptancesOf(yaml, 'attributes', yaml.attributes);
    case 'event':
    case 'abandonment':
      return acceptancesOf(yaml, 'properties', yaml.properties);
    case 'segment':
    case 'erasure':
    case 'identities':
      return acceptancesOf(yaml, 'attributes', {});
  }
}

/**
 * The hash leaves out what changes nothing that is sent: names of files, meanings, units, versions, tags,
 * acceptances, thresholds, what a backfill may do, how changes are found.
 */
function withHash<M extends Omit<Model, 'definitionHash'>>(
  model: M,
  project: ModelSurroundings,
): M & { definitionHash: string } {
  const decisive = {
    ...model,
    name: '',
    file: '',
    sqlFile: '',
    means: '',
    tags: [],
    isDraft: undefined,
    acceptances: undefined,
    schedule: undefined,
    faultLimit: undefined,
    removalLimit: undefined,
    maxPerRun: undefined,
    radiusLimits: undefined,
    settlesBefore: undefined,
    removed: undefined,
    backfill: undefined,
    capture: undefined,
  };
  const text = JSON.stringify(
    [SHAPING_VERSION, project.canonical, project.identity, decisive],
    (key, value: unknown) => (['means', 'unit', 'version'].includes(key) ? undefined : value),
  );
  return { ...model, definitionHash: createHash('sha256').update(text).digest('hex') };
}
