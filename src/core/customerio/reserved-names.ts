/**
 * Attribute names that Customer.io keeps for itself, with what to do instead.
 * Source: Customer.io's reserved attributes page and the Track API description.
 */
const RESERVED_ATTRIBUTES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    id: 'Name the column under `person:`.',
    email: 'Name the column under `person:`.',
    phone: 'Name the column under `person:`.',
    cio_id: 'Customer.io makes it; it can not be set.',
    anonymous_id: 'It belongs to the website SDK; leave it out.',
    unsubscribed:
      'Stale data would subscribe people again. Declare a boolean that says yes, like `email_consent`, with `role: consent(email)`.',
    mobile_ad_id: 'It belongs to the mobile SDK; leave it out.',
    email_sha256: 'Customer.io computes it; leave it out.',
    timezone_valid: 'Customer.io computes it; leave it out.',
  }),
);

/** Properties with which an event overrides the campaign that it triggers. */
const OVERRIDING_PROPERTIES = new Set(['from_address', 'recipient', 'reply_to']);

/** Why an attribute may not have this name, or undefined when it may. */
export function reservedAttributeHint(name: string): string | undefined {
  const hint = RESERVED_ATTRIBUTES.get(name.toLowerCase());
  if (hint !== undefined) return hint;
  const isComputed = name.startsWith('_') || name.toLowerCase().startsWith('cio_');
  return isComputed
    ? 'Names that begin with `_` or `cio_` belong to Customer.io; choose another.'
    : undefined;
}

const THING_NAMES = new Set(['object_id', 'object_type_id', 'token', 'platform', 'last_used']);

/** Why an attribute of an object, relationship or device may not have this name, or undefined when it may. */
export function reservedThingAttributeHint(name: string): string | undefined {
  const isReserved = THING_NAMES.has(name) || /^(_|cio_)/i.test(name);
  return isReserved ? 'It belongs to Customer.io; choose another.' : undefined;
}

/** Why a property may not have this name, or undefined when it may. */
export function reservedPropertyHint(name: string): string | undefined {
  if (!OVERRIDING_PROPERTIES.has(name.toLowerCase())) return undefined;
  return 'In an event this name overrides the sender or recipient of the campaign; choose another.';
}
