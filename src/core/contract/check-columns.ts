import { DEVICE_FIELDS } from '../customerio/thing-item.ts';
import { cartTimes, placeOfCartColumn } from './check-abandonment.ts';
import { usedColumns } from './check-model.ts';
import {
  type Field,
  isKeyed,
  type KeyedModel,
  type Model,
  type OrdersQuery,
  type PeopleModel,
} from './contract.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Problem } from './problem.ts';
import type { SourceColumn } from './source-column.ts';
import type { YamlFile, YamlPath } from './yaml-file.ts';

/** Compares what the query returns with what the model declares; both ways, and the types of times. */
export function checkColumns(
  model: Model,
  columns: readonly SourceColumn[],
  yaml: YamlFile,
): readonly Problem[] {
  return [
    ...repeatedColumns(model, columns),
    ...missingColumns(model, columns, yaml),
    ...undeclaredColumns(model, columns, yaml),
    ...declaredFields(model).flatMap(({ field, path }) => {
      const column = columns.find((candidate) => candidate.name === field.column);
      return column === undefined ? [] : fieldProblems(model, field, path, column, yaml);
    }),
  ];
}

interface DeclaredField {
  readonly field: Field;
  readonly path: YamlPath;
}

function declaredFields(model: Model): readonly DeclaredField[] {
  if (model.kind === 'identities') return [];
  if (model.kind === 'people') return peopleFields(model);
  if (isKeyed(model)) return thingFields(model);
  const times = model.kind === 'event' ? [model.occurredAt] : cartTimes(model);
  return [
    ...times.map((field) => ({ field, path: [field.name] })),
    ...model.properties.map((field) => ({ field, path: ['properties', field.name] })),
  ];
}

function peopleFields(model: PeopleModel): readonly DeclaredField[] {
  const consents = model.consents.flatMap(({ answer, answeredAt }) => {
    const path = ['attributes', answer.name];
    const time = answeredAt && { field: answeredAt, path: [...path, 'consent_at'] };
    return [{ field: answer, path }, ...(time ? [time] : [])];
  });
  return [...attributeFields(model.attributes), ...consents];
}

/** What a device has by its nature has keys of its own in the file. */
function thingFields({ kind, attributes }: KeyedModel): readonly DeclaredField[] {
  return attributeFields(attributes).map(({ field, path }) =>
    kind === 'devices' && DEVICE_FIELDS.has(field.name) ? { field, path: [field.name] } : { field, path },
  );
}

function attributeFields(attributes: readonly Field[]): readonly DeclaredField[] {
  return attributes.map((field) => ({ field, path: ['attributes', field.name] }));
}

function repeatedColumns(model: Model, columns: readonly SourceColumn[]): readonly Problem[] {
  const names = columns.map((column) => column.name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...repeated].map((name) => ({
    file: model.sqlFile,
    line: 1,
    column: 1,
    message: `the query returns the column \`${name}\` twice`,
    hint: 'Give one of them another name with AS, or leave it out.',
  }));
}

function missingColumns(model: Model, columns: readonly SourceColumn[], yaml: YamlFile): readonly Problem[] {
  const names = columns.map((column) => column.name);
  const wanted = new Set([...usedColumns(model), ...model.ignoreColumns]);
  return [...wanted]
    .filter((name) => !names.includes(name))
    .map((name) =>
      yaml.problemAt(
        placeOfColumn(model, name),
        `the query does not return the column \`${name}\``,
        didYouMean(name, names),
        'key',
      ),
    );
}

function placeOfColumn(model: Model, column: string): YamlPath {
  const declared = declaredFields(model).find(({ field }) => field.column === column);
  if (declared !== undefined) return declared.path;
  const ignored = model.ignoreColumns.indexOf(column);
  if (ignored >= 0) return ['ignore_columns', ignored];
  if (model.kind === 'event' && model.eventIdColumns.includes(column)) return ['event_id'];
  if (isKeyed(model) && model.idColumn === column) return [model.kind === 'devices' ? 'token' : 'object_id'];
  if (model.capture?.cursor === column) return ['capture', 'cursor'];
  return (model.kind === 'abandonment' ? placeOfCartColumn(model, column) : undefined) ?? ['person'];
}

/** Where a column that is not declared belongs. */
const UNDECLARED_PARTS = {
  people: 'attributes',
  event: 'properties',
  abandonment: 'properties',
  identities: 'person',
  objects: 'attributes',
  relationships: 'attributes',
  devices: 'attributes',
  segment: 'person',
  erasure: 'person',
} as const;

