import { type HeldConsent, heldByNobody, heldConsent } from '../../core/consent/consent-target.ts';
import type { CanonicalIdentifier, ConsentField } from '../../core/contract/contract.ts';
import type { Profile } from '../../core/customerio/profile.ts';
import { ProfilesByPerson } from '../../core/customerio/profiles-by-person.ts';
import { DestinationError } from '../../core/errors/millrace-error.ts';
import type { AppApi } from '../../ports/app-api.ts';
import type { Observer } from '../../ports/observer.ts';

/** What Customer.io held of some people's consents when it was asked. */
export interface HeldConsents {
  /** Undefined when Customer.io has no profile of the person; `isNewPerson` says that none is expected yet. */
  of(person: string, consent: ConsentField, isNewPerson?: boolean): HeldConsent | undefined;
}

/** Reads what Customer.io holds before opt-ins are written. */
export class HeldConsentReader {
  private readonly app: AppApi | undefined;
  private readonly canonical: CanonicalIdentifier;
  private readonly observer: Observer;
  private readonly signal: AbortSignal | undefined;
  private hasFailed = false;

  constructor(options: {
    readonly app: AppApi | undefined;
    readonly canonical: CanonicalIdentifier;
    readonly observer: Observer;
    readonly signal: AbortSignal | undefined;
  }) {
    this.app = options.app;
    this.canonical = options.canonical;
    this.observer = options.observer;
    this.signal = options.signal;
  }

  /**
   * Undefined when Customer.io can not be asked: then no opt-in may be written. That ends no run, for all else
   * can go on; after a failure it is not asked again.
   */
  async read(people: readonly string[]): Promise<HeldConsents | undefined> {
    if (this.app === undefined || this.hasFailed) return undefined;
    try {
      return heldConsents(
        await this.app.profiles.profiles(people, this.canonical, this.signal),
        this.canonical,
      );
    } catch (error) {
      if (!(error instanceof DestinationError)) throw error;
      this.hasFailed = true;
      this.observer.observe({ kind: 'warning', text: `Opt-ins wait: ${error.message}. ${error.hint}` });
      return undefined;
    }
  }
}

export function heldConsents(profiles: readonly Profile[], canonical: CanonicalIdentifier): HeldConsents {
  const byPerson = new ProfilesByPerson(profiles, canonical);
  return {
    of: (person, consent, isNewPerson = false) => {
      const profile = byPerson.get(person);
      if (profile !== undefined) return heldConsent(profile, consent.target, consent.attribute);
      return isNewPerson ? heldByNobody(consent.target) : undefined;
    },
  };
}
