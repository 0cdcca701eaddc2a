import { expect, it } from 'vitest';
import { contractOf, EVENT_YAML, PEOPLE_YAML } from '../../../test/support/contract-files.ts';
import type {
  AbandonmentModel,
  ConsentField,
  EventModel,
  Field,
  KeyedModel,
  PeopleModel,
  TimeRule,
} from '../contract/contract.ts';

/**
 * `defines`: a change of it is judged (see definition.ts). `apart`: it changes no meaning of what is sent.
 * Whoever adds a setting decides here; until then this file does not compile.
 */
type Place = 'defines' | 'apart';

const FIELD: Readonly<Record<keyof Field, Place>> = {
  name: 'defines',
  column: 'defines',
  type: 'defines',
  whenNull: 'defines',
  oneOf: 'defines',
  separator: 'defines',
  time: 'defines',
  means: 'defines',
  unit: 'defines',
  itemsMax: 'defines',
  readPhone: 'apart',
  version: 'apart',
};

const TIME: Readonly<Record<keyof TimeRule, Place>> = {
  timeZone: 'defines',
  isZoneOwn: 'apart',
  format: 'defines',
  ambiguous: 'defines',
  notBefore: 'defines',
  mayBeFuture: 'defines',
  notAfter: 'apart',
};

const CONSENT: Readonly<Record<keyof ConsentField, Place>> = {
  target: 'defines',
  attribute: 'defines',
  answer: 'defines',
  allowsOptIn: 'defines',
  answeredAt: 'defines',
};

type ModelKey = keyof PeopleModel | keyof EventModel | keyof AbandonmentModel | keyof KeyedModel;

const MODEL: Readonly<Record<ModelKey, Place>> = {
  kind: 'defines',
  target: 'defines',
  idColumn: 'defines',
  removed: 'apart',
  removalLimit: 'apart',
  maxPerRun: 'apart',
  settlesBefore: 'apart',
  name: 'apart',
  file: 'apart',
  sqlFile: 'apart',
  sql: 'defines',
  means: 'defines',
  tags: 'apart',
  isDraft: 'apart',
  version: 'apart',
  ignoreColumns: 'apart',
  timeZone: 'defines',
  capture: 'apart',
  acceptances: 'apart',
  schedule: 'apart',
  faultLimit: 'apart',
  radiusLimits: 'apart',
  definitionHash: 'apart',
  keyColumn: 'defines',
  attributes: 'defines',
  consents: 'defines',
  event: 'defines',
  eventIdColumns: 'defines',
  occurredAt: 'defines',
  keys: 'defines',
  person: 'defines',
  unresolved: 'apart',
  guests: 'apart',
  holdForSeconds: 'apart',
  late: 'apart',
  liveWithinSeconds: 'apart',
  backfill: 'apart',
  throttleSeconds: 'defines',
  cartColumns: 'defines',
  lastActivityAt: 'defines',
  observedColumns: 'defines',
  convertedAt: 'defines',
  supersededAt: 'defines',
  orders: 'defines',
  emptiness: 'defines',
  afterSeconds: 'defines',
  notAfterSeconds: 'defines',
  properties: 'defines',
};

it('every setting of models, fields and times has its place', () => {
  const { models } = contractOf({ models: { customers: [PEOPLE_YAML], orders: [EVENT_YAML] } });
  expect(models.flatMap(Object.keys).filter((key) => !Object.hasOwn(MODEL, key))).toEqual([]);
  const fields = models.flatMap((model) =>
    model.kind === 'event' ? [model.occurredAt] : model.kind === 'people' ? model.attributes : [],
  );
  expect(fields.flatMap(Object.keys).filter((key) => !Object.hasOwn(FIELD, key))).toEqual([]);
  expect(fields.flatMap(({ time }) => Object.keys(time)).filter((key) => !Object.hasOwn(TIME, key))).toEqual(
    [],
  );
  expect(Object.values(CONSENT)).not.toContain('apart');
});
