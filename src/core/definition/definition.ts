import { targetName } from '../consent/consent-target.ts';
import { keyColumnsOfThing } from '../contract/check-model.ts';
import {
  type AbandonmentModel,
  type CanonicalIdentifier,
  collectionOf,
  type EventMakingModel,
  type EventModel,
  type Field,
  type KeyedModel,
  type Model,
  type PeopleModel,
  type TimeRule,
} from '../contract/contract.ts';
import { NOT_BEFORE_DEFAULT } from '../contract/field.ts';
import { type CanonicalSql, canonicalSql, sqlFingerprint } from '../sql/normal/canonical-sql.ts';
import { parametersOf } from '../sql/parameters.ts';

/** What decides the meaning of an attribute, a property or an event, in the words of millrace.lock. */
export interface Definition {
  readonly type?: string | undefined;
  readonly unit?: string | undefined;
  readonly means?: string | undefined;
  /** Zone in which the column writes times; for columns that hold times only. */
  readonly zone?: string | undefined;
  readonly format?: string | undefined;
  readonly ambiguous_time?: string | undefined;
  readonly not_before?: string | undefined;
  readonly future?: string | undefined;
  readonly when_null?: string | undefined;
  readonly one_of?: readonly string[] | undefined;
  readonly separator?: string | undefined;
  /** Whose consent it is: `consent(email)`; with what is written of it. */
  readonly role?: string | undefined;
  readonly max_items?: string | undefined;
  /** Of an abandonment: how long a cart is quiet, and how old it may be. */
  readonly after?: string | undefined;
  readonly not_after?: string | undefined;
  /** Of an event: at most one for each key in this time. */
  readonly throttle?: string | undefined;
  /** Fingerprint of what the query says about it. */
  readonly sql?: string | undefined;
}

export type Part = keyof Definition;

/** A definition of the contract, and where it comes from. */
export interface DeclaredDefinition {
  readonly kind: 'attribute' | 'property' | 'event' | 'rows';
  /** As in Customer.io. */
  readonly name: string;
  readonly definition: Definition;
  /** Column of the query; undefined for an event as a whole, and for which things there are. */
  readonly column: string | undefined;
  /** Grows when somebody says that the meaning changed. */
  readonly version: number;
}

/** Everything that a model defines: for an event the event itself first, then its properties. */
export function declaredDefinitions(
  model: Model,
  canonical: CanonicalIdentifier,
): readonly DeclaredDefinition[] {
  const fingerprint = fingerprinter(model, canonical);
  switch (model.kind) {
    case 'people':
      return declaredOfPeople(model, fingerprint);
    case 'event':
      return declaredOfEvent(model, fingerprint);
    case 'abandonment':
      return declaredOfAbandonment(model, fingerprint);
    case 'objects':
    case 'relationships':
    case 'devices':
    case 'segment':
    case 'erasure':
      return declaredOfKeyed(model, fingerprint);
    case 'identities':
      // Nothing of it is sent; whom its keys lead to is a matter of rows.
      return [];
  }
}

function declaredOfPeople(model: PeopleModel, fingerprint: Fingerprint): readonly DeclaredDefinition[] {
  const person = personColumns(model);
  const attributes = model.attributes.map((field) =>
    declared('attribute', field, model.version, fingerprint([...person, field.column])),
  );
  const consents = model.consents.map(({ answer, answeredAt, allowsOptIn, target }) => {
    const times = answeredAt === undefined ? [] : [answeredAt.column];
    const sql = fingerprint([...person, answer.column, ...times]);
    const consent = declared('attribute', answer, model.version, sql);
    const role = `consent(${targetName(target)})${allowsOptIn ? ', opt-ins too' : ''}`;
    const time = answeredAt === undefined ? {} : timeParts(answeredAt);
    return { ...consent, definition: { ...consent.definition, ...time, role } };
  });
  return [...attributes, ...consents];
}

function declaredOfEvent(model: EventModel, fingerprint: Fingerprint): readonly DeclaredDefinition[] {
  const { occurredAt, eventIdColumns, throttleSeconds } = model;
  const throttle = throttleSeconds === undefined ? undefined : `${throttleSeconds}s`;
  // The names of the key's columns are sent, too: as properties.
  const sql = fingerprint([...eventIdColumns, occurredAt.column, ...personColumns(model)], eventIdColumns);
  return [eventOf(model, { ...timeParts(occurredAt), throttle, sql }), ...propertiesOf(model, fingerprint)];
}

