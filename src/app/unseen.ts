import { setTimeout as sleep } from 'node:timers/promises';
import type { CanonicalIdentifier } from '../core/contract/contract.ts';
import type { Profile } from '../core/customerio/profile.ts';
import { ProfilesByPerson } from '../core/customerio/profiles-by-person.ts';
import { StateError } from '../core/errors/millrace-error.ts';
import type { ProfileReader } from '../ports/profile-reader.ts';

/** Customer.io applies what it accepted after a moment: so long it is waited before each look. */
const WAITS_MS = [0, 500, 1000, 2000, 4000, 8000];

export interface ReadBackOptions {
  readonly profiles: ProfileReader;
  readonly canonical: CanonicalIdentifier;
  readonly signal: AbortSignal | undefined;
}

/** Those of whom Customer.io does not show what is expected, however often it is looked for: about 16 seconds. */
export async function unseen<E extends { readonly person: string }>(
  expected: readonly E[],
  { profiles, canonical, signal }: ReadBackOptions,
  isSeen: (profile: Profile, expected: E) => boolean,
): Promise<readonly E[]> {
  let missing = expected;
  for (const waitMs of WAITS_MS) {
    await waited(waitMs, signal);
    const found = await profiles.profiles(
      missing.map(({ person }) => person),
      canonical,
      signal,
    );
    const byPerson = new ProfilesByPerson(found, canonical);
    missing = missing.filter((each) => {
      const profile = byPerson.get(each.person);
      return profile === undefined || !isSeen(profile, each);
    });
    if (missing.length === 0) return missing;
  }
  return missing;
}

/** Waiting ends at once when the run is asked to stop. */
async function waited(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(durationMs, undefined, { ...(signal && { signal }) });
  } catch (error) {
    throw new StateError('interrupted', 'the run was asked to stop', { cause: error });
  }
}
