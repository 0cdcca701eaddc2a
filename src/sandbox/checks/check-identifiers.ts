import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import { IDENTIFIER_BYTES_MAX, isLongerThan } from '../limits.ts';
import type { PersonKey } from '../operation.ts';
import type { Switches } from '../switches.ts';
import { type Checked, invalid, type Problem, refused, required, sound } from './problem.ts';

const KEY_KINDS: ReadonlySet<string> = new Set(['id', 'email', 'phone', 'cio_id']);
const EMAIL_SHAPE = /^[^\s@]+@[^\s@]+$/;
/** E.164: a plus sign and up to fifteen digits. */
const PHONE_SHAPE = /^\+[1-9]\d{0,14}$/;
const CIO_PREFIX = 'cio_';

/** The shape by which v1 tells an address in a path from an id (case 9). */
export function looksLikeEmail(text: string): boolean {
  return EMAIL_SHAPE.test(text);
}

export function looksLikePhone(text: string): boolean {
  return PHONE_SHAPE.test(text);
}

/** v2 `identifiers`: an object with exactly one of the keys that the workspace allows (case 70). */
export function checkIdentifiers(
  identifiers: JsonValue | undefined,
  field: string,
  switches: Switches,
): Checked<PersonKey> {
  if (identifiers === undefined) return refused([required(field)]);
  if (!isJsonObject(identifiers)) return refused([invalid(field, `${field} must be an object`)]);
  const names = Object.keys(identifiers);
  const name = names[0];
  if (name === undefined) return refused([required(field, `${field} must hold one of id, email or cio_id`)]);
  if (names.length > 1) return refused([invalid(field, tooManyKeys(field, names))]);
  return checkIdentifier(name, identifiers[name], field, switches);
}

function tooManyKeys(field: string, names: readonly string[]): string {
  return `${field} must hold exactly one identifier, not ${names.length}; send the others as attributes`;
}

function checkIdentifier(
  name: string,
  value: JsonValue | undefined,
  field: string,
  switches: Switches,
): Checked<PersonKey> {
  const path = `${field}.${name}`;
  const problem = identifierKindProblem(name, path, switches) ?? identifierValueProblem(name, value, path);
  if (problem !== undefined || typeof value !== 'string')
    return refused(problem === undefined ? [] : [problem]);
  return sound({ kind: name as PersonKey['kind'], value });
}

function identifierKindProblem(name: string, path: string, switches: Switches): Problem | undefined {
  if (!KEY_KINDS.has(name)) return invalid(path, `${name} is not an identifier; use id, email or cio_id`);
  const isDisabled =
    (name === 'phone' && !switches.phoneIdentifier) ||
    (name === 'email' && switches.identifiers === 'id_only') ||
    (name === 'id' && switches.identifiers === 'email_only');
  return isDisabled ? invalid(path, `${name} is not enabled as an identifier in this workspace`) : undefined;
}

function identifierValueProblem(
  name: string,
  value: JsonValue | undefined,
  path: string,
): Problem | undefined {
  if (value === null) return required(path, `${name} attribute must be present`);
  if (typeof value !== 'string') return invalid(path, `${name} attribute must be a string value`);
  if (value === '') return invalid(path, `${name} attribute cannot be an empty string`);
  if (name === 'id' && isLongerThan(value, IDENTIFIER_BYTES_MAX)) {
    return invalid(path, `${name} cannot be longer than ${IDENTIFIER_BYTES_MAX} bytes`);
  }
  if (name === 'email' && !looksLikeEmail(value)) return invalid(path, 'email is not a valid address');
  return name === 'phone' && !looksLikePhone(value)
    ? invalid(path, 'phone is not a number in E.164 form')
    : undefined;
}

/** v1 has one identifier in the path and tells its kind from its shape (cases 9, 20, 27). */
export function checkPathIdentifier(text: string, switches: Switches): Checked<PersonKey> {
  if (text.startsWith(CIO_PREFIX)) return sound({ kind: 'cio_id', value: text.slice(CIO_PREFIX.length) });
  const isEmail = switches.identifiers !== 'id_only' && looksLikeEmail(text);
  if (isEmail) return sound({ kind: 'email', value: text });
  if (isLongerThan(text, IDENTIFIER_BYTES_MAX)) {
    return refused([invalid('id', `id cannot be longer than ${IDENTIFIER_BYTES_MAX} bytes`)]);
  }
  if (switches.identifiers === 'email_only') {
    return refused([
      invalid('email', 'this workspace identifies people by email: the path must hold an address'),
    ]);
  }
  return sound({ kind: 'id', value: text });
}

/** The identifiers of a merge: both required, each with exactly one key (cases 65, 77). */
export function checkMergePair(
  body: JsonObject,
  switches: Switches,
): readonly [Checked<PersonKey>, Checked<PersonKey>] {
  return [
    checkIdentifiers(body['primary'], 'primary', switches),
    checkIdentifiers(body['secondary'], 'secondary', switches),
  ];
}
