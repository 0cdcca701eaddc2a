/** By what a request names a person. `cio_id` values are without the `cio_` prefix that v1 and the App API use. */
export interface PersonKey {
  readonly kind: 'id' | 'email' | 'phone' | 'cio_id';
  readonly value: string;
}

/** One attribute to set, as JSON text without white space, or to remove (null). */
export interface AttributeChange {
  readonly name: string;
  readonly literal: string | null;
}

/** A person's relationship to an object, with the attributes to set on it. */
export interface RelationshipChange {
  readonly object: ObjectKey;
  readonly changes: readonly AttributeChange[];
}

export type ObjectKey =
  | { readonly objectTypeId: string; readonly objectId: string }
  | { readonly cioObjectId: string };

export type EventType = 'event' | 'page' | 'screen';

export interface IdentifyOperation {
  readonly kind: 'identify';
  readonly key: PersonKey;
  /** The identifiers among the attributes: absent, to be removed (null), or to be set. */
  readonly id: string | null | undefined;
  readonly email: string | null | undefined;
  readonly phone: string | null | undefined;
  readonly anonymousId: string | undefined;
  readonly changes: readonly AttributeChange[];
  /** `_update: true`: never create a person. */
  readonly isUpdateOnly: boolean;
  /** Unix seconds by which attribute updates are ordered (case 32). */
  readonly timestamp: number | undefined;
  readonly addedRelationships: readonly RelationshipChange[];
  readonly deletedRelationships: readonly RelationshipChange[];
}

export interface EventOperation {
  readonly kind: 'event';
  readonly type: EventType;
  readonly key: PersonKey;
  readonly name: string;
  /** The ULID by which a repetition is known; upper case. */
  readonly id: string | undefined;
  /** Unix seconds as sent; undefined: the time of receipt. */
  readonly timestamp: number | undefined;
  /** The properties as JSON text. */
  readonly attributes: string;
}

export interface AnonymousEventOperation extends Omit<EventOperation, 'kind' | 'key'> {
  readonly kind: 'anonymous_event';
  /** Absent: the event can never join a person. */
  readonly anonymousId: string | undefined;
}

export interface PersonRemovalOperation {
  readonly kind: 'delete' | 'suppress' | 'unsuppress';
  readonly key: PersonKey;
}

export interface MergeOperation {
  readonly kind: 'merge';
  readonly primary: PersonKey;
  readonly secondary: PersonKey;
}

export interface DeviceOperation {
  readonly kind: 'add_device' | 'delete_device';
  readonly key: PersonKey;
  readonly token: string;
  readonly platform: string;
  readonly lastUsed: number | undefined;
  readonly attributes: string;
}

export interface RelationshipOperation {
  readonly kind: 'add_relationships' | 'delete_relationships';
  readonly key: PersonKey;
  readonly relationships: readonly RelationshipChange[];
}

export interface ObjectOperation {
  readonly kind:
    | 'object_identify'
    | 'object_delete'
    | 'object_add_relationships'
    | 'object_delete_relationships';
  readonly object: ObjectKey;
  readonly changes: readonly AttributeChange[];
  readonly people: readonly { readonly key: PersonKey; readonly changes: readonly AttributeChange[] }[];
}

/** What became of a message, reported by whoever delivered it. */
export interface DeliveryMetricOperation {
  readonly kind: 'delivery_metric';
  readonly deliveryId: string;
  readonly metric: string;
  readonly timestamp: number | undefined;
}

/** A person unsubscribes, or subscribes again, by way of a message. */
export interface UnsubscribeOperation {
  readonly kind: 'unsubscribe';
  readonly deliveryId: string;
  readonly isUnsubscribed: boolean;
}

/** People to be put into a manual segment, or taken out of it. */
export interface SegmentOperation {
  readonly kind: 'add_to_segment' | 'remove_from_segment';
  readonly segmentId: number;
  readonly members: readonly PersonKey[];
}

/** An object tied to people who are not known yet. */
export interface AnonymousObjectOperation {
  readonly kind: 'object_identify_anonymous';
  readonly object: ObjectKey;
  readonly changes: readonly AttributeChange[];
  readonly anonymous: readonly {
    readonly anonymousId: string;
    readonly changes: readonly AttributeChange[];
  }[];
}

/** What a valid request or batch item asks for: accepted now, applied later. */
export type Operation =
  | IdentifyOperation
  | EventOperation
  | AnonymousEventOperation
  | PersonRemovalOperation
  | MergeOperation
  | DeviceOperation
  | RelationshipOperation
  | ObjectOperation
  | DeliveryMetricOperation
  | UnsubscribeOperation
  | SegmentOperation
  | AnonymousObjectOperation;

/** The identifier values an operation names, for fault rules that pick people. */
export function peopleNamed(operation: Operation): readonly string[] {
  if ('key' in operation) return [operation.key.value];
  if (operation.kind === 'merge') return [operation.primary.value, operation.secondary.value];
  if (operation.kind === 'add_to_segment' || operation.kind === 'remove_from_segment') {
    return operation.members.map((key) => key.value);
  }
  return 'people' in operation ? operation.people.map((person) => person.key.value) : [];
}
