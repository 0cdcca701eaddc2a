import { checkPathIdentifier } from '../checks/check-identifiers.ts';
import { checkItem } from '../checks/check-item.ts';
import { checkV1AnonymousEvent } from '../checks/check-v1-body.ts';
import { type Checked, invalid, refused, required, sound } from '../checks/problem.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import type { EventType, Operation, PersonKey } from '../operation.ts';
import type { Switches } from '../switches.ts';
import { isoSeconds, withUnixTimes } from './iso-time.ts';
import { SEMANTIC_EVENTS } from './semantic-events.ts';

/** What a call asks the workspace for. Some valid calls ask for nothing: an anonymous identify, say. */
export type CheckedCall = Checked<Operation | 'nothing'>;

export type CheckCall = (call: JsonObject, switches: Switches) => CheckedCall;

export const CALL_KINDS = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;
export type CallKind = (typeof CALL_KINDS)[number];

/** Each kind of call, as the operation of the same workspace that it comes down to. */
export const CALL_CHECKS: Readonly<Record<CallKind, CheckCall>> = {
  identify: checkIdentifyCall,
  track: checkTrackCall,
  page: (call, switches) => checkViewCall('page', call, switches),
  screen: (call, switches) => checkViewCall('screen', call, switches),
  group: checkGroupCall,
  alias: checkAliasCall,
};

/** Who a call is about: a person, or somebody not known yet. */
type Subject =
  | { readonly kind: 'person'; readonly key: PersonKey; readonly anonymousId: string | undefined }
  | { readonly kind: 'anonymous'; readonly anonymousId: string };

function checkSubject(call: JsonObject, switches: Switches): Checked<Subject> {
  const userId = idText(call['userId']);
  const anonymousId = idText(call['anonymousId']);
  if (userId !== undefined) {
    const key = checkPathIdentifier(userId, switches);
    return key.value === undefined
      ? refused(key.problems)
      : sound({ kind: 'person', key: key.value, anonymousId });
  }
  if (anonymousId !== undefined) return sound({ kind: 'anonymous', anonymousId });
  return refused([required('userId', 'userId or anonymousId is required')]);
}

/** Ids are texts; numbers, which the official SDK lets through, are read as such. */
function idText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function identifiersOf({ kind, value }: PersonKey): JsonObject {
  return { [kind]: value };
}

/** Without a userId, an e-mail address among the traits names the person. */
function checkIdentifyCall(call: JsonObject, switches: Switches): CheckedCall {
  const traits = checkObject(call, 'traits');
  if (traits.value === undefined) return refused(traits.problems);
  const email = traits.value['email'];
  const isByEmail = idText(call['userId']) === undefined && typeof email === 'string' && email !== '';
  const named = isByEmail ? { ...call, userId: email } : call;
  const subject = checkSubject(named, switches);
  if (subject.value === undefined) return refused(subject.problems);
  if (subject.value.kind === 'anonymous') return sound('nothing');
  const { key, anonymousId } = subject.value;
  return checkItem(
    {
      type: 'person',
      action: 'identify',
      identifiers: identifiersOf(key),
      attributes: {
        ...attributesOf(traits.value, switches),
        ...(anonymousId === undefined ? {} : { anonymous_id: anonymousId }),
      },
    },
    switches,
  );
}

/** `createdAt` is what other destinations call created_at. */
function attributesOf(traits: JsonObject, switches: Switches): JsonObject {
  const { createdAt, ...rest } = inUnixTimes(traits, switches);
  return createdAt === undefined ? rest : { created_at: createdAt, ...rest };
}

function inUnixTimes(object: JsonObject, switches: Switches): JsonObject {
  const converted = switches.pipelinesConvertTimes ? withUnixTimes(object) : object;
  return isJsonObject(converted) ? converted : {};
}

/** Traits or properties: an object, or absent. */
function checkObject(call: JsonObject, field: string): Checked<JsonObject> {
  const value = call[field];
  if (value === undefined || value === null) return sound({});
  return isJsonObject(value) ? sound(value) : refused([invalid(field, `${field} must be an object`)]);
}

function checkTrackCall(call: JsonObject, switches: Switches): CheckedCall {
  const name = call['event'];
  if (typeof name !== 'string' || name.trim() === '')
    return refused([required('event', 'event must be the name of an event')]);
  const semantic = SEMANTIC_EVENTS.get(name);
  if (semantic !== undefined) return semantic(call, switches);
  const isOfGroup =
    idText(call['userId'] ?? call['anonymousId']) === undefined && call['groupId'] !== undefined;
  return isOfGroup ? sound('nothing') : checkEventCall('event', name, call, switches);
}

