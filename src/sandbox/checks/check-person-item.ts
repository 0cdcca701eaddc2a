import { jsonText } from '../json/json-text.ts';
import { isJsonObject, type JsonObject, numberOf } from '../json/json-value.ts';
import type { EventType, Operation, PersonKey } from '../operation.ts';
import type { Switches } from '../switches.ts';
import { checkEventId, checkEventName, checkEventProperties } from './check-event.ts';
import { checkIdentifiers, checkMergePair } from './check-identifiers.ts';
import { checkIdentify } from './check-identify.ts';
import { checkObjectRelationships } from './check-relationships.ts';
import { checkTimestamp } from './check-timestamp.ts';
import { type Checked, invalid, problemsOf, refused, required, sound } from './problem.ts';

type CheckAction = (item: JsonObject, switches: Switches) => Checked<Operation>;

/** Every action on people that v2 knows. */
export const PERSON_ACTIONS: ReadonlyMap<string, CheckAction> = new Map<string, CheckAction>([
  ['identify', checkIdentifyItem],
  ['delete', (item, switches) => checkRemoval('delete', item, switches)],
  ['suppress', (item, switches) => checkRemoval('suppress', item, switches)],
  ['unsuppress', (item, switches) => checkRemoval('unsuppress', item, switches)],
  ['event', (item, switches) => checkEventItem('event', item, switches)],
  ['page', (item, switches) => checkEventItem('page', item, switches)],
  ['screen', (item, switches) => checkEventItem('screen', item, switches)],
  ['merge', checkMergeItem],
  ['add_device', checkAddDevice],
  ['delete_device', checkDeleteDevice],
  ['add_relationships', (item, switches) => checkRelationships('add_relationships', item, switches)],
  ['delete_relationships', (item, switches) => checkRelationships('delete_relationships', item, switches)],
]);

function keyOf(item: JsonObject, switches: Switches): Checked<PersonKey> {
  return checkIdentifiers(item['identifiers'], 'identifiers', switches);
}

function checkIdentifyItem(item: JsonObject, switches: Switches): Checked<Operation> {
  return checkIdentify(
    {
      key: keyOf(item, switches),
      attributes: item['attributes'],
      timestamp: item['timestamp'],
      timestampField: 'timestamp',
      added: checkObjectRelationships(item['cio_relationships'], 'cio_relationships', switches),
      deleted: sound([]),
    },
    switches,
  );
}

function checkRemoval(
  kind: 'delete' | 'suppress' | 'unsuppress',
  item: JsonObject,
  switches: Switches,
): Checked<Operation> {
  const key = keyOf(item, switches);
  return key.value === undefined ? refused(key.problems) : sound({ kind, key: key.value });
}

/** v2 keeps properties in `attributes`; v1's `data` is not looked at (case 75). */
function checkEventItem(type: EventType, item: JsonObject, switches: Switches): Checked<Operation> {
  const key = keyOf(item, switches);
  const name = checkEventName(item['name']);
  const id = checkEventId(item['id'], switches);
  const timestamp = checkTimestamp(item['timestamp'], 'timestamp', switches);
  const attributes = checkEventProperties(item['attributes'], 'attributes');
  const problems = problemsOf(key, name, id, timestamp, attributes);
  if (problems.length > 0 || key.value === undefined || name.value === undefined) return refused(problems);
  return sound({
    kind: 'event',
    type,
    key: key.value,
    name: name.value,
    id: id.value,
    timestamp: timestamp.value,
    attributes: attributes.value ?? '{}',
  });
}

function checkMergeItem(item: JsonObject, switches: Switches): Checked<Operation> {
  const [primary, secondary] = checkMergePair(item, switches);
  if (primary.value === undefined || secondary.value === undefined)
    return refused(problemsOf(primary, secondary));
  return sound({ kind: 'merge', primary: primary.value, secondary: secondary.value });
}

function checkAddDevice(item: JsonObject, switches: Switches): Checked<Operation> {
  return checkDevice(keyOf(item, switches), item['device'] ?? null, 'token', switches);
}

/** A device to add: v2 names its id `token`, v1 `id`. */
export function checkDevice(
  key: Checked<PersonKey>,
  device: JsonObject[string],
  tokenName: 'token' | 'id',
  switches: Switches,
): Checked<Operation> {
  if (!isJsonObject(device))
    return refused([...key.problems, required('device', 'device must be an object')]);
  const token = checkToken(device, tokenName);
  const platform = checkPlatform(device);
  const lastUsed = checkTimestamp(device['last_used'], 'device.last_used', switches);
  const problems = problemsOf(key, token, platform, lastUsed);
  if (problems.length > 0 || key.value === undefined) return refused(problems);
  const attributes = isJsonObject(device['attributes']) ? jsonText(device['attributes']) : '{}';
  return sound({
    kind: 'add_device',
    key: key.value,
    token: token.value ?? '',
    platform: platform.value ?? '',
    lastUsed: numberOf(lastUsed.value),
    attributes,
  });
}

function checkDeleteDevice(item: JsonObject, switches: Switches): Checked<Operation> {
  const key = keyOf(item, switches);
  const device = item['device'];
  const token = isJsonObject(device) ? checkToken(device, 'token') : refused([required('device')]);
  if (key.value === undefined || token.value === undefined) return refused(problemsOf(key, token));
  return sound(deviceDeletion(key.value, token.value));
}

export function deviceDeletion(key: PersonKey, token: string): Operation {
  return { kind: 'delete_device', key, token, platform: '', lastUsed: undefined, attributes: '{}' };
}

function checkToken(device: JsonObject, tokenName: 'token' | 'id'): Checked<string> {
  const token = device[tokenName];
  if (typeof token === 'string' && token !== '') return sound(token);
  return refused([required(`device.${tokenName}`)]);
}

function checkPlatform(device: JsonObject): Checked<string> {
  const platform = device['platform'];
  if (platform === undefined) return refused([required('device.platform')]);
  if (platform === 'ios' || platform === 'android') return sound(platform);
  return refused([invalid('device.platform', 'device platform must be ios or android')]);
}

function checkRelationships(
  kind: 'add_relationships' | 'delete_relationships',
  item: JsonObject,
  switches: Switches,
): Checked<Operation> {
  const key = keyOf(item, switches);
  const list = item['cio_relationships'];
  const relationships =
    list === undefined
      ? refused([required('cio_relationships')])
      : checkObjectRelationships(list, 'cio_relationships', switches);
  if (key.value === undefined || relationships.value === undefined)
    return refused(problemsOf(key, relationships));
  return sound({ kind, key: key.value, relationships: relationships.value });
}
