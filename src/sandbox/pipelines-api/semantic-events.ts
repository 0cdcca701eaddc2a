import { checkDeliveryReport } from '../checks/check-delivery.ts';
import { checkPathIdentifier } from '../checks/check-identifiers.ts';
import { checkItem } from '../checks/check-item.ts';
import { type Checked, invalid, refused, required, sound } from '../checks/problem.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import type { Operation } from '../operation.ts';
import type { Switches } from '../switches.ts';

type CheckSemantic = (call: JsonObject, switches: Switches) => Checked<Operation | 'nothing'>;

/** Events of these names are no events: they ask for what has no call of its own (case 128). */
export const SEMANTIC_EVENTS: ReadonlyMap<string, CheckSemantic> = new Map<string, CheckSemantic>([
  ['Device Created or Updated', (call, switches) => checkDeviceEvent('add_device', call, switches)],
  ['Device Deleted', (call, switches) => checkDeviceEvent('delete_device', call, switches)],
  ['User Deleted', (call, switches) => checkPersonEvent('delete', call, switches)],
  ['User Suppressed', (call, switches) => checkPersonEvent('suppress', call, switches)],
  ['User Unsuppressed', (call, switches) => checkPersonEvent('unsuppress', call, switches)],
  ['Relationship Deleted', checkRelationshipDeleted],
  ['Object Deleted', checkObjectDeleted],
  ['Report Delivery Event', checkDeliveryEvent],
  ['Report Content Event', () => sound('nothing')],
]);

/** An item of Track v2 about the person that the call names by its userId. */
function checkPersonItem(call: JsonObject, switches: Switches, item: JsonObject): Checked<Operation> {
  const { userId } = call;
  if (typeof userId !== 'string' || userId === '') return refused([required('userId')]);
  const key = checkPathIdentifier(userId, switches);
  if (key.value === undefined) return refused(key.problems);
  return checkItem({ type: 'person', identifiers: { [key.value.kind]: key.value.value }, ...item }, switches);
}

function checkPersonEvent(action: string, call: JsonObject, switches: Switches): Checked<Operation> {
  return checkPersonItem(call, switches, { action });
}

/** The device stands in the context, or among the properties; what it runs is called type here. */
function checkDeviceEvent(action: string, call: JsonObject, switches: Switches): Checked<Operation> {
  const device = partOf(call['context'], 'device') ?? partOf(call['properties'], 'device');
  if (!isJsonObject(device)) return refused([required('context.device')]);
  const { token, type, ...attributes } = device;
  const platform = type === undefined ? {} : { platform: type };
  return checkPersonItem(call, switches, {
    action,
    device: { ...(token === undefined ? {} : { token }), ...platform, attributes },
  });
}

function partOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}

const FIRST_OBJECT_TYPE = 1;

/** The object that the properties name; types are numbers here, from 1. */
function objectIdentifiers(call: JsonObject): Checked<JsonObject> {
  const objectId = partOf(call['properties'], 'objectId');
  if (typeof objectId !== 'string' || objectId === '') return refused([required('properties.objectId')]);
  const typeId = partOf(call['properties'], 'objectTypeId') ?? FIRST_OBJECT_TYPE;
  return sound({ object_type_id: typeId, object_id: objectId });
}

function checkRelationshipDeleted(call: JsonObject, switches: Switches): Checked<Operation> {
  const identifiers = objectIdentifiers(call);
  if (identifiers.value === undefined) return refused(identifiers.problems);
  return checkPersonItem(call, switches, {
    action: 'delete_relationships',
    cio_relationships: [{ identifiers: identifiers.value }],
  });
}

/** Whoever sends it does not matter. */
function checkObjectDeleted(call: JsonObject, switches: Switches): Checked<Operation> {
  const identifiers = objectIdentifiers(call);
  if (identifiers.value === undefined) return refused(identifiers.problems);
  return checkItem({ type: 'object', action: 'delete', identifiers: identifiers.value }, switches);
}

function checkDeliveryEvent(call: JsonObject): Checked<Operation> {
  const { properties } = call;
  if (!isJsonObject(properties)) return refused([invalid('properties', 'properties must be an object')]);
  return checkDeliveryReport(properties['deliveryId'], properties['metric']);
}
