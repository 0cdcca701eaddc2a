import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnServers } from '../servers/servers.ts';
import { openThingShop, type ThingShop } from './thing-shop.ts';

const COMPANIES_YML = `kind: objects
object_type_id: 1
object_id: company_id
attributes:
  name: { type: string, when_null: reject }
  seats: { type: integer, when_null: clear }
  founded: { type: timestamp, when_null: keep }
`;

const STAFF_YML = `kind: relationships
object_type_id: 1
object_id: company_id
person: { id: customer_id }
attributes:
  job: { type: string, when_null: clear }
`;

describeOnServers('objects and relationships', (server) => {
  let shop: ThingShop;

  beforeEach(async () => {
    shop = await openThingShop(server);
    const { database } = shop;
    await database.execute(
      "INSERT INTO companies VALUES ('acme', 'Acme', 5, '2020-01-01 00:00:00'), ('Ünï/\"q 😀', 'Odd', NULL, NULL)",
      "INSERT INTO staff VALUES ('1', NULL, 'acme', 'boss'), ('2', NULL, 'acme', NULL)",
    );
    await shop.model('companies', COMPANIES_YML, 'SELECT * FROM companies');
    await shop.model('staff', STAFF_YML, 'SELECT customer_id, company_id, job FROM staff');
  });
  afterEach(() => shop.close());

  const object = (id: string) => shop.sandbox.admin.objects().find(({ object_id }) => object_id === id);
  const staffOf = (id: string) => object(id)?.people.map((person) => [person.id, person.attributes]);

  it('arrive once, after the people, and only what changed is sent again', async () => {
    const { models } = await shop.run();
    expect(models).toMatchObject([
      { model: 'customers', accepted: 3 },
      { model: 'companies', kind: 'objects', rows: 2, accepted: 2 },
      { model: 'staff', kind: 'relationships', rows: 2, accepted: 2 },
    ]);
    expect(object('acme')?.attributes).toEqual({ name: 'Acme', seats: 5, founded: 1_577_836_800 });
    expect(object('Ünï/"q 😀')?.attributes).toEqual({ name: 'Odd' });
    expect(staffOf('acme')).toEqual([
      ['1', { job: 'boss' }],
      ['2', {}],
    ]);
    shop.sent();
    expect((await shop.run()).models.map(({ operations }) => operations)).toEqual([0, 0, 0]);
    expect(shop.sent()).toEqual([]);

    await shop.database.execute(
      "UPDATE companies SET seats = 6 WHERE company_id = 'acme'",
      "UPDATE staff SET job = 'chief' WHERE customer_id = '2'",
    );
    const bodies = shop.sandbox.admin.requests().length;
    await shop.run();
    const items = shop.sandbox.admin
      .requests()
      .slice(bodies)
      .flatMap(({ body }) => (body ? [JSON.parse(body).batch] : []));
    expect(items).toMatchObject([
      [{ action: 'identify', attributes: { seats: 6 } }],
      [{ action: 'add_relationships', identifiers: { id: '2' } }],
    ]);
    expect(Object.keys(items[0][0].attributes)).toEqual(['seats']);
    expect(staffOf('acme')?.[1]).toEqual(['2', { job: 'chief' }]);
  });

  it('the state lost: everything is sent again, and nothing is there twice', async () => {
    await shop.run();
    const before = shop.sandbox.admin.objects();
    rmSync(`${shop.project.folder}/.millrace`, { recursive: true });
    expect(await shop.sync('staff')).toMatchObject({ accepted: 2 });
    expect(shop.sandbox.admin.objects()).toEqual(before);
  });

  it('the same object twice is a fault, and neither is sent; an id that is missing or too long, too', async () => {
    await shop.database.execute(
      "INSERT INTO companies VALUES ('acme', 'Again', 1, NULL), (NULL, 'None', 1, NULL), ('', 'Empty', 1, NULL), (REPEAT('é', 76), 'Long', 1, NULL), ('beta', NULL, 1, NULL), ('huge', REPEAT('x', 1001), 1, NULL)",
    );
    const { summary, withheld } = await shop.plan();
    expect(summary.models[1]).toMatchObject({ rows: 8, faults: 7, added: 1, operations: 1 });
    expect(withheld.get('companies')?.counts.map(({ code, count }) => [code, count])).toEqual([
      ['duplicate_row', 2],
      ['key_missing', 2],
      ['identifier_too_long', 1],
      ['value_missing', 1],
      ['value_too_long', 1],
    ]);
    await shop.run();
    expect(
      shop.sandbox.admin
        .objects()
        .map(({ object_id }) => object_id)
        .sort(),
    ).toEqual(['acme', 'Ünï/"q 😀'].sort());
    // The relationship made it, as Customer.io does.
    expect(object('acme')?.attributes).toEqual({});
  });

  it('nobody unknown, faulty or refused is related to anything, and the plan says so', async () => {
    await shop.database.execute(
      "INSERT INTO staff VALUES ('99', NULL, 'acme', NULL), (NULL, NULL, 'acme', NULL)",
      "UPDATE customers SET email = 'no address' WHERE id = '2'",
    );
    expect(await shop.sync('staff')).toMatchObject({ rows: 4, held: 2, faults: 1, accepted: 1 });
    expect(shop.sandbox.admin.people().map(({ id }) => id)).toEqual(['1', '3']);

    await shop.database.execute("UPDATE customers SET email = 'b@x.example' WHERE id = '2'");
    shop.sandbox.admin.setFaults({
      match: { people: ['2'] },
      action: { kind: 'reject-items' },
    });
    expect(await shop.sync('staff')).toMatchObject({ heldAtSending: 1, accepted: 0 });
    shop.sandbox.admin.clearFaults();
    expect(await shop.sync('staff')).toMatchObject({ accepted: 1, held: 1, faults: 1 });
    expect(staffOf('acme')?.map(([id]) => id)).toEqual(['1', '2']);
  });

  it('rows that are gone stay at Customer.io unless the model says otherwise', async () => {
    await shop.run();
    await shop.database.execute('DELETE FROM staff', "DELETE FROM companies WHERE company_id <> 'acme'");
    const { summary } = await shop.plan();
    expect(summary.models).toMatchObject([
      {},
      { gone: 1, removals: 0 },
      { gone: 2, removals: 0, operations: 0 },
    ]);
    shop.sent();
    await shop.run();
    expect(shop.sent()).toEqual([]);
    expect(staffOf('acme')).toHaveLength(2);

    // Said later, it holds for what went before, too.
    shop.project.edit('models/staff.yml', 'attributes:', 'removed: remove\nattributes:');
    shop.project.edit('models/companies.yml', 'attributes:', 'removed: delete\nattributes:');
    expect((await shop.run()).models).toMatchObject([
      {},
      { rows: 1, removals: 1, accepted: 1 },
      { rows: 0, removals: 2, accepted: 2 },
    ]);
    expect(shop.sent().toSorted()).toEqual([
      'delete 1 Ünï/"q 😀',
      'delete_relationships 1',
      'delete_relationships 2',
    ]);
    expect(shop.sandbox.admin.objects()).toMatchObject([{ object_id: 'acme', people: [] }]);
    await shop.run();
    expect(shop.sent()).toEqual([]);

    await shop.database.execute("INSERT INTO staff VALUES ('1', NULL, 'acme', 'boss')");
    expect(await shop.sync('staff')).toMatchObject({ rows: 1, accepted: 1 });
    expect(staffOf('acme')).toEqual([['1', { job: 'boss' }]]);
  });

  it('what comes back after it was gone is sent whole, for it may have been lost on the way', async () => {
    await shop.run();
    await shop.database.execute("DELETE FROM staff WHERE customer_id = '1'");
    await shop.run();
    await shop.database.execute("INSERT INTO staff VALUES ('1', NULL, 'acme', 'boss')");
    shop.sent();
    expect(await shop.sync('staff')).toMatchObject({ accepted: 1 });
    expect(shop.sent()).toEqual(['add_relationships 1']);
  });

  it('nothing is removed as long as a row can not be told apart from what is gone', async () => {
    shop.project.edit('models/staff.yml', 'attributes:', 'removed: remove\nattributes:');
    await shop.run();
    await shop.database.execute("UPDATE staff SET customer_id = NULL WHERE customer_id = '1'");
    const { summary } = await shop.plan();
    expect(summary.models[2]).toMatchObject({ faults: 1, gone: 1, removals: 0, unplacedRows: 1 });
    await shop.run();
    expect(staffOf('acme')).toHaveLength(2);
    await shop.database.execute('DELETE FROM staff WHERE customer_id IS NULL');
    expect(await shop.sync('staff')).toMatchObject({ removals: 1, accepted: 1 });
    expect(staffOf('acme')?.map(([id]) => id)).toEqual(['2']);
  });

  it('many removals at once stop the run before anything is sent', async () => {
    await shop.database.execute(
      "INSERT INTO companies SELECT CONCAT(a.id, '-', b.id, '-', c.id), 'x', 1, NULL FROM customers a, customers b, customers c",
    );
    shop.project.edit('models/companies.yml', 'attributes:', 'removed: delete\nattributes:');
    await shop.run();
    shop.sent();
    await shop.database.execute(
      "DELETE FROM companies WHERE company_id LIKE '1-%' OR company_id LIKE '2-1-%'",
      "UPDATE customers SET points = 100 WHERE id = '1'",
    );
    await expect(shop.run()).rejects.toMatchObject({
      code: 'removals_over_limit',
      exitCode: 3,
      message: 'companies: 12 of 29 delivered objects would be removed; `max_removals` is 10 % and 10',
    });
    expect(shop.sent()).toEqual([]);
    shop.project.edit('models/companies.yml', 'attributes:', 'max_removals: { rows: 12 }\nattributes:');
    expect(await shop.sync('companies')).toMatchObject({ removals: 12, accepted: 12 });
  });
});

describeOnServers('relationships by other keys, under canonical e-mail', (server) => {
  let shop: ThingShop;
  afterEach(() => shop.close());

  it('find their people, and name them by the canonical identifier', async () => {
    shop = await openThingShop(server, {
      canonical: 'email',
      sandbox: { switches: { identifiers: 'email_only' } },
    });
    await shop.model(
      'staff',
      `${STAFF_YML.replace('person: { id: customer_id }', 'person: { id: customer_id }\nunresolved: refuse')}`,
      'SELECT customer_id, company_id, job FROM staff',
    );
    await shop.database.execute(
      "INSERT INTO staff VALUES ('1', NULL, 'acme', 'boss'), ('77', NULL, 'acme', NULL)",
    );
    shop.project.edit(
      'models/customers.yml',
      'person: { id: id, email: email }',
      'person: { email: email, id: id }',
    );
    expect(await shop.sync('staff')).toMatchObject({ rows: 2, accepted: 1, faults: 1 });
    expect(shop.sandbox.admin.objects()).toMatchObject([
      { object_id: 'acme', people: [{ email: 'a@x.example' }] },
    ]);
  });
});
