import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseName } from '../../src/sandbox/cases/case-name.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { type OfficialSdk, provideOfficialSdk } from '../support/official-sdk.ts';
import { REPOSITORY } from '../support/test-project.ts';

const DRIVER = join(REPOSITORY, 'test/e2e/official-sdk/drive.mjs');
const DRIVEN_WITHIN_MS = 150_000;

interface Result {
  readonly value?: Readonly<Record<string, unknown>>;
  readonly status?: number;
}

const sdk = await provideOfficialSdk();

if ('reason' in sdk) {
  describe.skip(`the official SDK skipped: ${sdk.reason}`, () => it('needs the npm registry'));
} else {
  describe(`the official SDK ${sdk.version}`, () => drivenBy(sdk));
}

function drivenBy({ node, folder }: Exclude<OfficialSdk, { readonly reason: string }>): void {
  let sandbox: RunningSandbox;
  let results: Readonly<Record<string, Result>>;

  beforeAll(async () => {
    sandbox = await startSandbox({ switches: { segmentBuildMs: 0 } });
    const argv = [DRIVER, folder, sandbox.url, JSON.stringify(sandbox.credentials)];
    const { stdout } = await promisify(execFile)(node, argv, { timeout: DRIVEN_WITHIN_MS });
    results = JSON.parse(stdout);
  });
  afterAll(() => sandbox?.close());

  const REFUSED = ['entityRefused', 'getAttributesOfNobody', 'pipelinesWrongKey'];

  it('gets an answer to every call, a refusal where one is due', () => {
    const failed = Object.entries(results).filter(([, { value }]) => value === undefined);
    expect(Object.fromEntries(failed.filter(([name]) => !REFUSED.includes(name)))).toEqual({});
    expect(REFUSED.map((name) => results[name]?.status)).toEqual([400, 404, 401]);
    expect(Object.keys(results).length).toBeGreaterThan(40);
  });

  it(caseName(130, 'both versions of Track are reached under one URL'), () => {
    const { requests } = sandbox.admin.counters();
    expect(requests['POST /api/v2/batch']).toEqual({ '200': 1, '207': 1 });
    expect(requests['PUT /api/v1/customers/:identifier']).toEqual({ '200': 2 });
    expect(requests).not.toHaveProperty('unknown');
  });

  it('has left the people and events that its calls stand for', () => {
    expect(sandbox.admin.people()).toMatchObject([
      { id: '1', email: 'a@x.example', attributes: { plan: 'pro', city: 'Bonn' } },
      { id: null, email: 'form@x.example' },
      { id: '9', attributes: { plan: 'free' } },
    ]);
    const live = sandbox.admin.events().filter((event) => !event.is_person_deleted);
    expect(live.map(({ name }) => name)).toEqual(['order_placed', '/home', 'signed_up', 'Home']);
    expect(sandbox.admin.info().anonymous_events).toBe(1);
  });

  it('takes a batch with errors for a success, and hands the errors over', () => {
    expect(results['batchWithErrors']?.value).toMatchObject({ errors: [{ batch_index: 1 }] });
  });

  it('reads from the App API what is there', () => {
    expect(results['getCustomersByEmail']?.value).toMatchObject({ results: [{ id: '1' }] });
    expect(results['getAttributes']?.value).toMatchObject({ customer: { attributes: { plan: 'pro' } } });
    expect(results['searchCustomers']?.value).toMatchObject({ ids: ['1'] });
    expect(results['getCustomersAttributes']?.value).toMatchObject({
      customers: [{ customer: { id: '1' } }],
    });
    expect(results['listActivities']?.value).toMatchObject({ activities: [{ name: 'order_placed' }] });
    expect(results['listExports']?.value).toEqual({ exports: null });
    expect(results['getSegmentMembership']?.value).toMatchObject({ ids: ['1'] });
    expect(results['getSegmentCustomerCount']?.value).toMatchObject({ count: 0 });
  });
}
