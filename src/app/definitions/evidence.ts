import type { Evidence } from '../../core/definition/evidence.ts';
import type { Toolbox } from '../../ports/toolbox.ts';
import { withSession } from '../session.ts';
import { findEvidence } from './find-evidence.ts';

export interface EvidenceOptions {
  readonly projectPath: string;
  /** Names of the models to compare, or other parts of a selection. */
  readonly select: readonly string[];
}

/** What the present definitions would change, compared with the published ones. Nothing is sent or written. */
export function evidence(toolbox: Toolbox, options: EvidenceOptions): Promise<readonly Evidence[]> {
  return withSession(toolbox, options, async (session) => {
    const found: Evidence[] = [];
    // One after the other: they share one connection.
    for (const model of session.models) found.push(await findEvidence(session, model));
    return found;
  });
}
