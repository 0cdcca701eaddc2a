import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contractOf,
  EVENT_YAML,
  PEOPLE_YAML,
  PROJECT_YAML,
  problemsOf,
  readTestContract,
} from '../../../test/support/contract-files.ts';
import { eventModels, peopleModels } from './contract.ts';

const people = (yaml: string, sql?: string) =>
  problemsOf({ models: { customers: sql ? [yaml, sql] : [yaml] } });
const event = (yaml: string, sql?: string) => problemsOf({ models: { orders: sql ? [yaml, sql] : [yaml] } });

describe('readContract', () => {
  it('reads a project with its defaults', () => {
    const contract = contractOf({ models: { customers: [PEOPLE_YAML], orders: [EVENT_YAML] } });
    expect(contract.project).toMatchObject({
      namespace: 'acme',
      timeZone: 'UTC',
      canonical: 'id',
      clockSkewSeconds: 300,
      planMaxAgeSeconds: 3600,
      stateDirectory: '.millrace',
      mysql: { tls: 'verify', statementTimeoutSeconds: 1800 },
      customerio: { region: 'us', requestsPerSecond: 100, requestsInFlight: 4, timeoutSeconds: 30 },
    });
    expect(peopleModels(contract)).toMatchObject([{ name: 'customers', keyColumn: 'customer_id' }]);
    expect(eventModels(contract)).toMatchObject([
      { event: 'order_placed', eventIdColumns: ['order_id'], late: 'hold', liveWithinSeconds: 86_400 },
    ]);
  });

  it('finds all problems of all files at once, each with its place and what to do', () => {
    const found = problemsOf({
      project: PROJECT_YAML.replace('region: us', 'region: europe').replace(
        'namespace: acme',
        'namespce: acme',
      ),
    });
    expect(found).toEqual([
      'millrace.yml:1:1: `namespace` is missing → Add `namespace:` here.',
      'millrace.yml:1:1: unknown key `namespce` → Did you mean `namespace`?',
      'millrace.yml:4:23: `customerio.region`: `region` is `us` or `eu` → Known here: us, eu.',
    ]);
    const models = problemsOf({
      models: {
        customers: [PEOPLE_YAML.replace('type: integer', 'typ: integer')],
        orders: [EVENT_YAML.replace('occurred_at', 'ocurred_at')],
      },
    });
    const withBrokenProject = problemsOf({
      project: PROJECT_YAML.replace('namespace: acme', 'namespace: ACME'),
      models: { customers: [PEOPLE_YAML.replace('integer', 'int')] },
    });
    expect(withBrokenProject.map((line) => line.split(': ')[0])).toEqual([
      'millrace.yml:1:12',
      'models/customers.yml:4:25',
    ]);
    expect(models.map((line) => line.split(' → ')[0])).toEqual([
      'models/customers.yml:4:3: `attributes.total_orders.type` is missing',
      'models/customers.yml:4:19: unknown key `typ`',
      'models/orders.yml:1:1: `occurred_at` is missing',
      'models/orders.yml:4:1: unknown key `ocurred_at`',
    ]);
  });

  it.each([
    ['broken YAML', 'kind: [people', /customers\.yml:1:14/],
    ['the same key twice', `${PEOPLE_YAML}kind: people\n`, /unique/],
    ['no kind', 'person: {}', /1:1: `kind` is missing → Add `kind: people`/],
    ['a kind that is not there', 'kind: peple', /1:7: unknown kind `peple` → Did you mean `people`\?/],
    ['a list for a mapping', '- 1', /`kind` is missing/],
    [
      'a wrong type',
      PEOPLE_YAML.replace('integer', 'int'),
      /4:25.*type.*Did you mean|4:25.*`type` is one of/,
    ],
    [
      'people whom no column names',
      PEOPLE_YAML.replace('{ id: customer_id }', '{}'),
      /2:1: `person` names no column → Name the column of the canonical identifier/,
    ],
    [
      'keys that lead to nobody',
      PEOPLE_YAML.replace('{ id: customer_id }', '{ email: email }'),
      /2:11: no model says who has which `email` → Name its column in a people or identities model/,
    ],
    [
      'a reserved name',
      PEOPLE_YAML.replace('total_orders', 'unsubscribed'),
      /4:3: the name `unsubscribed` is reserved/,
    ],
    [
      'a name with a reserved prefix',
      PEOPLE_YAML.replace('total_orders', 'cio_foo'),
      /4:3: the name `cio_foo` is reserved/,
    ],
    ['a long name', PEOPLE_YAML.replace('total_orders', 'ä'.repeat(80)), /longer than 150 bytes/],
    [
      'an option of another type',
      PEOPLE_YAML.replace('type: integer', 'type: integer, one_of: [a]'),
      /`one_of` does not go with type integer/,
    ],
    [
      'a zone that does not exist',
      PEOPLE_YAML.replace('type: integer', 'type: timestamp, time_zone: Europe/Londn'),
      /no IANA time zone/,
    ],
    [
      'a date that does not exist',
      PEOPLE_YAML.replace('type: integer', 'type: timestamp, not_before: 2015-02-30'),
      /no such date/,
    ],
    ['a JSON attribute', PEOPLE_YAML.replace('integer', 'json'), /`type` is one of/],
    ['a column ignored and used', `${PEOPLE_YAML}ignore_columns: [total_orders]\n`, /ignored and used/],
    ['a nonsense capture', `${PEOPLE_YAML}capture: binlog\n`, /`capture` is `full`/],
  ])('refuses %s', (_, yaml, expected) => {
    const problems = people(yaml);
    expect(problems.join('\n')).toMatch(expected);
    expect(problems.every((line) => / → .+/.test(line))).toBe(true);
  });

  it.each([
    [
      'a property that overrides campaigns',
      `${EVENT_YAML}properties: { recipient: { type: string } }\n`,
      /6:15: the name `recipient` is reserved/,
    ],
    [
      'the same in another case',
      `${EVENT_YAML}properties: { Reply_To: { type: string } }\n`,
      /6:15: the name `Reply_To` is reserved by Customer.io \[overriding_name\]/,
    ],
    [
      'a key column of such a name',
      EVENT_YAML.replace('event_id: order_id', 'event_id: reply_to'),
      /Rename the column in the query with AS/,
    ],
    [
      'a key column twice',
      EVENT_YAML.replace('event_id: order_id', 'event_id: [a, a]'),
      /names a column twice/,
    ],
    ['events that are live for too long', `${EVENT_YAML}live_within: 4d\n`, /longer than 71 hours/],
    ['a nonsense duration', `${EVENT_YAML}live_within: soon\n`, /a duration like 30s/],
    [
      'a long event name',
      EVENT_YAML.replace('event: order_placed', `event: ${'x'.repeat(101)}`),
      /longer than 100 bytes/,
    ],
    ['an unknown policy', `${EVENT_YAML}late: later\n`, /6:7/],
  ])('refuses %s', (_, yaml, expected) => {
    expect(event(yaml).join('\n')).toMatch(expected);
  });

  it.each([
    ['an empty query', '-- nothing', /orders\.sql:1:1: the query is empty/],
    [
      'a query that writes',
      'DELETE FROM orders',
      /orders\.sql:1:1: a query begins with SELECT or WITH, not DELETE/,
    ],
    ['a second statement', 'SELECT 1;\nSELECT 2', /orders\.sql:1:9: there is text after the first statement/],
    ['a query that writes a file', "SELECT 1 INTO OUTFILE '/tmp/x'", /the query writes/],
    ['a query that locks', 'SELECT 1 FROM t\n FOR UPDATE', /orders\.sql:2:2: the query locks rows/],
    [
      'an unknown parameter',
      'SELECT 1 FROM t WHERE a > :sinse',
      /orders\.sql:1:27: unknown parameter `:sinse` → Known are :since/,
    ],
  ])('refuses %s', (_, sql, expected) => {
    expect(event(EVENT_YAML, sql).join('\n')).toMatch(expected);
  });

  it('accepts what only looks forbidden', () => {
    const sql =
      "/* DELETE; */ SELECT ':since; FOR UPDATE' AS a, `x:y` -- ; DROP\nFROM t WHERE b >= :since AND c < '12:30:00';  # end\n";
    expect(event(EVENT_YAML, sql)).toEqual([]);
  });

  it('knows no :since in people models', () => {
    expect(people(PEOPLE_YAML, 'SELECT 1 WHERE a > :since').join()).toMatch(
      /`:since` has no meaning in a model of kind people/,
    );
    expect(people(PEOPLE_YAML, 'SELECT 1 WHERE a > :now')).toEqual([]);
  });

  it('refuses secrets in clear text, and never repeats them', () => {
    const project = `namespace: acme
identity: { canonical: id }
mysql: { url: "mysql://user:hunter2@db/shop" }
customerio: { region: us, site_id: site, api_key: s3cr3t }
`;
    const found = problemsOf({ project });
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/3:15: `mysql.url` holds a secret in clear text → Write \$\{MYSQL_URL\}/);
    expect(found.join()).not.toMatch(/hunter2|s3cr3t/);
    const fields = project.replace(/url: .*?"mysql.*?"/, 'host: db, user: u, database: d, password: hunter2');
    expect(problemsOf({ project: fields }).join()).toMatch(/`mysql.password` holds a secret/);
    expect(
      problemsOf({ project: project.replace('hunter2', '${PW}').replace('s3cr3t', '"${KEY}"') }),
    ).toEqual([]);
  });

  it('wants the connection in one way, not in two or none', () => {
    const mysql = (text: string) =>
      problemsOf({ project: PROJECT_YAML.replace(/mysql: .*/, `mysql: ${text}`) }).join();
    expect(mysql('{ url: "${U}", host: db }')).toMatch(/has both `url` and `host`/);
    expect(mysql('{ host: db }')).toMatch(/has no `user`, `database`/);
    expect(mysql('{ host: db, user: u, database: d, tls: on }')).toMatch(/`tls` is `off`, or a mapping/);
    expect(mysql('{ host: db, user: u, database: d, tls: { cacert: x } }')).toMatch(
      /unknown key `cacert` → Known here: ca, server_name/,
    );
  });

  it('refuses what may be there only once', () => {
    const twice = { a: [EVENT_YAML], b: [EVENT_YAML] } as const;
    expect(problemsOf({ models: twice }).join()).toMatch(/the event `order_placed` is made by two models/);
    const attributes = { a: [PEOPLE_YAML], b: [PEOPLE_YAML] } as const;
    expect(problemsOf({ models: attributes }).join()).toMatch(
      /the attribute `total_orders` is set by two models/,
    );
    expect(problemsOf({ models: {} }).join()).toMatch(/the project has no models/);
  });

  it('keeps the definition hash over everything that changes nothing that is sent', () => {
    const hashOf = (yaml: string, sql?: string) =>
      contractOf({ models: { customers: sql ? [yaml, sql] : [yaml] } }).models[0]?.definitionHash;
    const hash = hashOf(PEOPLE_YAML);
    expect(hashOf(`${PEOPLE_YAML}means: People\ntags: [a]\n`)).toBe(hash);
    expect(hashOf(PEOPLE_YAML.replace('type: integer', 'type: integer, means: Paid, unit: pieces'))).toBe(
      hash,
    );
    expect(hashOf(PEOPLE_YAML.replace('integer', 'decimal'))).not.toBe(hash);
    expect(hashOf(PEOPLE_YAML, 'SELECT 2')).not.toBe(hash);
    expect(hashOf(PEOPLE_YAML.replace('type: integer', 'type: integer, when_null: keep'))).not.toBe(hash);
  });

  it('never crashes, whatever stands in the files', { timeout: 60_000 }, () => {
    const words = fc.constantFrom(
      'kind',
      'people',
      'event',
      ':',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '${',
      'a',
      '"',
      '&x',
      '*x',
      'person',
      'null',
      '1',
      '#',
      '<<',
      '!!',
    );
    const yaml = fc.array(words, { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(yaml, yaml, fc.string(), (project, model, sql) => {
        const { problems } = readTestContract({ project, models: { m: [model, sql] } });
        for (const problem of problems) {
          expect(problem.line).toBeGreaterThan(0);
          expect(problem.column).toBeGreaterThan(0);
          expect(problem.hint).not.toBe('');
        }
        expect(readTestContract({ models: { m: [model, sql] } }).problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 400 },
    );
  });
});

it('a missing event_id is explained, for it is where duplicates come from', () => {
  const event = EVENT_YAML.replace('event_id: order_id\n', '');
  const problems = problemsOf({ models: { customers: [PEOPLE_YAML], orders: [event] } });
  expect(problems).toEqual([
    expect.stringMatching(/^models\/orders.yml:1:1: `event_id` is missing → .*event-ids\.md/),
  ]);
});

it('without a people model all people come from elsewhere', () => {
  const rules = (models: Parameters<typeof contractOf>[0]) => contractOf(models).project.identity;
  expect(rules({ models: { orders: [EVENT_YAML] } }).peopleElsewhere).toBe(true);
  expect(rules({ models: { customers: [PEOPLE_YAML], orders: [EVENT_YAML] } }).peopleElsewhere).toBe(false);
});
