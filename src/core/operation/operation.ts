import type { Fingerprint } from '../diff/entry.ts';
import type { EventId } from '../identity/event-id.ts';
import type { Fragment } from '../shape/fragment.ts';

/** A person's changed attributes: one thing to send. */
export interface PersonOperation {
  readonly kind: 'person';
  /** Value of the canonical identifier. */
  readonly key: string;
  readonly isNew: boolean;
  /** Indexes of the model's attributes to send. */
  readonly changed: readonly number[];
  /** All values as they will have been delivered, in the order of the model's attributes. */
  readonly fragments: readonly Fragment[];
  /** Of the row's bytes. */
  readonly fingerprint: Fingerprint;
}

/** A row whose bytes changed without changing anything that is sent: only the state has to learn it. */
export interface RefreshOperation {
  readonly kind: 'refresh';
  readonly key: string;
  readonly fingerprint: Fingerprint;
}

/** One event to send. */
export interface EventOperation {
  readonly kind: 'event';
  /** Natural key, readable: parts joined by `|`. */
  readonly key: string;
  readonly id: EventId;
  /** Value of the person's canonical identifier. */
  readonly person: string;
  /** Unix seconds. */
  readonly occurredAt: number;
  /** JSON text of the properties. */
  readonly properties: string;
  /** Of the content that is sent. */
  readonly content: Fingerprint;
  /** 32 bits of the row's fingerprint. */
  readonly rowHash: number;
}

export type Operation = PersonOperation | RefreshOperation | EventOperation;
