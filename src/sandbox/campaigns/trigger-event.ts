import { isJsonObject, type JsonValue } from '../json/json-value.ts';
import type { EventActivity } from '../state/activity.ts';

/** Properties of an event that take the place of a campaign's own settings (case 59). */
export interface EventOverrides {
  readonly from: string | undefined;
  readonly replyTo: string | undefined;
  readonly recipient: string | undefined;
}

/** What a journey remembers of the event that started it. */
export interface TriggerEvent {
  readonly name: string;
  readonly eventId: string | undefined;
  /** Unix seconds, the event's own time. */
  readonly timestamp: number;
  readonly overrides: EventOverrides | undefined;
}

export function triggerEventOf(event: EventActivity, properties: JsonValue): TriggerEvent {
  const { name, eventId, timestamp } = event;
  return { name, eventId, timestamp, overrides: overridesIn(properties) };
}

function overridesIn(properties: JsonValue): EventOverrides | undefined {
  if (!isJsonObject(properties)) return undefined;
  const overrides = {
    from: textIn(properties['from_address']),
    replyTo: textIn(properties['reply_to']),
    recipient: textIn(properties['recipient']),
  };
  return Object.values(overrides).some((override) => override !== undefined) ? overrides : undefined;
}

function textIn(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