function undeclaredColumns(
  model: Model,
  columns: readonly SourceColumn[],
  yaml: YamlFile,
): readonly Problem[] {
  const known = new Set([...usedColumns(model), ...model.ignoreColumns]);
  const part = UNDECLARED_PARTS[model.kind];
  return columns
    .filter((column) => !known.has(column.name))
    .map((column) =>
      yaml.problemAt(
        [part],
        `the query returns \`${column.name}\`, which is not declared`,
        `Declare it under \`${part}\`, list it under \`ignore_columns\`, or leave it out of the query.`,
        'key',
      ),
    );
}

/** Compares what the query of orders returns with what `superseded_by` names. Further columns do no harm. */
export function checkOrdersColumns(
  model: Model,
  { person, orderedAt }: OrdersQuery,
  columns: readonly SourceColumn[],
  yaml: YamlFile,
): readonly Problem[] {
  const names = columns.map((column) => column.name);
  const wanted = [
    ...person.map(({ column }) => ({ key: 'person', column })),
    { key: 'ordered_at', column: orderedAt.column },
  ];
  const missing = wanted.filter(({ column }) => !names.includes(column));
  const orderedAtColumn = columns.find((column) => column.name === orderedAt.column);
  return [
    ...missing.map(({ key, column }) => {
      const message = `the query of orders does not return the column \`${column}\``;
      return yaml.problemAt(['superseded_by', key], message, didYouMean(column, names));
    }),
    ...(orderedAtColumn === undefined
      ? []
      : fieldProblems(model, orderedAt, ['superseded_by', 'ordered_at'], orderedAtColumn, yaml)),
  ];
}

function fieldProblems(
  model: Model,
  field: Field,
  path: YamlPath,
  column: SourceColumn,
  yaml: YamlFile,
): readonly Problem[] {
  const problem = (message: string, hint: string): readonly Problem[] => [
    yaml.problemAt(path, `\`${field.name}\`: ${message}`, hint, 'key'),
  ];
  if ((model.kind === 'people' || isKeyed(model)) && column.isNullable && field.whenNull === undefined) {
    const hint =
      'Add `when_null: keep` (do not send), `clear` (remove in Customer.io) or `reject` (a fault).';
    return problem('the column can be NULL, and `when_null` is not chosen', hint);
  }
  const complaint = field.type === 'timestamp' ? timeComplaint(field, column) : undefined;
  return complaint === undefined ? [] : problem(...complaint);
}

function timeComplaint(
  field: Field,
  column: SourceColumn,
): readonly [message: string, hint: string] | undefined {
  const isDateTime = field.time.format === 'datetime';
  switch (column.kind) {
    case 'timestamp':
      if (!isDateTime) return ['the column is a TIMESTAMP, not a number', 'Remove `format`.'];
      if (!field.time.isZoneOwn) return undefined;
      return ['the column is a TIMESTAMP, which Millrace reads in UTC', 'Remove `time_zone` here.'];
    case 'datetime':
      return isDateTime ? undefined : ['the column is a DATETIME, not a number', 'Remove `format`.'];
    case 'date':
      return [
        'the column is a DATE, without a time',
        'Use type date, or let the query choose the time of day.',
      ];
    case 'number':
      if (!isDateTime) return undefined;
      return [
        'the column is a number, and its `format` is not given',
        'Add `format: unix_seconds` (or unix_milliseconds, unix_microseconds).',
      ];
    case 'bit':
    case 'text':
    case 'other':
      return undefined;
  }
}

/**
 * The field with its time rule settled: TIMESTAMP columns are read in UTC, whatever the model's zone is, and
 * what may not be in the future ends at `latest` (unix seconds: now, and the clock skew).
 */
export function settleTime(field: Field, columns: readonly SourceColumn[], latest: number): Field {
  if (field.type !== 'timestamp') return field;
  const settled = settleZone(field, columns);
  if (field.time.mayBeFuture) return settled;
  return { ...settled, time: { ...settled.time, notAfter: Math.min(field.time.notAfter, latest + 1) } };
}

function settleZone(field: Field, columns: readonly SourceColumn[]): Field {
  const column = columns.find((candidate) => candidate.name === field.column);
  if (field.type !== 'timestamp' || column?.kind !== 'timestamp') return field;
  return { ...field, time: { ...field.time, timeZone: 'UTC' } };
}
