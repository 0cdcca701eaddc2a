import type { Session } from './session.ts';

/** Longest time a run may take while its rows lie in the plans' folder. */
const RUN_SECONDS_MAX = 24 * 3600;

/** Saved rows hold personal data: they go when they can not be applied any more. */
export function removeOldPlans(session: Session): Promise<void> {
  const { contract, toolbox, spools } = session;
  const keptSeconds = Math.max(RUN_SECONDS_MAX, contract.project.planMaxAgeSeconds);
  return spools.removeOlderThan(toolbox.clock.now() - keptSeconds * 1000);
}