/** Everything that decides which carts are abandoned, and when. */
function declaredOfAbandonment(
  model: AbandonmentModel,
  fingerprint: Fingerprint,
): readonly DeclaredDefinition[] {
  const { cartColumns, lastActivityAt, observedColumns, convertedAt, supersededAt, orders, emptiness } =
    model;
  const times = [lastActivityAt, convertedAt, supersededAt, orders?.orderedAt];
  const columns = [lastActivityAt, convertedAt, supersededAt].flatMap((field) => field?.column ?? []);
  const rules = [
    times.map((field) => (field === undefined ? undefined : timeParts(field))),
    orders === undefined
      ? undefined
      : [
          canonicalSql(orders.sql).whole,
          ...orders.person.map(({ column }) => column),
          orders.orderedAt.column,
        ],
    [cartColumns.length, observedColumns.length, emptiness?.how],
  ];
  const emptyColumn = emptiness === undefined ? [] : [emptiness.column];
  const sql = fingerprint(
    [...cartColumns, ...columns, ...observedColumns, ...emptyColumn, ...personColumns(model)],
    [...cartColumns, JSON.stringify(rules)],
  );
  const event = { after: `${model.afterSeconds}s`, not_after: `${model.notAfterSeconds}s`, sql };
  return [
    eventOf(model, { ...(lastActivityAt === undefined ? {} : timeParts(lastActivityAt)), ...event }),
    ...propertiesOf(model, fingerprint),
  ];
}

/** Which things there are, and their attributes. */
function declaredOfKeyed(model: KeyedModel, fingerprint: Fingerprint): readonly DeclaredDefinition[] {
  const { means, version, attributes } = model;
  const key = keyColumnsOfThing(model);
  const rows = {
    kind: 'rows' as const,
    name: collectionOf(model),
    definition: { means, sql: fingerprint(key) },
    column: undefined,
    version,
  };
  const declaredAttributes = attributes.map((field) =>
    declared('attribute', field, version, fingerprint([...key, field.column])),
  );
  return [rows, ...declaredAttributes];
}

function eventOf(model: EventMakingModel, definition: Definition): DeclaredDefinition {
  const { event, means, version } = model;
  return { kind: 'event', name: event, definition: { means, ...definition }, column: undefined, version };
}

function propertiesOf(model: EventMakingModel, fingerprint: Fingerprint): readonly DeclaredDefinition[] {
  return model.properties.map((field) =>
    declared('property', field, model.version, fingerprint([field.column])),
  );
}

/** Columns that say whose a row is: the canonical identifier alone where it is given. */
function personColumns(model: PeopleModel | EventMakingModel): readonly string[] {
  if (model.kind !== 'people') return model.person.map(({ column }) => column);
  return model.keyColumn === undefined ? model.keys.map(({ column }) => column) : [model.keyColumn];
}

type Fingerprint = (columns: readonly string[], names?: readonly string[]) => string;

function fingerprinter(model: Model, canonical: CanonicalIdentifier): Fingerprint {
  const sql: CanonicalSql = canonicalSql(model.sql);
  const surroundings = [canonical, ...(usesLocalTime(model.sql) ? [model.timeZone] : [])];
  return (columns, names = []) => sqlFingerprint(sql, columns, [...surroundings, ...names]);
}

/** `:now` is a local time: the model's zone is part of what the query says. */
function usesLocalTime(sql: string): boolean {
  return parametersOf(sql).some(({ name }) => !name.endsWith('_utc'));
}

function declared(
  kind: DeclaredDefinition['kind'],
  field: Field,
  modelVersion: number,
  sql: string,
): DeclaredDefinition {
  const { name, type, unit, means, whenNull, oneOf, separator, itemsMax, column } = field;
  const definition = {
    type,
    unit,
    means,
    ...(type === 'timestamp' ? timeParts(field) : {}),
    when_null: whenNull,
    one_of: oneOf,
    separator,
    max_items: itemsMax === undefined ? undefined : String(itemsMax),
    sql,
  };
  return { kind, name, definition, column, version: field.version ?? modelVersion };
}

function timeParts({ time }: Field): Definition {
  return {
    zone: time.timeZone,
    format: unless(time.format, 'datetime'),
    ambiguous_time: unless(time.ambiguous, 'reject'),
    not_before: time.notBefore === NOT_BEFORE_DEFAULT ? undefined : dateOf(time),
    future: time.mayBeFuture ? undefined : 'reject',
  };
}

function unless(value: string, usual: string): string | undefined {
  return value === usual ? undefined : value;
}

function dateOf({ notBefore }: TimeRule): string {
  return new Date(notBefore * 1000).toISOString().slice(0, 10);
}
