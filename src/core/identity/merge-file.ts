import { stringify } from 'yaml';
import { z } from 'zod';
import type { Problem } from '../contract/problem.ts';
import { type Checked, checkSchema } from '../contract/schema-problems.ts';
import { parseYamlFile } from '../contract/yaml-file.ts';
import { CONFLICT_CODES, type ConflictCode } from './conflict.ts';
import { type MergeReason, type ProposedMerge, sideText } from './merge-plan.ts';

/** A merge as the file holds it. */
export type PlannedMerge = Pick<ProposedMerge, 'primary' | 'secondary' | 'apply'>;

/** What is to be merged, and in which workspace. */
export interface MergeFile {
  readonly workspace: string;
  readonly merges: readonly PlannedMerge[];
}

const identifier = z.string({ error: 'an identifier in quotes is expected here' }).min(1);
const sideSchema = z.union(
  [
    z.strictObject({ id: identifier }),
    z.strictObject({ email: identifier }),
    z.strictObject({ cio_id: identifier }),
  ],
  { error: 'exactly one of `id`, `email` and `cio_id` is expected here' },
);

const codes = Object.keys(CONFLICT_CODES) as [ConflictCode, ...ConflictCode[]];

const mergeSchema = z.strictObject({
  primary: sideSchema,
  secondary: sideSchema,
  apply: z.boolean({ error: '`apply` is true or false' }),
  because: z.enum(codes).optional(),
  decided_by: z.enum(['older', 'in_mysql', 'first']).optional(),
  older: z.enum(['primary', 'secondary', 'unknown']).optional(),
});

const fileSchema = z.strictObject({
  version: z.literal(1, { error: 'this file was written by another version of Millrace' }),
  workspace: z.string(),
  merges: z.array(mergeSchema),
});

const HEADER = `# Profiles of Customer.io that would become one. Nothing is merged before: millrace identity merge FILE
#
# The primary stays. What it lacks is filled from the secondary; events, devices and memberships of manual
# segments move over; then the secondary is deleted. This can not be undone, and what the primary gains can
# make it enter segments that start journeys.
#
# By itself Customer.io keeps the older of two profiles (decided_by: older). A profile that stands in no row of
# MySQL does not stay (in_mysql). Where no App API key tells how old they are, the first by name stays (first).
#
# Remove what is not to be merged, swap primary and secondary where the other is to stay, and set \`apply: true\`
# where two people who share a key are one.
`;

export function writeMergeFile(workspace: string, merges: readonly ProposedMerge[]): string {
  const list = merges.map(({ primary, secondary, because, decidedBy, older, apply }) => ({
    primary,
    secondary,
    because,
    decided_by: decidedBy satisfies MergeReason,
    older,
    apply,
  }));
  const text = stringify(
    { version: 1, workspace, merges: list },
    { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' },
  );
  return HEADER + text;
}

/** The merges of a file, as somebody left them; or everything that is wrong with it. */
export function readMergeFile(file: string, text: string): Checked<MergeFile> {
  const yaml = parseYamlFile(file, text);
  const checked = checkSchema(fileSchema, yaml);
  if (checked.value === undefined) return checked;
  const { workspace, merges } = checked.value;
  const problems = merges.flatMap((merge, index): readonly Problem[] => {
    const why = contradiction(merge, merges.slice(0, index));
    return why === undefined
      ? []
      : [yaml.problemAt(['merges', index], why, 'Remove one of the two, or mend it.')];
  });
  return problems.length > 0 ? { value: undefined, problems } : { value: { workspace, merges }, problems };
}

/** A profile goes away once, and not into itself; one that stays does not go away in another entry. */
function contradiction(merge: PlannedMerge, before: readonly PlannedMerge[]): string | undefined {
  const [primary, secondary] = [sideText(merge.primary), sideText(merge.secondary)];
  if (primary === secondary) return 'a profile can not be merged into itself';
  if (!merge.apply) return undefined;
  const applied = before.filter(({ apply }) => apply);
  const gone = new Set(applied.map((each) => sideText(each.secondary)));
  const stays = new Set(applied.map((each) => sideText(each.primary)));
  if (gone.has(secondary)) return `${secondary} is merged away twice`;
  if (gone.has(primary)) return `${primary} is merged away by an earlier entry`;
  return stays.has(secondary) ? `${secondary} stays in an earlier entry` : undefined;
}
