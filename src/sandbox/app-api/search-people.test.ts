import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caseName } from '../cases/case-name.ts';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import { connectTo, identifyById, type SandboxClient } from '../testing/sandbox-client.ts';

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox({
    switches: { appRequestsPerSecondMax: 0 },
    segments: [{ id: 7, name: 'Lapsed', type: 'dynamic' }],
  });
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

interface Found {
  readonly identifiers: readonly { readonly id: string | null }[];
  readonly ids: readonly string[];
  readonly next: string;
}

const search = (filter: unknown, query = '') => client.app('POST', `/v1/customers${query}`, { filter });
const found = async (filter: unknown, query = '') => (await search(filter, query)).json as Found;
const eq = (field: string, value: unknown) => ({ attribute: { field, operator: 'eq', value } });
const exists = (field: string) => ({ attribute: { field, operator: 'exists' } });

describe('a search of people', () => {
  beforeEach(() =>
    client.batch(
      identifyById('1', { email: 'a@x.com', plan: 'pro', n: 1, yes: true }),
      identifyById('2', { plan: 'Pro', n: '1' }),
      identifyById('3', { plan: 'free', list: [1, 'a'] }),
      { type: 'person', action: 'identify', identifiers: { email: 'd@x.com' }, attributes: { plan: 'pro' } },
    ),
  );

  test(caseName(105, 'an attribute with a value, within and'), async () => {
    const people = sandbox.admin.people();
    expect(await found({ and: [eq('plan', 'pro')] })).toEqual({
      identifiers: [people[0], people[1], people[3]].map((person) => ({
        email: person?.email,
        id: person?.id,
        cio_id: person?.cio_id,
      })),
      ids: ['1', '2', ''],
      next: '',
    });
  });

  test.each([
    [eq('plan', 'free'), ['3']],
    [eq('n', 1), ['1', '2']],
    [eq('n', '1'), ['1', '2']],
    [eq('yes', true), ['1']],
    [eq('list', '[1,"a"]'), ['3']],
    [eq('id', '2'), ['2']],
    [eq('email', 'A@X.com'), ['1']],
    [exists('n'), ['1', '2']],
    [exists('email'), ['1', '']],
    [exists('cio_id'), ['1', '2', '3', '']],
    [{ not: exists('email') }, ['2', '3']],
    [{ or: [eq('plan', 'free'), eq('id', '1')] }, ['1', '3']],
    [{ and: [exists('n'), { not: { or: [eq('id', '2'), eq('id', '3')] } }] }, ['1']],
    [{ segment: { id: 7 } }, []],
    [{ not: { segment: { id: 7 } } }, ['1', '2', '3', '']],
  ])('%j finds %j', async (filter, ids) => {
    expect((await found(filter)).ids).toEqual(ids);
  });

  test(caseName(105, 'people come in pages'), async () => {
    const first = await found(exists('plan'), '?limit=2');
    expect(first.ids).toEqual(['1', '2']);
    await client.entity({ type: 'person', action: 'delete', identifiers: { id: '2' } });
    const second = await found(exists('plan'), `?limit=2&start=${first.next}`);
    expect([second.ids, second.next]).toEqual([['3', ''], '']);
  });

  test.each([
    ['', 50],
    ['?limit=60', 60],
    ['?limit=1000', 64],
  ])('a page %s holds %i people', async (query, count) => {
    await client.batch(...Array.from({ length: 60 }, (_, at) => identifyById(`p${at}`, { plan: 'pro' })));
    expect((await found(exists('plan'), query)).ids).toHaveLength(count);
  });

  test.each([
    ['?limit=1001', exists('plan')],
    ['?limit=0', exists('plan')],
    ['?start=nonsense', exists('plan')],
    ['', undefined],
    ['', 'plan'],
    ['', {}],
    ['', { xor: [exists('plan')] }],
    ['', { and: [] }],
    ['', { and: {} }],
    ['', { and: [exists('plan')], or: [exists('plan')] }],
    ['', { not: [exists('plan')] }],
    ['', { segment: { id: '7' } }],
    ['', { segment: { id: 8 } }],
    ['', { attribute: { field: 'plan', operator: 'gt', value: '1' } }],
    ['', { attribute: { field: 'plan', operator: 'eq' } }],
    ['', { attribute: { field: 'plan', operator: 'eq', value: {} } }],
    ['', { attribute: { operator: 'exists' } }],
    ['', { or: Array.from({ length: 1001 }, () => exists('plan')) }],
  ])('%s with %j is refused', async (query, filter) => {
    const reply = await search(filter, query);
    expect(reply.status).toBe(400);
    expect(reply.json).toEqual({ errors: [{ detail: expect.any(String), status: 400 }] });
  });
});

test('any combination finds what its parts say', async () => {
  const people = Array.from({ length: 8 }, (_, at) => ({ id: `${at}`, a: at & 1, b: at & 2, c: at & 4 }));
  await client.batch(
    ...people.map(({ id, a, b, c }) =>
      identifyById(id, {
        ...(a ? { a: 'x' } : {}),
        ...(b ? { b: 'x' } : {}),
        ...(c ? { c: 'x' } : {}),
      }),
    ),
  );
  type Tree = { readonly filter: object; readonly fits: (bits: number) => boolean };
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<Tree>(
        { filter: exists('a'), fits: (bits) => (bits & 1) > 0 },
        { filter: eq('b', 'x'), fits: (bits) => (bits & 2) > 0 },
        { filter: exists('c'), fits: (bits) => (bits & 4) > 0 },
      ),
      tie('tree').map(({ filter, fits }) => ({
        filter: { not: filter },
        fits: (bits: number) => !fits(bits),
      })),
      fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((parts) => ({
        filter: { and: parts.map(({ filter }) => filter) },
        fits: (bits: number) => parts.every(({ fits }) => fits(bits)),
      })),
      fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((parts) => ({
        filter: { or: parts.map(({ filter }) => filter) },
        fits: (bits: number) => parts.some(({ fits }) => fits(bits)),
      })),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(tree, async ({ filter, fits }) => {
      const expected = people.map(({ id }) => id).filter((id) => fits(Number(id)));
      expect((await found(filter)).ids).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

test('the objects a person is related to are listed in pages', async () => {
  const relationships = ['acme', 'bolt', 'cog'].map((objectId) => ({
    identifiers: { object_type_id: '1', object_id: objectId },
    relationship_attributes: { role: 'boss', since: 5 },
  }));
  await client.entity(identifyById('1', {}, { cio_relationships: relationships }));
  const page = (query: string) => client.app('GET', `/v1/customers/1/relationships${query}`);
  const first = (await page('?limit=2')).json as { cio_relationships: object[]; next: string };
  expect(first.cio_relationships).toHaveLength(2);
  expect(first.cio_relationships[0]).toEqual({
    object_type_id: 1,
    identifiers: { object_id: 'acme', cio_object_id: sandbox.admin.objects()[0]?.cio_object_id },
    attributes: { role: 'boss', since: '5' },
    timestamps: { role: expect.any(Number), since: expect.any(Number) },
  });
  const second = (await page(`?start=${first.next}`)).json;
  expect(second).toMatchObject({ cio_relationships: [{ identifiers: { object_id: 'cog' } }], next: '' });
  expect((await page('?limit=1001')).status).toBe(400);
  expect((await page('?start=x')).status).toBe(400);
  expect((await client.app('GET', '/v1/customers/2/relationships')).status).toBe(404);
});
