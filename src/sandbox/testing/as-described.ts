type Json = Readonly<Record<string, unknown>>;

/**
 * A body with what the description allows in its prose, and its schemas do not, put as its schemas have it:
 * attributes of any JSON type, any spelling of unsubscribed, event types of other names, decimals as times,
 * null for absent, numbers for object types, ids of the wrong kind. Refused items of a batch are left out.
 */
export function asDescribed(operationId: string, body: unknown, refused: ReadonlySet<number>): unknown {
  if (!isObject(body)) return body;
  switch (operationId) {
    case 'identify':
      return describedIdentify(body);
    case 'track':
    case 'trackAnonymous':
      return describedEvent(body);
    case 'entity':
      return describedItem(body);
    case 'batch':
      return {
        ...body,
        batch: listOf(body['batch'])
          .filter((_, index) => !refused.has(index))
          .map(describedItem),
      };
    case 'add_to_segment':
    case 'remove_from_segment':
      return { ...body, ids: listOf(body['ids']).map(String) };
    default:
      return describedTimes(body);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const IDENTIFY_FIELDS: ReadonlySet<string> = new Set(['id', '_timestamp', 'cio_relationships']);

function describedIdentify(body: Json): Json {
  const entries = Object.entries(describedTimes(body, '_timestamp')).map(([name, value]) => {
    if (name === 'cio_relationships') return [name, describedRelationships(value)];
    // What is no address fails later; what is no anonymous_id joins nothing.
    if (name === 'email' || name === 'anonymous_id') return [name, String(value)];
    if (name === '_update') return [name, value === true];
    if (IDENTIFY_FIELDS.has(name)) return [name, value ?? ''];
    return [name, name === 'unsubscribed' ? true : describedAttribute(name, value)];
  });
  return Object.fromEntries(entries);
}

function describedAttribute(name: string, value: unknown): unknown {
  if (name === 'created_at') return 0;
  if (name === 'cio_subscription_preferences') return describedPreferences(value);
  return 'text';
}

/** A topic is on or off; anything else counts as off. */
function describedPreferences(value: unknown): Json {
  const topics = isObject(value) ? value['topics'] : undefined;
  if (!isObject(topics)) return {};
  return { topics: Object.fromEntries(Object.keys(topics).map((topic) => [topic, false])) };
}

const EVENT_TYPES: readonly unknown[] = ['event', 'page', 'screen'];

function describedEvent(body: Json): Json {
  const { type, data, id, anonymous_id, ...rest } = describedTimes(body);
  return {
    ...rest,
    ...(EVENT_TYPES.includes(type) ? { type } : {}),
    ...(isObject(data) ? { data: describedOverrides(data) } : {}),
    ...(typeof id === 'string' ? { id } : {}),
    // A screen view needs one there, by a slip of the description; an event that has none, none.
    ...(typeof anonymous_id === 'string' || type === 'screen' ? { anonymous_id: String(anonymous_id) } : {}),
  };
}

/** Properties that override a campaign's settings may be of other types, and then do nothing. */
function describedOverrides(data: Json): Json {
  const { from_address, reply_to, recipient, ...rest } = data;
  const overrides = Object.entries({ from_address, reply_to, recipient }).filter(
    ([, value]) => typeof value === 'string',
  );
  return { ...rest, ...Object.fromEntries(overrides) };
}

function describedItem(item: unknown): unknown {
  if (!isObject(item)) return item;
  const { attributes, cio_relationships, id, device, identifiers, ...rest } = describedTimes(item);
  return {
    ...rest,
    ...(attributes === undefined || attributes === null
      ? {}
      : { attributes: describedAttributes(attributes) }),
    ...(cio_relationships === undefined
      ? {}
      : { cio_relationships: describedRelationships(cio_relationships) }),
    ...(typeof id === 'string' ? { id } : {}),
    ...(isObject(device) ? { device: describedTimes(device, 'last_used') } : {}),
    ...(identifiers === undefined ? {} : { identifiers: describedIdentifiers(identifiers) }),
  };
}

function describedAttributes(attributes: unknown): unknown {
  if (!isObject(attributes)) return attributes;
  const { _update, cio_subscription_preferences: preferences, ...rest } = describedOverrides(attributes);
  return {
    ...rest,
    ...(typeof _update === 'boolean' ? { _update } : {}),
    ...(preferences === undefined ? {} : { cio_subscription_preferences: describedPreferences(preferences) }),
  };
}

function describedRelationships(value: unknown): unknown {
  if (isObject(value)) return { ...value, relationships: describedRelationships(value['relationships']) };
  return listOf(value).map((entry) =>
    isObject(entry) ? { ...entry, identifiers: describedIdentifiers(entry['identifiers']) } : entry,
  );
}

/** The number of an object type is text. */
function describedIdentifiers(identifiers: unknown): unknown {
  if (!isObject(identifiers) || typeof identifiers['object_type_id'] !== 'number') return identifiers;
  return { ...identifiers, object_type_id: String(identifiers['object_type_id']) };
}

/** Times may be decimals, and null means absent. */
function describedTimes(body: Json, name = 'timestamp'): Json {
  const { [name]: time, ...rest } = body;
  return typeof time === 'number' ? { ...rest, [name]: Math.floor(time) } : rest;
}
