import fc from 'fast-check';

type Schema = Readonly<Record<string, unknown>>;
type Schemas = Readonly<Record<string, Schema>>;

const WORD = fc.stringMatching(/^[a-z][a-z0-9_]{0,11}$/);
const EMAIL = WORD.map((name) => `${name}@example.com`);
const ULID = fc.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);

/** Texts that the prose of the description narrows, by the name of the property. */
const BY_NAME: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  email: EMAIL,
  object_type_id: fc.constantFrom('1', '2'),
};

/** Left out of schemas, but not of the prose: without these the call says nothing. */
const NEVER_LEFT_OUT: ReadonlySet<string> = new Set(['identifiers', 'action', 'delivery_id', 'event']);

/** Bodies that a schema of the description allows, as its prose means it. Not for recursive schemas. */
export function bodiesOf(schema: Schema, schemas: Schemas, name = ''): fc.Arbitrary<unknown> {
  const { $ref, anyOf, allOf } = schema;
  const resolve = (part: unknown) => bodiesOf(part as Schema, schemas, name);
  if (typeof $ref === 'string') return resolve(schemas[$ref.split('/').at(-1) ?? ''] ?? {});
  if (Array.isArray(anyOf)) return fc.oneof(...alternativesOf(anyOf).map(resolve));
  if (Array.isArray(allOf)) {
    return fc.tuple(...allOf.map(resolve)).map((parts) => Object.assign({}, ...(parts as object[])));
  }
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum']);
  return BY_NAME[name] ?? valuesOf(schema, schemas);
}

/** Phone is an identifier of few workspaces. */
function alternativesOf(alternatives: readonly unknown[]): readonly unknown[] {
  return alternatives.filter((alternative) => (alternative as Schema)['title'] !== 'phone');
}

function valuesOf(schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  switch (firstType(schema)) {
    case 'object':
      return objectsOf(schema, schemas);
    case 'array':
      return fc.array(bodiesOf((schema['items'] ?? {}) as Schema, schemas), { minLength: 1, maxLength: 3 });
    case 'integer':
    case 'number':
      return fc.nat({ max: 2_000_000_000 });
    case 'boolean':
      return fc.boolean();
    default:
      return textsOf(schema);
  }
}

function firstType(schema: Schema): unknown {
  const { type, properties } = schema;
  if (Array.isArray(type)) return type[0];
  return type ?? (properties === undefined ? 'string' : 'object');
}

function textsOf({ format }: Schema): fc.Arbitrary<string> {
  if (format === 'email') return EMAIL;
  return typeof format === 'string' && format.toLowerCase() === 'ulid' ? ULID : WORD;
}

function objectsOf(schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema['properties'] ?? {}) as Schemas).filter(
    ([, property]) => property['readOnly'] !== true,
  );
  const required = (schema['required'] ?? []) as readonly string[];
  const isOnly = properties.length === 1;
  const model = Object.fromEntries(
    properties.map(([name, property]) => [name, bodiesOf(property, schemas, name)]),
  );
  const requiredKeys = Object.keys(model).filter(
    (name) => isOnly || required.includes(name) || NEVER_LEFT_OUT.has(name),
  );
  const known = fc.record(model, { requiredKeys });
  const additional = schema['additionalProperties'];
  if (typeof additional !== 'object' || additional === null) return known;
  const names = WORD.map((word) => `more_${word}`);
  const more = fc.dictionary(names, bodiesOf(additional as Schema, schemas), { maxKeys: 3 });
  return fc.tuple(known, more).map(([own, added]) => ({ ...own, ...added }));
}

/** What a body cannot do without, by its schema. */
export function requiredNames(schema: Schema, schemas: Schemas): readonly string[] {
  const { $ref, allOf, required } = schema;
  if (typeof $ref === 'string') return requiredNames(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  const parts = Array.isArray(allOf) ? allOf.flatMap((part) => requiredNames(part as Schema, schemas)) : [];
  return [...parts, ...((required ?? []) as readonly string[])];
}
