import { z } from 'zod';
import { ACCEPTABLE_CODES, type LintCode } from '../lint/lint-rules.ts';
import type { YamlPath } from './yaml-file.ts';

/** Somebody's decision to live with what a rule says at one place. */
export interface Acceptance {
  readonly rule: LintCode;
  /** The model itself (an empty path), or one of its attributes or properties. */
  readonly path: YamlPath;
  readonly because: string;
}

export const acceptSchema = z
  .partialRecord(
    z.enum(ACCEPTABLE_CODES as [LintCode, ...LintCode[]]),
    z
      .string({ error: 'a reason is expected here, in words' })
      .regex(/\S/, { error: 'a reason may not be empty' }),
    { error: 'a mapping of rules and reasons is expected here' },
  )
  .describe('Rules of the linter that need not hold here, each with the reason. docs/reference/lint.md');

type AcceptYaml = z.output<typeof acceptSchema>;

interface Accepting {
  readonly accept?: AcceptYaml | undefined;
}

/** All acceptances of a model's file; `part` is where it declares its fields. */
export function acceptancesOf(
  yaml: Accepting,
  part: 'attributes' | 'properties',
  fields: Readonly<Record<string, Accepting>>,
): readonly Acceptance[] {
  return [
    ...acceptancesAt(yaml, []),
    ...Object.entries(fields).flatMap(([name, field]) => acceptancesAt(field, [part, name])),
  ];
}

function acceptancesAt({ accept }: Accepting, path: YamlPath): readonly Acceptance[] {
  return Object.entries(accept ?? {}).map(([rule, because]) => ({ rule: rule as LintCode, path, because }));
}