/** A view without a name is known by its address. */
function checkViewCall(type: 'page' | 'screen', call: JsonObject, switches: Switches): CheckedCall {
  const properties = checkObject(call, 'properties');
  if (properties.value === undefined) return refused(properties.problems);
  const { url, path } = properties.value;
  const name = [call['name'], url, path].find((text) => typeof text === 'string' && text !== '');
  return checkEventCall(type, typeof name === 'string' ? name : type, call, switches);
}

/** `messageId` is no key of deduplication: no document says so. */
function checkEventCall(type: EventType, name: string, call: JsonObject, switches: Switches): CheckedCall {
  const subject = checkSubject(call, switches);
  const properties = checkObject(call, 'properties');
  const time = checkTime(call);
  if (subject.value === undefined || properties.value === undefined || time.value === undefined)
    return refused([...subject.problems, ...properties.problems, ...time.problems]);
  const attributes = inUnixTimes(properties.value, switches);
  if (subject.value.kind === 'anonymous') {
    const { anonymousId } = subject.value;
    return checkV1AnonymousEvent(
      { type, name, ...time.value, anonymous_id: anonymousId, data: attributes },
      switches,
    );
  }
  const identifiers = identifiersOf(subject.value.key);
  return checkItem({ type: 'person', action: type, identifiers, name, ...time.value, attributes }, switches);
}

/** ISO 8601, as in a backfill; absent means now. */
function checkTime(call: JsonObject): Checked<JsonObject> {
  const { timestamp } = call;
  if (timestamp === undefined || timestamp === null) return sound({});
  const seconds = typeof timestamp === 'string' ? isoSeconds(timestamp) : undefined;
  return seconds === undefined
    ? refused([invalid('timestamp', 'timestamp must be an ISO 8601 date-time')])
    : sound({ timestamp: seconds });
}

const FIRST_OBJECT_TYPE = '1';
const GROUP_INSTRUCTIONS: ReadonlySet<string> = new Set([
  'object_type_id',
  'objectTypeId',
  'relationshipAttributes',
]);

/** Groups are objects; the person is related to it. */
function checkGroupCall(call: JsonObject, switches: Switches): CheckedCall {
  const subject = checkSubject(call, switches);
  const traits = checkObject(call, 'traits');
  const groupId = idText(call['groupId']);
  if (subject.value === undefined || traits.value === undefined || groupId === undefined) {
    const missing = groupId === undefined ? [required('groupId')] : [];
    return refused([...subject.problems, ...traits.problems, ...missing]);
  }
  const typeId = call['objectTypeId'] ?? traits.value['object_type_id'] ?? traits.value['objectTypeId'];
  const attributes = Object.entries(inUnixTimes(traits.value, switches)).filter(
    ([name]) => !GROUP_INSTRUCTIONS.has(name),
  );
  return checkItem(
    {
      type: 'object',
      identifiers: { object_type_id: typeId ?? FIRST_OBJECT_TYPE, object_id: groupId },
      attributes: Object.fromEntries(attributes),
      ...relationOf(subject.value, traits.value['relationshipAttributes'] ?? {}),
    },
    switches,
  );
}

function relationOf(subject: Subject, relationshipAttributes: JsonValue): JsonObject {
  const isAnonymous = subject.kind === 'anonymous';
  const identifiers = isAnonymous ? { anonymous_id: subject.anonymousId } : identifiersOf(subject.key);
  return {
    action: isAnonymous ? 'identify_anonymous' : 'identify',
    cio_relationships: [{ identifiers, relationship_attributes: relationshipAttributes }],
  };
}

/** Two ids are one person: the new one stays. */
function checkAliasCall(call: JsonObject, switches: Switches): CheckedCall {
  const userId = idText(call['userId']);
  const previousId = idText(call['previousId']);
  if (userId === undefined || previousId === undefined) {
    return refused([
      ...(userId === undefined ? [required('userId')] : []),
      ...(previousId === undefined ? [required('previousId')] : []),
    ]);
  }
  const primary = checkPathIdentifier(userId, switches);
  const secondary = checkPathIdentifier(previousId, switches);
  if (primary.value === undefined || secondary.value === undefined)
    return refused([...primary.problems, ...secondary.problems]);
  return sound({ kind: 'merge', primary: primary.value, secondary: secondary.value });
}
