import { createHash } from 'node:crypto';
import { acceptancesOf } from './acceptance.ts';
import { checkModel } from './check-model.ts';
import { toConsentField } from './consent-field.ts';
import type { AbandonmentModel, EventModel, Model, PeopleModel, Project } from './contract.ts';
import { didYouMean } from './did-you-mean.ts';
import { durationSeconds } from './duration.ts';
import { toFaultLimit } from './fault-limit.ts';
import { impliedField, toField, toTimeRule } from './field.ts';
import {
  type AbandonmentYaml,
  type EventYaml,
  MODEL_SCHEMAS,
  type ModelYaml,
  type PeopleYaml,
} from './model-schema.ts';
import { cartDefinition } from './read-abandonment.ts';
import type { ModelDefaults } from './read-project.ts';
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
export type ModelSurroundings = Pick<Project, 'canonical' | 'timeZone'> & ModelDefaults;

/** Counted up whenever the same definition would be shaped differently, so that every row is looked at again. */
const SHAPING_VERSION = 1;

export function readModel(files: ModelFiles, project: ModelSurroundings): Checked<Model> {
  const yaml = parseYamlFile(files.yamlFile, files.yaml);
  const kind = kindOf(yaml);
  if (yaml.problems.length > 0 || kind === undefined) {
    const problems = yaml.problems.length > 0 ? yaml.problems : [unknownKind(yaml)];
    return { value: undefined, problems };
  }
  return READERS[kind](files, yaml, project);
}

type Kind = keyof typeof MODEL_SCHEMAS;

const READERS: Readonly<
  Record<Kind, (files: ModelFiles, yaml: YamlFile, project: ModelSurroundings) => Checked<Model>>
> = { people: readPeople, event: readEvent, abandonment: readAbandonment };

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

function readPeople(files: ModelFiles, yaml: YamlFile, project: ModelSurroundings): Checked<PeopleModel> {
  const checked = checkSchema(MODEL_SCHEMAS.people, yaml);
  if (checked.value === undefined) return checked;
  const model = toPeople(files, checked.value, project);
  return { value: model, problems: checkModel(model, checked.value, yaml, project) };
}

function readEvent(files: ModelFiles, yaml: YamlFile, project: ModelSurroundings): Checked<EventModel> {
  const checked = checkSchema(MODEL_SCHEMAS.event, yaml);
  if (checked.value === undefined) return checked;
  const model = toEvent(files, checked.value, project);
  return { value: model, problems: checkModel(model, checked.value, yaml, project) };
}

function readAbandonment(
  files: ModelFiles,
  yaml: YamlFile,
  project: ModelSurroundings,
): Checked<AbandonmentModel> {
  const checked = checkSchema(MODEL_SCHEMAS.abandonment, yaml);
  if (checked.value === undefined) return checked;
  const model = toAbandonment(files, checked.value, project);
  return { value: model, problems: checkModel(model, checked.value, yaml, project) };
}

function toPeople(files: ModelFiles, yaml: PeopleYaml, project: ModelSurroundings): PeopleModel {
  const timeZone = yaml.time_zone ?? project.timeZone;
  const time = toTimeRule({}, timeZone);
  const identifiers = (['id', 'email', 'phone'] as const).flatMap((name) => {
    const column = yaml.person[name];
    if (column === undefined || name === project.canonical) return [];
    return [impliedField(name, column, name === 'email' ? 'email' : 'string', { whenNull: 'keep', time })];
  });
  const declared = Object.entries(yaml.attributes);
  const attributes = declared.filter(([, { role }]) => role === undefined);
  const definition = {
    kind: 'people' as const,
    keyColumn: yaml.person[project.canonical] ?? '',
    attributes: [...identifiers, ...attributes.map(([name, field]) => toField(name, field, timeZone))],
    consents: declared.flatMap(([name, field]) => toConsentField(name, field, timeZone)),
  };
  return withHash({ ...base(files, yaml, timeZone, project), ...definition }, project);
}

function toEvent(files: ModelFiles, yaml: EventYaml, project: ModelSurroundings): EventModel {
  const timeZone = yaml.time_zone ?? project.timeZone;
  const occurredAt = typeof yaml.occurred_at === 'string' ? { column: yaml.occurred_at } : yaml.occurred_at;
  const definition = {
    kind: 'event' as const,
    event: yaml.event,
    eventIdColumns: typeof yaml.event_id === 'string' ? [yaml.event_id] : yaml.event_id,
    occurredAt: impliedField('occurred_at', occurredAt.column, 'timestamp', {
      whenNull: 'reject',
      time: toTimeRule(occurredAt, timeZone),
    }),
    throttleSeconds: yaml.throttle === undefined ? undefined : durationSeconds(yaml.throttle),
    ...eventParts(yaml, timeZone, project),
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
    ...cartDefinition(yaml, timeZone),
    ...eventParts(yaml, timeZone, project),
  };
  return withHash({ ...base(files, yaml, timeZone, project), ...definition }, project);
}

/** What all models that make events have in common. */
function eventParts(yaml: EventYaml | AbandonmentYaml, timeZone: string, project: ModelSurroundings) {
  return {
    personColumn: yaml.person[project.canonical] ?? '',
    late: yaml.late ?? project.late,
    liveWithinSeconds:
      yaml.live_within === undefined ? project.liveWithinSeconds : durationSeconds(yaml.live_within),
    properties: Object.entries(yaml.properties).map(([name, field]) =>
      toField(name, { ...field, when_null: field.when_null ?? 'keep' }, timeZone),
    ),
  };
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
    faultLimit: toFaultLimit(yaml.guardrails?.faults) ?? project.faultLimit,
    acceptances:
      yaml.kind === 'people'
        ? acceptancesOf(yaml, 'attributes', yaml.attributes)
        : acceptancesOf(yaml, 'properties', yaml.properties),
  };
}

/**
 * The hash leaves out what changes nothing that is sent: names of files, meanings, units, versions, tags,
 * acceptances, thresholds.
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
    faultLimit: undefined,
  };
  const text = JSON.stringify([SHAPING_VERSION, project.canonical, decisive], (key, value: unknown) =>
    ['means', 'unit', 'version'].includes(key) ? undefined : value,
  );
  return { ...model, definitionHash: createHash('sha256').update(text).digest('hex') };
}
