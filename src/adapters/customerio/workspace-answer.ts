import { z } from 'zod';
import type { Workspace } from '../../core/customerio/workspace.ts';
import type { Answer } from './read-answer.ts';

const regionSchema = z.object({ region: z.enum(['us', 'eu']), environment_id: z.int().min(0) });
const sandboxSchema = z.object({ sandbox: z.literal('millrace') });

/** The answer of `accounts/region`; undefined when it is something else. */
export function readRegion(answer: Answer): Pick<Workspace, 'region' | 'environmentId'> | undefined {
  const parsed = regionSchema.safeParse(parse(answer));
  if (!parsed.success) return undefined;
  return { region: parsed.data.region, environmentId: parsed.data.environment_id };
}

/** True when the answer is a sandbox's description of itself. */
export function readSandboxMark(answer: Answer): boolean {
  return sandboxSchema.safeParse(parse(answer)).success;
}

function parse(answer: Answer): unknown {
  if (answer.status !== 200) return undefined;
  try {
    return JSON.parse(answer.body);
  } catch {
    return undefined;
  }
}
