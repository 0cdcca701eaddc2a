import type { PeopleSeen } from '../../core/backfill/backfill-plan.ts';
import { isHeld } from '../../core/backfill/held-value.ts';
import type { CanonicalIdentifier } from '../../core/contract/contract.ts';
import type { Profile } from '../../core/customerio/profile.ts';
import { ProfilesByPerson } from '../../core/customerio/profiles-by-person.ts';
import type { Sample } from '../../core/plan/plan-summary.ts';
import type { ProfileReader } from '../../ports/profile-reader.ts';

type PersonSample = Extract<Sample, { readonly kind: 'person' }>;

/** Person → attribute → what Customer.io holds. People whom it does not know are missing. */
export type HeldValues = ReadonlyMap<string, ReadonlyMap<string, string>>;

export function personSamples(samples: readonly Sample[]): readonly PersonSample[] {
  return samples.filter((sample) => sample.kind === 'person');
}

/** What Customer.io holds of the people of these samples. @throws DestinationError */
export async function heldValues(
  profiles: ProfileReader,
  samples: readonly PersonSample[],
  canonical: CanonicalIdentifier,
  signal: AbortSignal | undefined,
): Promise<HeldValues> {
  if (samples.length === 0) return new Map();
  const people = samples.map(({ key }) => key);
  const found = new ProfilesByPerson(await profiles.profiles(people, canonical, signal), canonical);
  return new Map(
    people.flatMap((person) => {
      const profile = found.get(person);
      return profile === undefined ? [] : [[person, valuesOf(profile)] as const];
    }),
  );
}

function valuesOf({ identifiers: { email }, attributes }: Profile): ReadonlyMap<string, string> {
  return new Map([...attributes, ...(email === undefined ? [] : [['email', email] as const])]);
}

/** Of how many of the people everything that was sent is held. */
export function peopleSeen(samples: readonly PersonSample[], held: HeldValues): PeopleSeen {
  const equal = samples.filter(({ key, changes }) => {
    const values = held.get(key);
    return (
      values !== undefined && changes.every(({ attribute, after }) => isHeld(after, values.get(attribute)))
    );
  });
  return { looked: samples.length, equal: equal.length };
}
