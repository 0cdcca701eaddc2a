import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Problem } from './problem.ts';
import type { YamlFile } from './yaml-file.ts';

const parts = {
  model: z.string().optional(),
  column: z.string().optional(),
  unit: z.string().optional(),
  means: z.string().optional(),
  zone: z.string().optional(),
  format: z.string().optional(),
  ambiguous_time: z.string().optional(),
  not_before: z.string().optional(),
  future: z.string().optional(),
  when_null: z.string().optional(),
  one_of: z.array(z.string()).optional(),
  separator: z.string().optional(),
  role: z.string().optional(),
  max_items: z.string().optional(),
  after: z.string().optional(),
  not_after: z.string().optional(),
  throttle: z.string().optional(),
  sql: z.string().optional(),
  since: z.string().optional(),
  version: z.int().min(1).optional(),
  reason: z.string().optional(),
};

const fieldSchema = z.strictObject({ type: z.string(), ...parts });

const eventSchema = z.strictObject({
  starts_at: z.iso.datetime().optional(),
  ...parts,
  properties: z.record(z.string(), fieldSchema).default({}),
});

const collectionSchema = z.strictObject({
  ...parts,
  attributes: z.record(z.string(), fieldSchema).default({}),
});

const workspaceSchema = z.strictObject({
  attributes: z.record(z.string(), fieldSchema).default({}),
  events: z.record(z.string(), eventSchema).default({}),
  collections: z.record(z.string(), collectionSchema).default({}),
  queries: z.record(z.string(), z.string()).default({}),
});

/** Both versions: the second only adds to the first. */
export const lockSchema = z.strictObject({
  version: z.union([z.literal(1), z.literal(2)]),
  namespace: z.string(),
  workspaces: z.record(z.string(), workspaceSchema).default({}),
  queries: z.record(z.string(), z.string()).default({}),
});

export type LockYaml = z.output<typeof lockSchema>;
export type WorkspaceYaml = z.output<typeof workspaceSchema>;

const NEWEST_VERSION = 2;

const CONFLICT = /^(?:<{7}|={7}|>{7}|\|{7})(?:\s|$)/;

/** What is wrong with the file as a whole, before its keys are looked at. */
export function lockProblems(file: string, text: string, yaml: YamlFile): readonly Problem[] {
  const conflict = text.split('\n').findIndex((line) => CONFLICT.test(line));
  if (conflict >= 0) return [conflictProblem(file, conflict + 1)];
  if (yaml.problems.length > 0) return yaml.problems.map((problem) => ({ ...problem, hint: RESTORE }));
  const { version, queries, workspaces } = content(yaml);
  if (typeof version === 'number' && version > NEWEST_VERSION) {
    const message = `this file was written by a newer version of Millrace (its \`version\` is ${version})`;
    return [yaml.problemAt(['version'], message, 'Use that version of Millrace, or a newer one.')];
  }
  return [...editedQueries(yaml, queries), ...missingQueries(yaml, queries, workspaces)];
}

const RESTORE = 'Restore the file from version control, or mend this line; never delete it.';

function conflictProblem(file: string, line: number): Problem {
  const message = 'there is a merge conflict in the file';
  const hint =
    'Keep what is published: take the side of the branch that was synced last, and let the next sync add the rest.';
  return { file, line, column: 1, message, hint };
}

type Section = Readonly<Record<string, unknown>>;

function section(value: unknown): Section {
  return typeof value === 'object' && value !== null ? (value as Section) : {};
}

function content(yaml: YamlFile): {
  readonly version: unknown;
  readonly queries: Section;
  readonly workspaces: Section;
} {
  const whole = section(yaml.value);
  return {
    version: whole['version'],
    queries: section(whole['queries']),
    workspaces: section(whole['workspaces']),
  };
}

function editedQueries(yaml: YamlFile, queries: Section): readonly Problem[] {
  return Object.entries(queries)
    .filter(([key, text]) => queryKey(String(text)) !== key)
    .map(([key]) => {
      const message = `the query \`${key}\` is not as it was published`;
      return yaml.problemAt(['queries', key], message, RESTORE, 'key');
    });
}

function missingQueries(yaml: YamlFile, queries: Section, workspaces: Section): readonly Problem[] {
  return Object.entries(workspaces).flatMap(([workspace, entry]) =>
    Object.entries(section(section(entry)['queries']))
      .filter(([, key]) => !Object.hasOwn(queries, String(key)))
      .map(([model, key]) => {
        const message = `the query \`${String(key)}\` of model ${model} is missing`;
        return yaml.problemAt(['workspaces', workspace, 'queries', model], message, RESTORE);
      }),
  );
}

/** Names a query by its text. */
export function queryKey(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, QUERY_KEY_LENGTH);
}

const QUERY_KEY_LENGTH = 12;
