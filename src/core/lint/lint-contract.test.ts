import { describe, expect, it } from 'vitest';
import { contractOf, EVENT_YAML, problemsOf } from '../../../test/support/contract-files.ts';
import { problemHeadline } from '../contract/problem.ts';
import { lintContract } from './lint-contract.ts';
import type { LintCode } from './lint-rules.ts';

const MEANS = 'means: something\n';

/** A people model with these attributes, each in flow style. */
const people = (attributes: Readonly<Record<string, string>>, more = ''): string =>
  `kind: people\n${MEANS}${more}person: { id: customer_id }\nattributes:\n${Object.entries(attributes)
    .map(([name, text]) => `  ${name}: { means: x, ${text} }\n`)
    .join('')}`;

const event = (name: string, more = ''): string =>
  EVENT_YAML.replace('order_placed', name).replace('kind: event\n', `kind: event\n${MEANS}`) + more;

function report(models: Readonly<Record<string, readonly [yaml: string, sql?: string]>>) {
  const contract = contractOf({ models });
  return lintContract(contract, contract.models);
}

const said = (models: Readonly<Record<string, readonly [yaml: string, sql?: string]>>): readonly string[] =>
  report(models).findings.map((finding) => `${problemHeadline(finding)} → ${finding.hint}`);

const rulesOfAttribute = (name: string, text: string): readonly LintCode[] =>
  report({ customers: [people({ [name]: text })] }).findings.map(({ rule }) => rule);

const rulesOfEvent = (name: string): readonly LintCode[] =>
  report({ events: [event(name)] }).findings.map(({ rule }) => rule);

describe('names of attributes', () => {
  it.each<[name: string, text: string, rules: readonly LintCode[]]>([
    ['total_orders', 'type: integer', []],
    ['totalOrders', 'type: integer', ['snake_case']],
    ['"Total Orders"', 'type: integer', ['snake_case']],
    ['"2nd_order_at"', 'type: timestamp', ['snake_case']],
    ['größe', 'type: string', ['snake_case']],
    ['last_purchase', 'type: string', ['ambiguous_name']],
    ['first_name', 'type: string', []],
    ['last_order_at', 'type: timestamp', []],
    ['status', 'type: string', ['ambiguous_name']],
    ['subscription_status', 'type: string', []],
    ['last_ordered', 'type: timestamp', ['ambiguous_name', 'time_name']],
    ['renewal_at', 'type: string', ['time_type']],
    ['birth_date', 'type: date', []],
    ['birth_date', 'type: integer', ['time_type']],
    ['date_format', 'type: string', []],
    ['renewal', 'type: timestamp', ['time_name']],
    ['is_refunder', 'type: integer', ['boolean_type']],
    ['sms_opt_in', 'type: string', ['boolean_type']],
    ['is_refunder', 'type: boolean', []],
    ['preferences_json', 'type: string', ['blob']],
    ['lifetime_value', 'type: decimal', ['unit_missing']],
    ['lifetime_value', 'type: decimal, unit: EUR', []],
    ['card_number', 'type: string', ['sensitive_name']],
    ['password_reset_token', 'type: string', ['sensitive_name']],
    ['has_password', 'type: boolean', []],
    ['checkout_started', 'type: timestamp', ['moment_as_attribute', 'time_name']],
    ['email_verified', 'type: boolean', []],
    ['created_at', 'type: timestamp', []],
    ['created_at', 'type: string', ['special_name', 'time_type']],
    ['timezone', 'type: integer', ['special_name']],
  ])('%s { %s } → %j', (name, text, rules) => {
    expect([...rulesOfAttribute(name, text)].sort()).toEqual(rules);
  });

  it('says where, what and what to do', () => {
    expect(said({ customers: [people({ lastOrder: 'type: timestamp' })] })).toEqual([
      'models/customers.yml:5:3: `lastOrder` is not written in snake_case [snake_case] → Call it `last_order`.',
      'models/customers.yml:5:3: `lastOrder` does not say whether it is a time, an amount or a thing [ambiguous_name] → Say what it is: `last_order_at`.',
      'models/customers.yml:5:3: `lastOrder` is a timestamp, and its name does not say so [time_name] → Call it `last_order_at`.',
    ]);
  });

  it('finds names that are taken for each other, in one model and over two', () => {
    const twins = said({
      customers: [people({ total_orders: 'type: integer', TotalOrder: 'type: integer' })],
      loyalty: [people({ first_name: 'type: string', totalorders: 'type: integer' })],
    }).filter((line) => line.includes('taken for each other'));
    expect(twins.map((line) => line.split(' → ')[0])).toEqual([
      'models/customers.yml:6:3: `TotalOrder` and `total_orders` are easily taken for each other [twin_names]',
      'models/loyalty.yml:6:3: `totalorders` and `total_orders` (models/customers.yml) are easily taken for each other [twin_names]',
    ]);
  });

  it('leaves the identifiers alone', () => {
    const yaml = people({ total_orders: 'type: integer' }).replace(
      '{ id: customer_id }',
      '{ id: customer_id, email: email, phone: phone }',
    );
    expect(said({ customers: [yaml] })).toEqual([]);
  });
});

describe('consents', () => {
  it('are looked at like other attributes, under the name that the file gives them', () => {
    const yaml = people({ NewsConsent: 'type: boolean, role: consent(topic 3)' });
    expect(report({ customers: [yaml] }).findings).toMatchObject([{ rule: 'snake_case', line: 5 }]);
    const accepted = people({ News: 'type: boolean, role: consent(sms), accept: { snake_case: x }' });
    expect(report({ customers: [accepted] })).toMatchObject({ findings: [], accepted: [{ line: 5 }] });
  });
});

