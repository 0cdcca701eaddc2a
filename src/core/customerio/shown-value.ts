import { isSameAddress } from '../identity/judge-profile.ts';
import { CLEAR, type Fragment } from '../shape/fragment.ts';
import type { Profile } from './profile.ts';

/** Whether a profile holds what was sent of one attribute. Customer.io gives every value back as text. */
export function isShown(profile: Profile, name: string, sent: Fragment): boolean {
  switch (name) {
    case 'unsubscribed':
      return String(profile.isUnsubscribed) === sent;
    case 'id':
      return JSON.stringify(shownText(profile, name) ?? null) === sent;
    case 'email':
      return isSameEmail(shownText(profile, name), sent);
    default:
      return isSameText(shownText(profile, name), sent);
  }
}

/**
 * The text that a profile has for an attribute; undefined for none. A dotted name stands for a value inside of an
 * attribute that holds an object.
 */
export function shownText({ identifiers, attributes }: Profile, name: string): string | undefined {
  const whole = (name === 'id' || name === 'email' ? identifiers[name] : undefined) ?? attributes.get(name);
  const [root = '', ...path] = name.split('.');
  const text = attributes.get(root);
  if (whole !== undefined || path.length === 0 || text === undefined) return whole;
  let value = parsed(text);
  for (const step of path) {
    value =
      typeof value === 'object' && value !== null
        ? (value as Readonly<Record<string, unknown>>)[step]
        : undefined;
  }
  return value === undefined || value === null ? undefined : String(value);
}

/** Customer.io does not tell upper from lower case in addresses. */
function isSameEmail(shown: string | undefined, sent: Fragment): boolean {
  return sent === CLEAR ? shown === undefined : isSameAddress(shown ?? '', String(JSON.parse(sent)));
}

function isSameText(shown: string | undefined, sent: Fragment): boolean {
  const value = parsed(sent);
  if (value === null || value === '') return shown === undefined || shown === '';
  if (shown === undefined) return false;
  switch (typeof value) {
    case 'string':
      return shown === value;
    case 'number':
      return shown.trim() !== '' && Number(shown) === value;
    case 'boolean':
      return shown === sent;
    default:
      return JSON.stringify(parsed(shown)) === JSON.stringify(value);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
