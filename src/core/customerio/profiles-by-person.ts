import type { IdentifierType, Profile } from './profile.ts';

/** Profiles by the identifier that they were asked for by. */
export class ProfilesByPerson {
  private readonly by: IdentifierType;
  private readonly profiles: ReadonlyMap<string, Profile>;

  constructor(profiles: readonly Profile[], by: IdentifierType) {
    this.by = by;
    this.profiles = new Map(profiles.map((profile) => [this.form(identifierOf(profile, by)), profile]));
  }

  /** Undefined for somebody whom Customer.io does not know. */
  get(person: string): Profile | undefined {
    return this.profiles.get(this.form(person));
  }

  /** Customer.io finds e-mail addresses in any case, and may give them back as they were written. */
  private form(person: string): string {
    return this.by === 'email' ? person.toLowerCase().normalize('NFC') : person;
  }
}

function identifierOf({ identifiers }: Profile, by: IdentifierType): string {
  return (by === 'cio_id' ? identifiers.cioId : identifiers[by]) ?? '';
}
