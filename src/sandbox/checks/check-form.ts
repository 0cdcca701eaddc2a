import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import type { Operation, PersonKey } from '../operation.ts';
import type { Switches } from '../switches.ts';
import { checkIdentifiers } from './check-identifiers.ts';
import { checkIdentify } from './check-identify.ts';
import { type Checked, invalid, type Problem, problemsOf, refused, required, sound } from './problem.ts';

/** Fields that belong to the form itself; they are ignored. */
const FORM_FIELDS: ReadonlySet<string> = new Set([
  'form_id',
  'form_name',
  'form_type',
  'form_url',
  'form_url_param',
]);

/** A filled form: fields are attributes, all of them text, with exactly one identifier among them. */
export function checkForm(body: JsonObject, switches: Switches): Checked<Operation> {
  const { data } = body;
  if (!isJsonObject(data)) return refused([required('data', 'data must be an object of form fields')]);
  const fields = Object.entries(data).filter(([name]) => !FORM_FIELDS.has(name));
  const texts = textProblems(fields);
  const key = checkFormKey(data, switches);
  if (texts.length > 0 || key.value === undefined) return refused([...texts, ...problemsOf(key)]);
  return checkIdentify(
    {
      key,
      attributes: Object.fromEntries(fields),
      timestamp: undefined,
      timestampField: '',
      added: sound([]),
      deleted: sound([]),
    },
    switches,
  );
}

function textProblems(fields: readonly (readonly [string, JsonValue])[]): readonly Problem[] {
  return fields
    .filter(([, value]) => typeof value !== 'string')
    .map(([name]) => invalid(`data.${name}`, `form field '${name}' must be a string value`));
}

const FORM_KEYS: Readonly<Record<Switches['identifiers'], readonly ('id' | 'email')[]>> = {
  email_or_id: ['id', 'email'],
  id_only: ['id'],
  email_only: ['email'],
};

function checkFormKey(data: JsonObject, switches: Switches): Checked<PersonKey> {
  const allowed = FORM_KEYS[switches.identifiers];
  const [name, second] = allowed.filter((kind) => data[kind] !== undefined);
  if (name === undefined) return refused([required('data', `data must hold ${allowed.join(' or ')}`)]);
  if (second !== undefined) return refused([invalid('data', 'data must hold exactly one identifier')]);
  return checkIdentifiers({ [name]: data[name] ?? null }, 'data', switches);
}
