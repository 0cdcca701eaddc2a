import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { projectFrom, type TestProject } from '../support/test-project.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

const NOWHERE = { mysqlUrl: 'mysql://u:p@127.0.0.1:1/d', trackUrl: 'http://127.0.0.1:1' };

describe('validate: style of the contract', () => {
  let project: TestProject;

  beforeEach(() => {
    project = projectFrom('examples/shop', NOWHERE);
  });
  afterEach(() => project.remove());

  it('has nothing to say about the example', async () => {
    const { exitCode, stdout } = await project.run(['validate', '--strict']);
    expect(stdout).toMatch(/^✓ The contract is valid: 7 models\.\n$/);
    expect(exitCode).toBe(0);
  });

  it('warns with rule, place and cure; fails only when strict', async () => {
    project.edit('models/events/order_placed.yml', 'event: order_placed', 'event: place_order');
    const loose = await project.run(['validate']);
    expect(loose.stdout).toMatch(
      /warning: models\/events\/order_placed\.yml:2:1: the event `place_order` is not .* \[event_tense\]\n {2}Say what/,
    );
    expect(loose.stdout).toMatch(/valid: 7 models\. 1 warning\./);
    expect(loose.exitCode).toBe(0);
    const strict = await project.json(['validate', '--strict']);
    expect(strict).toMatchObject({ exitCode: 1, valid: true, findings: [{ rule: 'event_tense', line: 2 }] });
  });

  it('accepts a finding at its place, with the reason', async () => {
    project.edit(
      'models/events/order_placed.yml',
      'event: order_placed',
      'event: place_order\naccept:\n  event_tense: the name of old',
    );
    const result = await project.json(['validate', '--strict']);
    expect(result).toMatchObject({
      exitCode: 0,
      findings: [],
      accepted: [{ rule: 'event_tense', because: 'the name of old' }],
    });
  });

  it('a reserved name stops everything', async () => {
    project.edit('models/people/customers.yml', '  vip_tier:', '  unsubscribed:');
    const result = await project.run(['validate']);
    expect(result.stderr).toMatch(/the name `unsubscribed` is reserved by Customer\.io \[reserved_name\]/);
    expect(result.exitCode).toBe(2);
  });
});

describeOnServers('validate: what the rows show', (server) => {
  let shop: SmallShop;

  beforeAll(async () => {
    shop = await openSmallShop(server);
    await shop.database.execute(
      'ALTER TABLE customers MODIFY name VARCHAR(500)',
      `INSERT INTO customers
         SELECT t.n + 100, NULL, CONCAT('{"n": ', t.n, ', "text": "', REPEAT('x', 20), '"}'), 1
           FROM (SELECT a.d * 10 + b.d AS n
                   FROM (SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4) a,
                        (SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4) b) t`,
      "INSERT INTO customers VALUES (99, NULL, REPEAT('ä', 450), 1)",
    );
    // A comment at the end of a query must not swallow what is added to it.
    shop.project.edit('models/customers.sql', /$/, '-- all of them');
  });
  afterAll(() => shop.close());

  it('looks at them with --sample only, and only reads', async () => {
    const rulesOf = ({ findings }: { findings: readonly { rule: string; severity: string }[] }) =>
      findings.filter(({ severity }) => severity === 'warning').map(({ rule }) => rule);
    expect(rulesOf(await shop.project.json(['validate', '--connect']))).toEqual([]);
    const sampled = await shop.project.json(['validate', '--sample', '--strict']);
    expect(rulesOf(sampled)).toEqual(['near_limit', 'blob']);
    expect(sampled.exitCode).toBe(1);
    const text = await shop.project.run(['validate', '--sample']);
    expect(text.stdout).toMatch(/customers\.yml:4:3: `name` holds JSON or markup \[blob\]/);
    expect(shop.sandbox.admin.requests()).toEqual([]);
  });

  it('tells of them in a plan, too', async () => {
    const { stdout } = await shop.project.run(['plan', '--samples', '0']);
    expect(stdout).toMatch(/warning: models\/customers\.yml:4:3: `name` holds JSON or markup \[blob\]/);
    const { findings } = await shop.project.json(['plan', '--samples', '0']);
    expect(findings.map(({ rule }: { rule: string }) => rule)).toEqual(['near_limit', 'blob']);
  });
});
