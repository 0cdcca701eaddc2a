import { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';
import type { Problem } from './problem.ts';
import type { YamlFile, YamlPath } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;

/** A checked value, or everything that is wrong with it. */
export type Checked<T> =
  | { readonly value: T; readonly problems: readonly Problem[] }
  | { readonly value: undefined; readonly problems: readonly Problem[] };

/** Checks a YAML file against its schema and says where and how to mend what does not fit. */
export function checkSchema<S extends z.ZodType>(schema: S, yaml: YamlFile): Checked<z.output<S>> {
  if (yaml.problems.length > 0) return { value: undefined, problems: yaml.problems };
  const result = schema.safeParse(yaml.value, { reportInput: true });
  if (result.success) return { value: result.data, problems: [] };
  return {
    value: undefined,
    problems: result.error.issues.flatMap((issue) => toProblems(issue, schema, yaml)),
  };
}

function toProblems(issue: Issue, schema: z.ZodType, yaml: YamlFile): readonly Problem[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(key, path, schema, yaml));
  }
  if (issue.code === 'invalid_union') {
    const nested = nearestBranch(issue);
    if (nested.length > 0) {
      return nested.flatMap((inner) =>
        toProblems({ ...inner, path: [...path, ...inner.path] }, schema, yaml),
      );
    }
  }
  return [describe(issue, path, yaml)];
}

function unknownKey(key: string, path: YamlPath, schema: z.ZodType, yaml: YamlFile): Problem {
  const known = keysAt(schema, path);
  return yaml.problemAt([...path, key], `unknown key \`${key}\``, didYouMean(key, known), 'key');
}

/** When a mapping was written where a union allows one, its own issues say more than "no branch fits". */
function nearestBranch(issue: Extract<Issue, { code: 'invalid_union' }>): readonly Issue[] {
  const isMapping = typeof issue.input === 'object' && issue.input !== null;
  return isMapping ? (issue.errors.find((branch) => !branch.some(isWholeTypeIssue)) ?? []) : [];
}

function isWholeTypeIssue(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

function describe(issue: Issue, path: YamlPath, yaml: YamlFile): Problem {
  const where = path.length === 0 ? 'the file' : `\`${path.join('.')}\``;
  if (MISSING_CODES.has(issue.code) && issue.input === undefined && path.length > 0) {
    const parent = path.slice(0, -1);
    const key = String(path.at(-1));
    return yaml.problemAt(
      parent,
      `${where} is missing`,
      MISSING_HINTS[key] ?? `Add \`${key}:\` here.`,
      'key',
    );
  }
  return yaml.problemAt(path, `${where}: ${reason(issue)}`, hintFor(issue));
}

/** Where it is not enough to say that the key is to be added. */
const MISSING_HINTS: Readonly<Record<string, string>> = {
  event_id:
    'Name the column, or the columns, by which a row is the same event for ever, such as the primary key. Where the source has none: docs/guides/event-ids.md.',
};

/** Issues that a value which is not there can cause. */
const MISSING_CODES: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_union']);

function reason(issue: Issue): string {
  // What is wrong with a key of a record stands in an issue of its own.
  if (issue.code === 'invalid_key') return lowerFirst(issue.issues[0]?.message ?? issue.message);
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) {
    return `${EXPECTED[issue.expected] ?? issue.expected} is expected here`;
  }
  if (issue.code === 'too_small') return 'the value is too small, or the list is empty';
  if (issue.code === 'too_big') return `the value is larger than ${issue.maximum}`;
  return lowerFirst(issue.message);
}

const EXPECTED: Readonly<Record<string, string>> = {
  object: 'a mapping (`key: value` lines)',
  record: 'a mapping (`key: value` lines)',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function hintFor(issue: Issue): string {
  if (issue.code === 'invalid_value' && typeof issue.input === 'string') {
    return didYouMean(issue.input, issue.values.map(String));
  }
  if (issue.code === 'invalid_value') return `Known here: ${issue.values.map(String).join(', ')}.`;
  return 'Correct the value; docs/reference/contract.md describes every key.';
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** The keys that the schema knows at a path; for lists and records it steps into their items. */
export function keysAt(schema: z.ZodType, path: YamlPath): readonly string[] {
  const [step, ...rest] = path;
  const inner = unwrap(schema);
  if (inner instanceof z.ZodUnion)
    return inner.options.flatMap((option) => keysAt(option as z.ZodType, path));
  if (step === undefined) return ownKeys(inner);
  if (inner instanceof z.ZodObject) {
    const next = (inner.shape as Readonly<Record<string, z.ZodType>>)[String(step)];
    return next === undefined ? [] : keysAt(next, rest);
  }
  if (inner instanceof z.ZodRecord) return keysAt(inner.valueType as z.ZodType, rest);
  if (inner instanceof z.ZodArray) return keysAt(inner.element as z.ZodType, rest);
  return [];
}

function ownKeys(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  const keys: unknown = schema instanceof z.ZodRecord ? schema.keyType : undefined;
  return keys instanceof z.ZodEnum ? keys.options.map(String) : [];
}

function unwrap(schema: z.ZodType): z.ZodType {
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapped ? unwrap(schema.unwrap() as z.ZodType) : schema;
}
