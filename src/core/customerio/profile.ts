/** By what a person can be asked for. */
export type IdentifierType = 'id' | 'email' | 'cio_id';

/** A person as Customer.io knows them; `cioId` is written without the prefix `cio_`. */
export interface ProfileIdentifiers {
  readonly id: string | undefined;
  readonly email: string | undefined;
  readonly cioId: string;
}

/** What Customer.io holds of one person. It gives every value back as text, whatever was sent. */
export interface Profile {
  readonly identifiers: ProfileIdentifiers;
  readonly attributes: ReadonlyMap<string, string>;
  /** Attribute → unix seconds of when its value was set. Customer.io calls this deprecated; it may be empty. */
  readonly setAt: ReadonlyMap<string, number>;
  readonly isUnsubscribed: boolean;
}
