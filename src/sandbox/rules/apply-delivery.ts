import type { DeliveryMetricOperation, UnsubscribeOperation } from '../operation.ts';
import { secondsOf } from '../sandbox-clock.ts';
import { changeAttributes } from '../state/attribute-set.ts';
import { type Applying, logChanges } from './applying.ts';

/** What became of a message that a campaign sent. Nothing is known of other deliveries. */
export function applyDeliveryMetric(at: Applying, operation: DeliveryMetricOperation): void {
  const { deliveryId, metric, timestamp } = operation;
  const atS = timestamp ?? secondsOf(at.receivedAtMs);
  if (at.consequences.noteDelivery(deliveryId, metric, atS) === undefined) {
    at.state.tallies.add('reports_of_unknown_deliveries');
  }
}

/** Sets `unsubscribed` of whoever got the message. */
export function applyUnsubscribe(at: Applying, { deliveryId, isUnsubscribed }: UnsubscribeOperation): void {
  const { state } = at;
  const setAt = secondsOf(at.receivedAtMs);
  const serial = at.consequences.noteDelivery(deliveryId, isUnsubscribed ? 'unsubscribed' : undefined, setAt);
  const person = serial === undefined ? undefined : state.people.bySerial(serial);
  if (person?.status !== 'live') {
    state.tallies.add('reports_of_unknown_deliveries');
    return;
  }
  const changes = [{ name: 'unsubscribed', literal: String(isUnsubscribed) }];
  const update = changeAttributes(state.rootNames, person.attributes, changes, setAt);
  const updated = { ...person, editedAt: Math.max(person.editedAt, setAt), attributes: update.attributes };
  state.people.replace(updated);
  logChanges(at, person, updated, update.differences);
}
