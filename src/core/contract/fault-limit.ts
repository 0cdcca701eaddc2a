import { z } from 'zod';
import type { FaultLimit } from '../guard/fault-threshold.ts';

const PERCENT = /^(100|\d{1,2})(\.\d+)?%$/;

/** `guardrails.faults`, of the project or of a model. */
export const faultLimitSchema = z
  .union(
    [
      z.literal('off').describe('Neither stopped nor warned.'),
      z
        .strictObject({
          share: z
            .string({ error: 'a share like 5% is expected here' })
            .regex(PERCENT, { error: 'a share like 5% is expected here' })
            .optional()
            .describe('Share of the rows looked at.'),
          rows: z.int().min(1).optional().describe('Number of rows.'),
        })
        .refine(({ share, rows }) => share !== undefined || rows !== undefined, {
          error: 'give `share`, `rows` or both',
        }),
    ],
    { error: '`faults` is `off`, or a mapping like { share: 5%, rows: 10 }' },
  )
  .describe('From this many faults on nothing is sent (both must be reached). Without it: only warned.');

export type FaultLimitYaml = z.output<typeof faultLimitSchema>;

export function toFaultLimit(yaml: FaultLimitYaml | undefined): FaultLimit {
  if (yaml === undefined || yaml === 'off') return yaml;
  const { share, rows } = yaml;
  return { share: share === undefined ? undefined : Number(share.slice(0, -1)) / 100, rows };
}
