import { type Contract, collectionOf, isKeyed, type Model, makesEvents } from '../contract/contract.ts';
import type { WorkspaceLock } from '../contract/lock.ts';
import { type DeclaredDefinition, type Definition, declaredDefinitions } from '../definition/definition.ts';
import { publishedOf } from '../definition/published.ts';
import { journeysUsing } from '../journeys/journey.ts';
import { type QuerySources, querySources } from '../sql/normal/query-sources.ts';
import type { ColumnMeasure, ModelMeasure } from './column-measure.ts';

/** One attribute or property, as a marketer needs to know it. */
export interface FieldEntry {
  readonly name: string;
  readonly type: string;
  readonly means: string | undefined;
  readonly unit: string | undefined;
  /** How it is read: zone, what NULL means, allowed values and so on, by the words of the contract. */
  readonly rules: readonly (readonly [rule: string, value: string])[];
  /** Column of the query. */
  readonly column: string;
  /** What the query has for the column, where that is one expression. */
  readonly source: string | undefined;
  readonly version: number;
  /** Day of the first sync that sent it in this version. */
  readonly since: string | undefined;
  /** Why its meaning was changed in this version. */
  readonly reason: string | undefined;
  /** Names of the journeys that depend on it. */
  readonly journeys: readonly string[];
  readonly measure: ColumnMeasure | undefined;
}

/** What one model sends: attributes of people, an event, things of one type. */
export interface DictionarySection {
  readonly kind: Model['kind'];
  /** As in Customer.io; for people the model's name. */
  readonly name: string;
  readonly model: string;
  readonly file: string;
  readonly means: string | undefined;
  readonly isDraft: boolean;
  readonly since: string | undefined;
  readonly version: number;
  /** Columns of time, key and person, how late it may be, the tables that it is read from. */
  readonly facts: readonly (readonly [fact: string, value: string])[];
  readonly journeys: readonly string[];
  readonly fields: readonly FieldEntry[];
  readonly rowsMeasured: number | undefined;
}

/** Everything that is sent, in words. */
export interface Dictionary {
  readonly namespace: string;
  readonly canonical: string;
  readonly sections: readonly DictionarySection[];
}

export interface DictionarySources {
  readonly contract: Contract;
  /** Undefined before the first sync. */
  readonly lock: WorkspaceLock | undefined;
  /** By model; empty when no rows were looked at. */
  readonly measures: ReadonlyMap<string, ModelMeasure>;
}

export function makeDictionary(sources: DictionarySources): Dictionary {
  const { namespace, canonical } = sources.contract.project;
  const models = describedModels(sources.contract);
  return { namespace, canonical, sections: models.map((model) => sectionOf(sources, model)) };
}

/** Models that have a section: nothing of identities is sent. */
export function describedModels({ models }: Contract): readonly Model[] {
  return models.filter(({ kind }) => kind !== 'identities');
}

function sectionOf(sources: DictionarySources, model: Model): DictionarySection {
  const { contract, lock, measures } = sources;
  const declared = declaredDefinitions(model, contract.project.canonical);
  const whole = declared.find(({ kind }) => kind === 'event' || kind === 'rows');
  const published = lock && whole && publishedOf(lock, model, whole.kind, whole.name);
  const name = nameOf(model);
  const origin = querySources(model.sql);
  return {
    kind: model.kind,
    name,
    model: model.name,
    file: model.file,
    means: model.means,
    isDraft: model.isDraft,
    since: published?.since,
    version: whole?.version ?? model.version,
    facts: [...factsOf(model), ...tablesFact(origin)],
    journeys: makesEvents(model) ? names(journeysUsing(contract.journeys, 'events', name)) : [],
    fields: declared
      .filter(({ column }) => column !== undefined)
      .map((definition) => fieldEntry(sources, model, { ...definition, origin })),
    rowsMeasured: measures.get(model.name)?.rows,
  };
}

function nameOf(model: Model): string {
  if (makesEvents(model)) return model.event;
  return isKeyed(model) ? collectionOf(model) : model.name;
}

function fieldEntry(
  { contract, lock, measures }: DictionarySources,
  model: Model,
  declared: DeclaredDefinition & { readonly origin: QuerySources },
): FieldEntry {
  const { name, definition, version, column = '', origin } = declared;
  const published = lock && publishedOf(lock, model, declared.kind, name);
  const isCurrent = published !== undefined && (published.version ?? 1) === version;
  return {
    name,
    type: definition.type ?? '',
    means: definition.means,
    unit: definition.unit,
    rules: rulesOf(definition),
    column,
    source: origin.columns.get(column),
    version,
    since: isCurrent ? published.since : undefined,
    reason: isCurrent ? published.reason : undefined,
    journeys: model.kind === 'people' ? names(journeysUsing(contract.journeys, 'attributes', name)) : [],
    measure: measures.get(model.name)?.columns.get(column),
  };
}

/** Parts of a definition that say how a value is read, and their words. */
const RULES = {
  role: 'role',
  when_null: 'when NULL',
  one_of: 'one of',
  zone: 'zone',
  format: 'written as',
  ambiguous_time: 'a time that exists twice',
  not_before: 'not before',
  future: 'in the future',
  separator: 'separator',
  max_items: 'items at most',
} as const satisfies Partial<Record<keyof Definition, string>>;

function rulesOf(definition: Definition): FieldEntry['rules'] {
  return (Object.keys(RULES) as (keyof typeof RULES)[]).flatMap((part) => {
    const value = definition[part];
    if (value === undefined) return [];
    return [[RULES[part], typeof value === 'string' ? value : value.join(', ')] as const];
  });
}

function factsOf(model: Model): DictionarySection['facts'] {
  switch (model.kind) {
    case 'event':
      return [
        ['id from', model.eventIdColumns.join(', ')],
        ['time', `${model.occurredAt.column} (${model.occurredAt.time.timeZone})`],
        ['person', keys(model.person)],
        ['live within', span(model.liveWithinSeconds)],
        ['late', model.late],
        ...throttleFact(model.throttleSeconds),
      ];
    case 'abandonment':
      return [
        ['cart', model.cartColumns.join(', ')],
        ['abandoned after', span(model.afterSeconds)],
        ['never after', span(model.notAfterSeconds)],
        ['person', keys(model.person)],
      ];
    case 'people':
      return [
        [
          'person',
          keys([...(model.keyColumn === undefined ? [] : [canonicalKey(model.keyColumn)]), ...model.keys]),
        ],
      ];
    case 'identities':
      return [];
    default:
      return [['person', keys(model.person)]];
  }
}

function tablesFact({ tables }: QuerySources): DictionarySection['facts'] {
  return tables.length === 0 ? [] : [['tables', tables.join(', ')]];
}

function canonicalKey(column: string): { readonly kind: string; readonly column: string } {
  return { kind: 'identifier', column };
}

function throttleFact(seconds: number | undefined): DictionarySection['facts'] {
  return seconds === undefined ? [] : [['at most one each', span(seconds)]];
}

function keys(columns: readonly { readonly kind: string; readonly column: string }[]): string {
  return columns.map(({ kind, column }) => (kind === column ? kind : `${kind} from ${column}`)).join(', ');
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
] as const;

function span(seconds: number): string {
  const unit = UNITS.find(([, size]) => seconds >= size && seconds % size === 0);
  return unit === undefined ? `${seconds}s` : `${seconds / unit[1]}${unit[0]}`;
}

function names(entries: readonly { readonly name: string }[]): readonly string[] {
  return entries.map(({ name }) => name);
}
