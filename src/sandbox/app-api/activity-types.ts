import { type Activity, type ActivityType, PRODUCED_ACTIVITY_TYPES } from '../state/activity.ts';

/** Which activities a `type` asks for. */
export interface TypeSelection {
  readonly types: readonly ActivityType[];
  /** Types of objects and relationships name the type of the object. */
  readonly objectTypeId?: string;
  /** Types of deliveries name the channel. */
  readonly channel?: string;
}

/** Every type of the documents that the sandbox never produces begins with one of these, or is one. */
const OTHER_ACTIVITY_TYPE =
  /^(?:(?:attempted|bounced|clicked|converted|deferred|delivered|drafted|dropped|failed|opened|sent|spammed|suppressed|topic|undeliverable|unsubscribed|viewed)_\w+|relationship_\w+|webhook_event)$/;
/** `_o:1:create` and the like. */
const OBJECT_TYPE = /^_([or]):(\d+):(\w+)$/;
const NAMED_OTHERWISE = /^(?:object|delivery)_/;
const PREFIXES = { o: 'object', r: 'relationship' } as const;

/** The selection; undefined for a type that the documents do not know. */
export function selectTypes(type: string | null): TypeSelection | undefined {
  if (type === null || type === '') return { types: PRODUCED_ACTIVITY_TYPES };
  const [, side, objectTypeId, what] = OBJECT_TYPE.exec(type) ?? [];
  if (side !== undefined && objectTypeId !== undefined) {
    const wanted = `${PREFIXES[side === 'o' ? 'o' : 'r']}_${what}`;
    const types = PRODUCED_ACTIVITY_TYPES.filter((known) => known === wanted);
    return types.length > 0 ? { types, objectTypeId } : undefined;
  }
  // `failed_event` is a type of its own, and no delivery that failed by a channel called "event".
  const produced = PRODUCED_ACTIVITY_TYPES.filter((known) => known === type && !NAMED_OTHERWISE.test(known));
  if (produced.length > 0) return { types: produced };
  const delivery = selectDelivery(type);
  if (delivery !== undefined) return delivery;
  return OTHER_ACTIVITY_TYPE.test(type) ? { types: [] } : undefined;
}

/** `sent_email`; undefined for what is no metric that the sandbox has. */
function selectDelivery(type: string): TypeSelection | undefined {
  const [metric = '', ...channel] = type.split('_');
  const types = PRODUCED_ACTIVITY_TYPES.filter((known) => known === `delivery_${metric}`);
  return types.length === 0 ? undefined : { types, channel: channel.join('_') };
}

/** Whether an activity is of the object type, and of the channel, that the type named. */
export function isOfKind(activity: Activity, { objectTypeId, channel }: TypeSelection): boolean {
  if (objectTypeId !== undefined) return 'objectTypeId' in activity && activity.objectTypeId === objectTypeId;
  return channel === undefined || ('channel' in activity && activity.channel === channel);
}

/** The type as the App API names it. */
export function shownType(activity: Activity): string {
  if ('channel' in activity) return `${activity.type.slice('delivery_'.length)}_${activity.channel}`;
  if (!('objectTypeId' in activity)) return activity.type;
  const [side = '', ...what] = activity.type.split('_');
  return `_${side.charAt(0)}:${activity.objectTypeId}:${what.join('_')}`;
}
