import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { caseName } from '../cases/case-name.ts';
import { parseCsv } from '../csv/parse-csv.ts';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import { connectTo, identifyById, type SandboxClient } from '../testing/sandbox-client.ts';

const IMPORTED_WITHIN_MS = 30_000;

let sandbox: RunningSandbox;
let client: SandboxClient;
let fileServer: Server;
let fileUrl: string;
/** What the file server answers. */
let file: { readonly status: number; readonly body: string | Buffer; readonly location?: string };

beforeAll(async () => {
  sandbox = await startSandbox({ switches: { appRequestsPerSecondMax: 0 } });
  client = connectTo(sandbox);
  fileServer = createServer((_request, response) => {
    response.writeHead(file.status, file.location === undefined ? {} : { location: file.location });
    response.end(file.body);
  });
  await new Promise<void>((resolve) => fileServer.listen(0, '127.0.0.1', resolve));
  fileUrl = `http://127.0.0.1:${(fileServer.address() as AddressInfo).port}/people.csv`;
});
beforeEach(() => sandbox.admin.reset());
afterAll(async () => {
  await client.close();
  await sandbox.close();
  fileServer.close();
});

interface ImportView {
  readonly id: number;
  readonly state: string;
  readonly rows_to_import: number;
  readonly rows_imported: number;
  readonly error?: string;
  readonly error_export_id?: number;
  readonly warning_export_id?: number;
}

const start = (parameters: object) =>
  client.app('POST', '/v1/imports', { import: { name: 'test', data_file_url: fileUrl, ...parameters } });

async function read(id: number): Promise<ImportView> {
  return ((await client.app('GET', `/v1/imports/${id}`)).json as { import: ImportView }).import;
}

/** Starts an import and waits for its end. */
async function imported(csv: string | Buffer, parameters: object): Promise<ImportView> {
  file = { status: 200, body: csv };
  const started = await start(parameters);
  expect(started.status).toBe(200);
  const { id } = (started.json as { import: ImportView }).import;
  return vi.waitUntil(
    async () => {
      const view = await read(id);
      return ['imported', 'failed'].includes(view.state) ? view : undefined;
    },
    { timeout: IMPORTED_WITHIN_MS, interval: 10 },
  );
}

async function reportRows(exportId: number | undefined): Promise<readonly (readonly string[])[]> {
  const link = (await client.app('GET', `/v1/exports/${exportId}/download`)).json as { url: string };
  return [...parseCsv((await client.app('GET', link.url.slice(sandbox.url.length), undefined, {})).text)];
}

const PEOPLE = { type: 'people', identifier: 'id' };

