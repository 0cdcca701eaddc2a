// Drives a sandbox with the official SDK and prints what each call gave, as JSON.
// Arguments: folder of the SDK, URL of the sandbox, its credentials as JSON.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [folder, url, credentialsText] = process.argv.slice(2);
const { siteId, apiKey, appKey, pipelinesKey } = JSON.parse(credentialsText);
const require = createRequire(join(folder, 'package.json'));
const { TrackClient, APIClient, PipelinesClient } = require('customerio-node');

const track = new TrackClient(siteId, apiKey, { url: `${url}/api/v1` });
const api = new APIClient(appKey, { url: `${url}/v1` });
const pipelines = new PipelinesClient(pipelinesKey, { url: `${url}/v1`, strictMode: true });
const wrongPipelines = new PipelinesClient('wrong', { url: `${url}/v1`, strictMode: true });

const ULID = '01DXF6DT00EHKHQQN49EQ165BD';
const results = {};

async function call(name, promise) {
  try {
    results[name] = { value: await promise };
  } catch (error) {
    results[name] = { status: error.statusCode ?? 0, message: error.message };
  }
  return results[name].value;
}

/** The App API takes ten calls a second. */
async function paced(name, start) {
  await sleep(150);
  return call(name, start());
}

const person = (id, attributes) => ({ type: 'person', action: 'identify', identifiers: { id }, attributes });
const event = (id, name) => ({ type: 'person', action: 'event', identifiers: { id }, name });

await call('region', track.getAccountRegion());
await call('identify', track.identify('1', { email: 'a@x.example', plan: 'pro' }));
await call('track', track.track('1', { name: 'order_placed', id: ULID, data: { total: 9.5 } }));
await call('trackAgain', track.track('1', { name: 'order_placed', id: ULID, data: { total: 9.5 } }));
await call('trackAnonymous', track.trackAnonymous('anon', { name: 'cart_updated' }));
await call('trackPageView', track.trackPageView('1', '/home'));
await call('addDevice', track.addDevice('1', 'token', 'ios'));
await call(
  'trackPush',
  track.trackPush({ delivery_id: 'abc', device_id: 'token', event: 'opened', timestamp: 1 }),
);
await call('reportMetric', track.reportMetric({ delivery_id: 'abc', metric: 'clicked' }));
await call('submitForm', track.submitForm('newsletter', { email: 'form@x.example' }));
await call('unsubscribe', track.unsubscribe('abc'));
await call('batch', track.batch([person('2', { email: 'b@x.example' }), event('2', 'visited')]));
await call('batchWithErrors', track.batch([person('3', {}), event('3', '')]));
await call('entity', track.entity(person('4', { city: 'Bonn' })));
await call('entityRefused', track.entity(event('4', '')));
await call('mergeCustomers', track.mergeCustomers('id', '1', 'id', '4'));
await call('suppress', track.suppress('3'));
await call('identifySuppressed', track.identify('3', { plan: 'x' }));
await call('unsuppress', track.unsuppress('3'));
await call('destroy', track.destroy('2'));
await call('deleteDevice', track.deleteDevice('1', 'token'));

await paced('getCustomersByEmail', () => api.getCustomersByEmail('a@x.example'));
await paced('getAttributes', () => api.getAttributes('1'));
await paced('getAttributesOfNobody', () => api.getAttributes('nobody'));
const filter = { and: [{ attribute: { field: 'plan', operator: 'eq', value: 'pro' } }] };
await paced('searchCustomers', () => api.searchCustomers(filter));
await paced('getCustomersAttributes', () => api.getCustomersAttributes(['1', 'nobody']));
await paced('listActivities', () => api.listActivities({ type: 'event', name: 'order_placed' }));
await paced('listWorkspaces', () => api.listWorkspaces());
await paced('describe', () =>
  api.batchUpdateAttributes([{ name: 'plan', description: 'What is paid for.' }]),
);
await paced('listExports', () => api.listExports());
await paced('createCustomersExport', () => api.createCustomersExport(filter));

const created = await paced('createSegment', () => api.createSegment({ name: 'By hand' }));
const segmentId = created?.segment?.id;
await call('addCustomersToSegment', track.addCustomersToSegment(segmentId, ['1']));
await paced('getSegmentMembership', () => api.getSegmentMembership(segmentId));
await call('removeCustomersFromSegment', track.removeCustomersFromSegment(segmentId, ['1']));
await paced('getSegmentCustomerCount', () => api.getSegmentCustomerCount(segmentId));
await paced('deleteSegment', () => api.deleteSegment(segmentId));

await call('pipelinesIdentify', pipelines.identify({ userId: '9', traits: { plan: 'free' } }));
await call('pipelinesTrack', pipelines.track({ userId: '9', event: 'signed_up' }));
await call('pipelinesBatch', pipelines.batch([{ type: 'page', userId: '9', name: 'Home' }]));
await call('pipelinesWrongKey', wrongPipelines.track({ userId: '9', event: 'never' }));

process.stdout.write(JSON.stringify(results));
