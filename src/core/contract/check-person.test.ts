import { describe, expect, it } from 'vitest';
import {
  contractOf,
  EVENT_YAML,
  PEOPLE_YAML,
  PROJECT_YAML,
  problemsOf,
} from '../../../test/support/contract-files.ts';
import type { EventModel, IdentitiesModel, PeopleModel } from './contract.ts';

const CUSTOMERS = PEOPLE_YAML.replace(
  '{ id: customer_id }',
  '{ id: customer_id, email: email, phone: phone }',
);
const IDENTITIES =
  'kind: identities\nperson: { id: customer_id, email: [email, old_email], device: device_id }\n';
const CARTS = EVENT_YAML.replace(
  '{ id: customer_id }',
  '{ id: customer_id, device: device_id, email: email }',
);

const project = (identity: string) => PROJECT_YAML.replace('{ canonical: id }', `{ ${identity} }`);

describe('who a row is of', () => {
  it('is named by the canonical identifier first, then by other keys in the order of the file', () => {
    const { models } = contractOf({
      models: { customers: [CUSTOMERS], identities: [IDENTITIES], carts: [CARTS] },
    });
    const [customers, identities, carts] = models as readonly [PeopleModel, IdentitiesModel, EventModel];
    expect(customers).toMatchObject({ keyColumn: 'customer_id' });
    expect(customers.attributes.map(({ name, type }) => [name, type])).toEqual([
      ['email', 'email'],
      ['phone', 'phone'],
      ['total_orders', 'integer'],
    ]);
    expect(identities.keyColumn).toBe('customer_id');
    expect(identities.keys).toEqual([
      { kind: 'email', column: 'email' },
      { kind: 'email', column: 'old_email' },
      { kind: 'device', column: 'device_id' },
    ]);
    expect(carts.person.map(({ kind }) => kind)).toEqual(['id', 'device', 'email']);
    expect(carts).toMatchObject({ unresolved: 'hold', guests: undefined, holdForSeconds: 86_400 });
  });

  it('may be said by other keys alone, which are then not sent', () => {
    const newsletter = 'kind: people\nperson: { email: address }\nattributes:\n  topics: { type: string }\n';
    const { models } = contractOf({ models: { customers: [CUSTOMERS], newsletter: [newsletter] } });
    const model = models.find(({ name }) => name === 'newsletter') as PeopleModel;
    expect(model.keyColumn).toBeUndefined();
    expect(model.attributes.map(({ name }) => name)).toEqual(['topics']);
  });

  it('takes guests of events from the model, else from the project', () => {
    const guests = project('canonical: id, guests: by_email');
    const models = {
      customers: [CUSTOMERS],
      identities: [IDENTITIES],
      carts: [CARTS],
      orders: [`${CARTS.replace('event: o', 'event: x')}guests: hold\n`],
    } as const;
    const contract = contractOf({ project: guests, models });
    expect(contract.models.map((model) => ('guests' in model ? model.guests : 'none'))).toEqual([
      undefined,
      'none',
      'by_email',
      'hold',
    ]);
  });

  it.each([
    [
      'identities without the canonical identifier',
      IDENTITIES.replace('id: customer_id, ', ''),
      /2:1: `person` does not name the canonical identifier `id`/,
    ],
    [
      'identities without another key',
      'kind: identities\nperson: { id: customer_id }\n',
      /`person` names no other key/,
    ],
    [
      'a kind of key in capitals',
      IDENTITIES.replace('device:', 'Device:'),
      /`person.Device`: a kind of key is made of a-z/,
    ],
    ['guests without an address', `${EVENT_YAML}guests: by_email\n`, /6:1: `guests` needs an e-mail address/],
    [
      'anonymous events without an anonymous_id',
      `${EVENT_YAML}unresolved: anonymous\n`,
      /`unresolved: anonymous` needs an anonymous_id/,
    ],
    [
      'consents of people whom other keys name',
      'kind: people\nperson: { email: email }\nattributes:\n  ok: { type: boolean, role: consent(email) }\n',
      /4:\d+: a consent needs the canonical identifier/,
    ],
    ['a wait of a year', `${EVENT_YAML}hold_for: 365d\n`, /`hold_for` is longer than 30 days/],
    [
      'a key that nobody is said to have',
      CARTS.replace('device:', 'devise:'),
      /no model says who has which `devise` → .*Did you mean `device`/,
    ],
    [
      'an unknown policy',
      `${EVENT_YAML}unresolved: drop\n`,
      /`unresolved` is `hold`, `refuse` or `anonymous`/,
    ],
  ])('refuses %s', (_, yaml, expected) => {
    const models = { customers: [CUSTOMERS], identities: [IDENTITIES], m: [yaml] } as const;
    expect(problemsOf({ models }).join('\n')).toMatch(expected);
  });

  it('refuses guests under canonical e-mail, countries that are none, and conflicts that can not be accepted', () => {
    const byEmail = project('canonical: email');
    const models = {
      customers: ['kind: people\nperson: { email: email }\nattributes: {}\nguests: hold\n'],
    } as const;
    expect(problemsOf({ project: byEmail, models }).join()).toMatch(/`guests` has no meaning under/);
    expect(problemsOf({ project: project('canonical: id, default_country: XX') }).join()).toMatch(
      /no country/,
    );
    expect(problemsOf({ project: project('canonical: id, accept: { email_taken: yes }') }).join()).toMatch(
      /email_taken/,
    );
    expect(problemsOf({ project: project('canonical: id, accept: { id_reused: moved }') })).toEqual([]);
  });
});
