import type { CanonicalIdentifier } from '../../core/contract/contract.ts';
import { ProfilesByPerson } from '../../core/customerio/profiles-by-person.ts';
import { DestinationError } from '../../core/errors/millrace-error.ts';
import type { HoldCode } from '../../core/guard/hold.ts';
import type { Observer } from '../../ports/observer.ts';
import type { ProfileReader } from '../../ports/profile-reader.ts';

export interface StrangerGateOptions {
  /** Undefined without an App API key: then nobody is known to be there. */
  readonly profiles: ProfileReader | undefined;
  readonly canonical: CanonicalIdentifier;
  readonly observer: Observer;
  readonly signal: AbortSignal | undefined;
}

/**
 * Finds out whether people whom no model has delivered are at Customer.io, before their events leave: an event
 * for somebody who is not there would make an empty profile. Each is asked for once in a run.
 */
export class StrangerGate {
  private readonly options: StrangerGateOptions;
  private readonly codes = new Map<string, HoldCode | undefined>();
  private hasFailed = false;

  constructor(options: StrangerGateOptions) {
    this.options = options;
  }

  /** Asks for these people, as far as that was not done before. `people` by the canonical identifier. */
  async look(people: readonly string[]): Promise<void> {
    const asked = [...new Set(people)].filter((person) => !this.codes.has(person));
    if (asked.length === 0) return;
    const present = await this.present(asked);
    for (const person of asked) this.codes.set(person, this.codeFor(person, present));
  }

  /** Why the events of somebody who was asked for have to wait; undefined when they may go. */
  codeOf(person: string): HoldCode | undefined {
    return this.codes.get(person);
  }

  private codeFor(person: string, present: ProfilesByPerson | undefined): HoldCode | undefined {
    if (present === undefined) return 'person_unchecked';
    return present.get(person) === undefined ? 'person_unknown' : undefined;
  }

  /** Those who are there; undefined when that can not be said. A failure ends no run, and is told once. */
  private async present(people: readonly string[]): Promise<ProfilesByPerson | undefined> {
    const { profiles, canonical, observer, signal } = this.options;
    if (profiles === undefined || this.hasFailed) return undefined;
    try {
      return new ProfilesByPerson(await profiles.profiles(people, canonical, signal), canonical);
    } catch (error) {
      if (!(error instanceof DestinationError)) throw error;
      this.hasFailed = true;
      const text = `Events of people whom no model has delivered wait: ${error.message}. ${error.hint}`;
      observer.observe({ kind: 'warning', text });
      return undefined;
    }
  }
}
