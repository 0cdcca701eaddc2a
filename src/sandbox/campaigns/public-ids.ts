import { ulidText } from '../ulid-text.ts';
import type { JourneyRecord } from './journey.ts';
import type { Message } from './message.ts';

const DELIVERY_PREFIX = 'delivery:';
const DIGITS = /^\d+$/;

/** The id of a delivery as the APIs show it: opaque text. */
export function deliveryId({ serial }: Pick<Message, 'serial'>): string {
  return Buffer.from(`${DELIVERY_PREFIX}${serial}`).toString('base64url');
}

/** The serial in a delivery id; undefined for text that is none. */
export function serialOfDelivery(id: string): number | undefined {
  const text = Buffer.from(id, 'base64url').toString();
  const serial = text.startsWith(DELIVERY_PREFIX) ? text.slice(DELIVERY_PREFIX.length) : '';
  return DIGITS.test(serial) ? Number(serial) : undefined;
}

/** The id of a journey, like a ULID. */
export function journeyId({ startedAtMs, serial }: Pick<JourneyRecord, 'startedAtMs' | 'serial'>): string {
  return ulidText(startedAtMs, serial);
}
