import type { NameList } from './name-list.ts';
import type { Identifiers } from './person.ts';

/**
 * The activity types of the App API that the sandbox produces. Those of objects and relationships are shown
 * with the type of the object in them: `_o:1:create`; those of deliveries with their channel: `sent_email`.
 */
export const PRODUCED_ACTIVITY_TYPES = [
  'event',
  'page',
  'screen',
  'attribute_change',
  'failed_attribute_change',
  'skipped_update',
  'failed_event',
  'profile_create',
  'profile_delete',
  'profile_merge',
  'anon_merge',
  'device_change',
  'add_relationship',
  'delete_relationship',
  'object_create',
  'object_delete',
  'object_attribute_change',
  'object_failed_attribute_change',
  'object_add_relationship',
  'object_delete_relationship',
  'relationship_attribute_change',
  'relationship_failed_attribute_change',
  'delivery_drafted',
  'delivery_sent',
  'delivery_delivered',
  'delivery_failed',
  'delivery_converted',
] as const;

export type ActivityType = (typeof PRODUCED_ACTIVITY_TYPES)[number];

interface ActivityCommon {
  /** Order in which things were applied; the cursor of the App API. */
  readonly serial: number;
  /** Serial of the person; null where there is none. */
  readonly person: number | null;
  /** Unix seconds, as shown: the event's own time, or when the change was applied. */
  readonly timestamp: number;
  readonly appliedAtMs: number;
}

export interface EventActivity extends ActivityCommon {
  readonly type: 'event' | 'page' | 'screen';
  readonly name: string;
  readonly eventId: string | undefined;
  /** The properties as JSON text. */
  readonly attributes: string;
  readonly receivedAtMs: number;
}

/**
 * Values before and after, packed as in an AttributeSet; an empty literal stands for none.
 * For a new person `names` and `to` are those of the profile itself, so nothing is held twice.
 */
export interface AttributeChangeActivity extends ActivityCommon {
  readonly type: 'attribute_change';
  /** id, email and phone, which the profile keeps apart from its other attributes, before and after. */
  readonly identifiersFrom: Identifiers;
  readonly identifiersTo: Identifiers;
  readonly names: NameList;
  /** Empty when there was nothing before. */
  readonly from: string;
  readonly to: string;
}

/** What was asked for and did not happen, by attribute. */
export interface FailedAttribute {
  readonly name: string;
  /** JSON literal; null: removal. */
  readonly literal: string | null;
  readonly reason: string;
}

export interface FailureActivity extends ActivityCommon {
  readonly type: 'failed_attribute_change' | 'skipped_update';
  readonly attempts: readonly FailedAttribute[];
  /** The identifiers that were named, where they belong to nobody. */
  readonly named: Identifiers;
}

export interface FailedEventActivity extends ActivityCommon {
  readonly type: 'failed_event';
  readonly name: string;
  readonly reason: string;
  readonly named: Identifiers;
}

export interface ProfileActivity extends ActivityCommon {
  readonly type:
    | 'profile_create'
    | 'profile_delete'
    | 'profile_merge'
    | 'anon_merge'
    | 'device_change'
    | 'add_relationship'
    | 'delete_relationship';
  /** What else to show, as JSON text: the merged person, the device, the object. */
  readonly detail: string;
  /** Serial of the person who was merged into this one. */
  readonly mergedFrom?: number;
}

/** What happened to an object, or to a person's relationship with it. */
export interface ObjectActivity extends ActivityCommon {
  readonly type:
    | 'object_create'
    | 'object_delete'
    | 'object_attribute_change'
    | 'object_failed_attribute_change'
    | 'object_add_relationship'
    | 'object_delete_relationship'
    | 'relationship_attribute_change'
    | 'relationship_failed_attribute_change';
  readonly objectTypeId: string;
  readonly objectId: string;
  /** JSON text: attributes before and after, or why they failed. */
  readonly detail: string;
}

/** What became of a message that a campaign would have sent. */
export interface DeliveryActivity extends ActivityCommon {
  readonly type:
    | 'delivery_drafted'
    | 'delivery_sent'
    | 'delivery_delivered'
    | 'delivery_failed'
    | 'delivery_converted';
  readonly deliveryId: string;
  /** In the word of the App API. */
  readonly channel: string;
  /** JSON text: campaign, action, recipient. */
  readonly detail: string;
}

export type Activity =
  | EventActivity
  | AttributeChangeActivity
  | FailureActivity
  | FailedEventActivity
  | ProfileActivity
  | ObjectActivity
  | DeliveryActivity;

export function isEventActivity(activity: Activity): activity is EventActivity {
  return activity.type === 'event' || activity.type === 'page' || activity.type === 'screen';
}