describe('an import', () => {
  test(caseName(118, 'goes through its states and counts its rows'), async () => {
    file = { status: 200, body: 'id,email,plan\n1,a@x.com,pro\n2,,free\n' };
    const started = await start({ ...PEOPLE, description: 'a test' });
    const at = Math.floor(sandbox.admin.nowMs() / 1000);
    expect(started.json).toEqual({
      import: {
        id: 1,
        name: 'test',
        description: 'a test',
        created_at: expect.closeTo(at, -1),
        updated_at: expect.closeTo(at, -1),
        rows_to_import: 0,
        rows_imported: 0,
        state: 'preprocessing',
        type: 'people',
        identifier: 'id',
        data_to_process: 'all',
        people_to_process: 'all',
      },
    });
    await vi.waitUntil(async () => (await read(1)).state === 'imported', { timeout: IMPORTED_WITHIN_MS });
    const done = await read(1);
    expect(done).toMatchObject({ rows_to_import: 2, rows_imported: 2 });
    expect(done).not.toHaveProperty('error_download_url');
    expect(sandbox.admin.people()).toMatchObject([
      { id: '1', email: 'a@x.com', attributes: { plan: 'pro' } },
      { id: '2', email: null, attributes: { plan: 'free' } },
    ]);
  });

  test(caseName(118, 'rows that fail stand in a file of errors, the others are imported'), async () => {
    const csv = `id,note\n1,x\n,nobody\n2,${'y'.repeat(1001)}\n3,z,surplus\n4\n`;
    const done = await imported(csv, PEOPLE);
    expect(done).toMatchObject({ state: 'imported', rows_to_import: 5, rows_imported: 2 });
    expect(done).toMatchObject({
      error_download_url: `${sandbox.url}/v1/exports/${done.error_export_id}/download`,
    });
    const rows = await reportRows(done.error_export_id);
    expect(rows.map((row) => row.at(-1))).toEqual([
      'error',
      'identifiers must hold one of id, email or cio_id',
      "value for attribute 'note' cannot be longer than 1000 bytes",
      'the row has 3 cells, the header 2',
    ]);
    expect(sandbox.admin.people().map(({ id }) => id)).toEqual(['1', '4']);
  });

  test('a repeated row is applied, with a warning', async () => {
    const done = await imported('email,n\na@x.com,1\nb@x.com,2\na@x.com,3\n', {
      type: 'people',
      identifier: 'email',
    });
    expect(done).toMatchObject({ rows_to_import: 3, rows_imported: 3 });
    expect(await reportRows(done.warning_export_id)).toEqual([
      ['email', 'n', 'warning'],
      ['a@x.com', '3', 'an earlier row has the same identifiers; this one was applied after it'],
    ]);
    expect(sandbox.admin.person({ email: 'a@x.com' })?.attributes).toEqual({ n: '3' });
  });

  test.each([
    ['all', ['1', '2'], 2],
    ['only_new', ['2'], 1],
    ['only_existing', ['1'], 1],
  ])('data_to_process %s changes %j', async (dataToProcess, changed, rows) => {
    await client.entity(identifyById('1'));
    const done = await imported('id,plan\n1,pro\n2,pro\n', { ...PEOPLE, data_to_process: dataToProcess });
    expect([done.rows_to_import, done.rows_imported]).toEqual([rows, rows]);
    const pro = sandbox.admin.people().filter(({ attributes }) => attributes['plan'] === 'pro');
    expect(pro.map(({ id }) => id)).toEqual(changed);
  });

  test('of events tracks them, at their times', async () => {
    await client.entity(identifyById('1'));
    const csv =
      'id,name,timestamp,total\n1,order_placed,1700000000,9.50\n2,order_placed,,1\n1,x,yesterday,\n';
    const done = await imported(csv, { type: 'event', identifier: 'id', data_to_process: 'only_existing' });
    expect(done).toMatchObject({ rows_to_import: 2, rows_imported: 1 });
    expect(sandbox.admin.events()).toMatchObject([
      { name: 'order_placed', person: { id: '1' }, timestamp: 1_700_000_000, attributes: { total: '9.50' } },
    ]);
  });

  test('of objects and of their relationships', async () => {
    await client.batch(identifyById('1'), identifyById('2', { email: 'b@x.com' }));
    await imported('object_id,name\nacme,Acme\n', { type: 'object', object_type_id: '1' });
    const csv = 'email,object_type_id,object_id,role\nb@x.com,1,acme,boss\n';
    const done = await imported(csv, { type: 'relationship', identifier: 'email' });
    expect(done.rows_imported).toBe(1);
    expect(sandbox.admin.objects()).toMatchObject([
      {
        object_id: 'acme',
        attributes: { name: 'Acme' },
        people: [{ id: '2', attributes: { role: 'boss' } }],
      },
    ]);
    const again = await imported(`${csv}x@x.com,1,acme,x\n`, {
      type: 'relationship',
      identifier: 'email',
      data_to_process: 'only_new',
    });
    expect(again.rows_imported).toBe(1);
  });

  test('of many rows leaves room for other calls', async () => {
    const lines = Array.from({ length: 5000 }, (_, at) => `p${at},${at}`);
    const done = await imported(`id,n\n${lines.join('\n')}\n`, PEOPLE);
    expect(done.rows_imported).toBe(5000);
    expect(sandbox.admin.info().people).toBe(5000);
  });
});

describe('a file that cannot be imported', () => {
  test.each([
    ['', 'the file has no column id'],
    ['email\na@x.com\n', 'the file has no column id'],
    ['id,id\n1,2\n', 'the file has two columns id'],
    ['id\n"1\n', 'line 2: a quoted cell does not end'],
    [Buffer.from([0x69, 0x64, 0x0a, 0xff]), 'the file is not valid UTF-8'],
  ])('%j fails the import', async (csv, error) => {
    expect(await imported(csv, PEOPLE)).toMatchObject({ state: 'failed', error });
  });

  test.each([
    ['https://example.com/x.csv', /from this machine only/],
    ['http://127.0.0.1.example.com/x.csv', /from this machine only/],
    ['http://169.254.169.254/latest', /from this machine only/],
    ['http://0.0.0.0:1/x', /from this machine only/],
    ['file:///etc/passwd', /not an http address/],
    ['people.csv', /not an http address/],
    ['http://127.0.0.1:1/x.csv', /could not be fetched/],
  ])('the address %s fails the import', async (address, error) => {
    const done = await imported('', { ...PEOPLE, data_file_url: address });
    expect(done).toMatchObject({ state: 'failed', error: expect.stringMatching(error) });
  });

  test('so does a server that refuses, or sends the sandbox elsewhere', async () => {
    const reply = async (status: number, location?: string) => {
      file = { status, body: '', ...(location === undefined ? {} : { location }) };
      const { id } = ((await start(PEOPLE)).json as { import: ImportView }).import;
      await vi.waitUntil(async () => (await read(id)).state === 'failed', { timeout: IMPORTED_WITHIN_MS });
      return (await read(id)).error;
    };
    expect(await reply(404)).toMatch(/answers 404/);
    expect(await reply(302, 'http://169.254.169.254/')).toMatch(/redirects/);
  });

  test.each([
    {},
    { type: 'people' },
    { type: 'people', identifier: 'phone' },
    { type: 'event', identifier: 'id', data_to_process: 'only_new' },
    { type: 'object' },
    { type: 'object', object_type_id: 'x' },
    { type: 'newsletter', identifier: 'id' },
    { ...PEOPLE, name: '' },
    { ...PEOPLE, data_file_url: '' },
  ])('the parameters %j are refused', async (parameters) => {
    expect((await start(parameters)).status).toBe(400);
  });

  test('an import that nobody started is unknown', async () => {
    expect((await client.app('GET', '/v1/imports/1')).status).toBe(404);
    expect((await client.app('GET', '/v1/imports/x')).status).toBe(404);
  });
});