describe('names of events', () => {
  it.each<[name: string, rules: readonly LintCode[]]>([
    ['order_placed', []],
    ['order_placed_v2', []],
    ['invoice_sent', []],
    ['trial_begun', []],
    ['email_link_clicked', []],
    ['user_logged_in', []],
    ['place_order', ['event_tense']],
    ['placed_order', ['event_tense']],
    ['order', ['event_tense']],
    ['news_feed', ['event_tense']],
    ['Order Placed', ['snake_case']],
    ['customer_status', ['event_tense', 'state_as_event']],
    ['is_vip', ['event_tense', 'state_as_event']],
  ])('%s → %j', (name, rules) => {
    expect([...rulesOfEvent(name)].sort()).toEqual(rules);
  });

  it('turns the words round where that is all', () => {
    expect(said({ events: [event('placed_order')] }).join()).toMatch(/Noun first: `order_placed`/);
  });

  it('finds an attribute called like an event of the contract', () => {
    const models = {
      customers: [people({ order_placed: 'type: boolean' })],
      orders: [event('order_placed')],
    } as const;
    expect(said(models).join('\n')).toMatch(/customers\.yml:5:3: `order_placed` is called like something/);
  });
});

describe('what is sent', () => {
  it.each([
    'SELECT order_id, NOW() AS paid_at, customer_id FROM orders',
    'SELECT order_id, current_timestamp as `paid_at`, customer_id FROM orders',
    'SELECT order_id, :now_utc AS paid_at, customer_id FROM orders',
  ])('finds an event with the time of reading: %s', (sql) => {
    expect(report({ orders: [event('order_placed'), sql] }).findings).toMatchObject([
      { rule: 'state_as_event', line: 5 },
    ]);
  });

  it.each([
    'SELECT order_id, paid_at, NOW() AS read_at, customer_id FROM orders',
    'SELECT order_id, paid_at /* NOW() AS paid_at */, customer_id FROM orders',
    'SELECT order_id, created + INTERVAL 1 DAY AS paid_at FROM orders WHERE created < NOW()',
  ])('takes a time of the event as one: %s', (sql) => {
    expect(report({ orders: [event('order_placed'), sql] }).findings).toEqual([]);
  });

  it('counts the attributes of all people models', () => {
    const many = (count: number, stem: string) =>
      people(Object.fromEntries(Array.from({ length: count }, (_, n) => [`${stem}_${n}`, 'type: string'])));
    expect(said({ a: [many(30, 'alpha')], b: [many(30, 'beta')] })).toEqual([]);
    expect(said({ a: [many(30, 'alpha')], b: [many(31, 'beta')] }).join('\n')).toMatch(
      /^models\/b\.yml:4:1: 61 attributes in all/,
    );
  });

  it('asks for meanings and units, which never fails', () => {
    const yaml = people({ orders_value: 'type: decimal' }).replaceAll('means: x, ', '').replace(MEANS, '');
    expect(report({ customers: [yaml] }).findings).toMatchObject([
      { rule: 'means_missing', severity: 'note', line: 1 },
      { rule: 'unit_missing', severity: 'note', line: 4 },
      { rule: 'means_missing', severity: 'note', line: 4 },
    ]);
  });
});

describe('accept', () => {
  it('takes a finding at its place, and keeps the reason', () => {
    const yaml = people({
      last_purchase: 'type: string, accept: { ambiguous_name: "used by 40 campaigns" }',
      last_visit: 'type: string',
    });
    const { findings, accepted } = report({ customers: [yaml] });
    expect(findings).toMatchObject([{ rule: 'ambiguous_name', line: 6 }]);
    expect(accepted).toMatchObject([{ rule: 'ambiguous_name', line: 5, because: 'used by 40 campaigns' }]);
  });

  it('at the model stands for the model, not for its fields', () => {
    const yaml = event('order', 'accept: { event_tense: "as the old shop had it", snake_case: "no" }\n');
    const { findings, accepted } = report({ orders: [yaml] });
    expect(accepted).toMatchObject([{ rule: 'event_tense' }]);
    expect(findings).toMatchObject([{ rule: 'accept_unused', line: 7 }]);
  });

  it('complains about what is accepted in vain, unless only rows could show it', () => {
    const yaml = people({
      note: 'type: string, accept: { snake_case: a, near_limit: b, high_cardinality: c }',
    });
    expect(report({ customers: [yaml] }).findings).toMatchObject([{ rule: 'accept_unused' }]);
    const contract = contractOf({ models: { customers: [yaml] } });
    const read = lintContract(contract, contract.models, new Map([['customers', []]]));
    expect(read.findings.map(({ rule }) => rule)).toEqual([
      'accept_unused',
      'accept_unused',
      'accept_unused',
    ]);
  });

  it.each([
    ['accept: { ambigous_name: x }', /5:\d+: unknown key `ambigous_name` → Did you mean `ambiguous_name`/],
    ['accept: { reserved_name: x }', /unknown key `reserved_name`/],
    ['accept: { snake_case: " " }', /a reason may not be empty/],
    ['accept: { snake_case: }', /a reason is expected here, in words/],
    ['accept: [snake_case]', /a mapping of rules and reasons is expected/],
  ])('refuses %s', (accept, expected) => {
    const problems = problemsOf({ models: { customers: [people({ note: `type: string, ${accept}` })] } });
    expect(problems.join('\n')).toMatch(expected);
  });

  it('changes nothing of what is sent', () => {
    const hash = (text: string) => contractOf({ models: { customers: [people({ note: text })] } }).hash;
    expect(hash('type: string, accept: { blob: x }')).toBe(hash('type: string'));
  });
});
