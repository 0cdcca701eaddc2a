import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import { EVENT_DATA_BYTES_MAX, isLongerThan } from '../limits.ts';
import type { EventType, Operation, PersonKey, RelationshipChange } from '../operation.ts';
import type { Switches } from '../switches.ts';
import { checkEventId, checkEventName, checkEventProperties } from './check-event.ts';
import { checkIdentify } from './check-identify.ts';
import { checkObjectRelationships } from './check-relationships.ts';
import { checkTimestamp } from './check-timestamp.ts';
import { type Checked, invalid, problemsOf, refused, sound } from './problem.ts';

const NONE: Checked<readonly RelationshipChange[]> = sound([]);

/** PUT /customers/:identifier: the body is the attributes; `_timestamp` and `_update` lie among them. */
export function checkV1Identify(
  key: Checked<PersonKey>,
  body: JsonObject,
  switches: Switches,
): Checked<Operation> {
  const relationships = checkV1Relationships(body['cio_relationships'], switches);
  const identify = checkIdentify(
    { key, attributes: body, timestamp: body['_timestamp'], timestampField: '_timestamp', ...relationships },
    switches,
  );
  const sameId = checkSameId(key.value, body['id'], switches);
  return sameId.problems.length === 0 ? identify : refused([...sameId.problems, ...identify.problems]);
}

/** Where id is the only identifier, an id in the body has to be the one in the path (case 30). */
function checkSameId(
  key: PersonKey | undefined,
  id: JsonValue | undefined,
  switches: Switches,
): Checked<unknown> {
  const isOther = key?.kind === 'id' && typeof id === 'string' && id !== '' && id !== key.value;
  if (switches.identifiers !== 'id_only' || !isOther) return sound(true);
  return refused([invalid('id', 'id attribute and identifier are not the same value')]);
}

function checkV1Relationships(value: JsonValue | undefined, switches: Switches) {
  if (value === undefined) return { added: NONE, deleted: NONE };
  const field = 'cio_relationships';
  if (!isJsonObject(value)) {
    return { added: refused([invalid(field, 'cio_relationships must be an object')]), deleted: NONE };
  }
  const list = checkObjectRelationships(value['relationships'], `${field}.relationships`, switches);
  if (value['action'] === 'add_relationships') return { added: list, deleted: NONE };
  if (value['action'] === 'delete_relationships') return { added: NONE, deleted: list };
  const message = 'cio_relationships action must be add_relationships or delete_relationships';
  return { added: refused([invalid(`${field}.action`, message)]), deleted: NONE };
}

/** What v1 events of known and of anonymous people have in common (cases 42 to 52, 60). */
interface V1Event {
  readonly type: EventType;
  readonly name: string;
  readonly id: string | undefined;
  readonly timestamp: number | undefined;
  readonly attributes: string;
}

export function checkV1Event(
  key: Checked<PersonKey>,
  body: JsonObject,
  switches: Switches,
): Checked<Operation> {
  const event = checkV1EventBody(body, switches);
  if (key.value === undefined || event.value === undefined) return refused(problemsOf(key, event));
  return sound({ kind: 'event', key: key.value, ...event.value });
}

export function checkV1AnonymousEvent(body: JsonObject, switches: Switches): Checked<Operation> {
  const event = checkV1EventBody(body, switches);
  if (event.value === undefined) return refused(event.problems);
  const anonymousId = body['anonymous_id'];
  const isGiven = typeof anonymousId === 'string' && anonymousId !== '';
  return sound({ kind: 'anonymous_event', anonymousId: isGiven ? anonymousId : undefined, ...event.value });
}

function checkV1EventBody(body: JsonObject, switches: Switches): Checked<V1Event> {
  const name = checkEventName(body['name']);
  const id = checkEventId(body['id'], switches);
  const timestamp = checkTimestamp(body['timestamp'], 'timestamp', switches);
  const properties = checkV1Data(body['data']);
  const problems = problemsOf(name, id, timestamp, properties);
  if (problems.length > 0) return refused(problems);
  return sound({
    type: eventTypeOf(body['type']),
    name: name.value ?? '',
    id: id.value,
    timestamp: timestamp.value,
    attributes: properties.value ?? '{}',
  });
}

function checkV1Data(value: JsonValue | undefined): Checked<string> {
  const properties = checkEventProperties(value, 'data');
  if (properties.value === undefined || !isLongerThan(properties.value, EVENT_DATA_BYTES_MAX))
    return properties;
  return refused([invalid('data', `event data cannot be longer than ${EVENT_DATA_BYTES_MAX} bytes`)]);
}

/** Any type but page and screen becomes `event` (case 48). */
function eventTypeOf(type: JsonValue | undefined): EventType {
  return type === 'page' || type === 'screen' ? type : 'event';
}
