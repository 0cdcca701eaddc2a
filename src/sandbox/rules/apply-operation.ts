import type { DeviceOperation, Operation, SegmentOperation } from '../operation.ts';
import { secondsOf } from '../sandbox-clock.ts';
import { applyDeliveryMetric, applyUnsubscribe } from './apply-delivery.ts';
import { applyAnonymousEvent, applyEvent } from './apply-event.ts';
import { applyIdentify } from './apply-identify.ts';
import { applyAnonymousObject, applyObject, applyRelationships } from './apply-objects.ts';
import { applyRemoval } from './apply-removal.ts';
import { type Applying, findPerson, logProfile } from './applying.ts';
import { applyMerge } from './merge-people.ts';

/** Makes one accepted operation come true. */
export function applyOperation(at: Applying, operation: Operation): void {
  switch (operation.kind) {
    case 'identify':
      applyIdentify(at, operation);
      return;
    case 'event':
      applyEvent(at, operation);
      return;
    case 'anonymous_event':
      applyAnonymousEvent(at, operation);
      return;
    case 'delete':
    case 'suppress':
    case 'unsuppress':
      applyRemoval(at, operation);
      return;
    case 'merge':
      applyMerge(at, operation);
      return;
    case 'add_device':
    case 'delete_device':
      applyDevice(at, operation);
      return;
    case 'add_relationships':
    case 'delete_relationships':
      applyRelationships(at, operation);
      return;
    case 'object_identify':
    case 'object_delete':
    case 'object_add_relationships':
    case 'object_delete_relationships':
      applyObject(at, operation);
      return;
    case 'delivery_metric':
      applyDeliveryMetric(at, operation);
      return;
    case 'unsubscribe':
      applyUnsubscribe(at, operation);
      return;
    case 'add_to_segment':
    case 'remove_from_segment':
      applySegment(at, operation);
      return;
    case 'object_identify_anonymous':
      applyAnonymousObject(at, operation);
  }
}

/** A device of an unknown person is lost. */
function applyDevice(at: Applying, operation: DeviceOperation): void {
  const { token, platform, attributes } = operation;
  const person = findPerson(at.state, operation.key);
  if (person === undefined) return;
  if (operation.kind === 'delete_device') at.state.devices.remove(person.serial, token);
  else {
    const lastUsed = operation.lastUsed ?? secondsOf(at.receivedAtMs);
    at.state.devices.put(person.serial, { token, platform, lastUsed, attributes });
  }
  logProfile(at, 'device_change', person.serial, JSON.stringify({ token }));
}

/** People who do not exist are passed over. */
function applySegment(at: Applying, { kind, segmentId, members }: SegmentOperation): void {
  const serials = members.flatMap((key) => findPerson(at.state, key)?.serial ?? []);
  at.consequences.changeMembers(segmentId, serials, kind === 'add_to_segment', at.appliedAtMs);
}
