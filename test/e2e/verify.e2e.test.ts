import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectTo, type SandboxClient } from '../../src/sandbox/testing/sandbox-client.ts';
import { describeOnServers } from '../servers/servers.ts';
import { openSmallShop, type SmallShop } from './shop-project.ts';

const PEOPLE = 600;

describeOnServers('verify', (server) => {
  let shop: SmallShop;
  let client: SandboxClient;

  beforeEach(async () => {
    shop = await openSmallShop(server);
    client = connectTo(shop.sandbox);
  });
  afterEach(async () => {
    await client.close();
    await shop.close();
  });

  it('lists exactly those whom Customer.io lost in silence, and --repair sends exactly them', async () => {
    const rows = Array.from(
      { length: PEOPLE },
      (_, at) => `(${at + 100}, 'p${at}@y.example', 'Name ${at}', ${at})`,
    );
    await shop.database.execute(`INSERT INTO customers VALUES ${rows.join(', ')}`);
    shop.sandbox.admin.setFaults({
      match: { itemProbability: 0.03, seed: 7 },
      action: { kind: 'silent-drop' },
    });
    expect((await shop.project.run(['sync'])).exitCode).toBe(0);
    shop.sandbox.admin.clearFaults();
    const held = new Set(shop.sandbox.admin.people().map(({ id }) => id));
    const all = await shop.database.execute('SELECT id FROM customers');
    const lost = all.map(({ id }) => String(id)).filter((id) => !held.has(id));
    expect(lost.length).toBeGreaterThan(5);

    const found = await shop.project.json(['verify', '--all']);
    const [customers] = found.verify.models;
    expect(found.exitCode).toBe(1);
    expect(customers).toMatchObject({ compared: PEOPLE + 3, counts: { missing_person: lost.length } });
    expect(customers.people.map(({ person }: { person: string }) => person).sort()).toEqual([...lost].sort());

    const { verify } = await shop.project.json(['verify', '--all', '--repair']);
    expect(verify.models[0].repaired).toBe(lost.length);
    const { run } = await shop.project.json(['sync']);
    expect(run.models[0]).toMatchObject({ operations: lost.length, accepted: lost.length });
    expect((await shop.project.json(['verify', '--all'])).exitCode).toBe(0);
    expect((await shop.project.json(['sync'])).run.models[0].operations).toBe(0);
  });

  it('names each kind of difference', async () => {
    await shop.project.run(['sync']);
    expect((await shop.project.run(['verify'])).stdout).toMatch(/✓ customers: 3 people compared/);
    const change = (id: string, attributes: object) =>
      client.entity({ type: 'person', action: 'identify', identifiers: { id }, attributes });
    await change('1', { points: 11 });
    await change('2', { points: 5 });
    await change('3', { name: null });
    await shop.database.execute(
      "UPDATE customers SET name = 'Anne' WHERE id = 1",
      "INSERT INTO customers VALUES (4, 'd@x.example', 'Dora', 4), (5, 'nonsense', 'Emil', 5)",
    );
    const { verify, exitCode } = await shop.project.json(['verify', '--seed', '3']);
    const [customers] = verify.models;
    expect([exitCode, customers.faults]).toEqual([1, 1]);
    const found = customers.people.map(
      ({ person, differences }: { person: string; differences: object[] }) => [person, differences],
    );
    expect(new Map(found)).toEqual(
      new Map([
        [
          '1',
          [
            { kind: 'waiting', attribute: 'name', expected: '"Anne"', found: 'Anna' },
            { kind: 'different', attribute: 'points', expected: '10', found: '11' },
          ],
        ],
        ['2', [{ kind: 'not_removed', attribute: 'points', expected: 'null', found: '5' }]],
        ['3', [{ kind: 'missing_attribute', attribute: 'name', expected: '"Çelik 😀"' }]],
        ['4', [{ kind: 'not_delivered', expected: '' }]],
      ]),
    );
    const text = await shop.project.run(['verify', '--select', 'customers']);
    expect(text.stdout).toMatch(/✗ customers: 4 people compared; 1 row is a fault/);
    expect(text.stdout).toMatch(/The same people again: --seed \d+/);
  });
});
