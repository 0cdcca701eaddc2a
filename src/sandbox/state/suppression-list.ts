import type { PersonKey } from '../operation.ts';
import { emailKey, type Identifiers } from './person.ts';

type SuppressibleKind = keyof Identifiers;

/** Identifiers that may not come back until they are unsuppressed (cases 39 to 41). */
export class SuppressionList {
  readonly #byKind: Readonly<Record<SuppressibleKind, Map<string, Identifiers>>> = {
    id: new Map(),
    email: new Map(),
    phone: new Map(),
  };

  /** How many people: identifiers suppressed together count once. */
  get size(): number {
    const { id, email, phone } = this.#byKind;
    return new Set([...id.values(), ...email.values(), ...phone.values()]).size;
  }

  get isEmpty(): boolean {
    const { id, email, phone } = this.#byKind;
    return id.size + email.size + phone.size === 0;
  }

  /** Suppresses all identifiers of a person together, so that any of them frees them all. */
  add(suppressed: Identifiers): void {
    for (const [kind, value] of identifierEntries(suppressed)) this.#byKind[kind].set(value, suppressed);
  }

  free(key: PersonKey): void {
    const suppressed = this.#find(key);
    if (suppressed === undefined) return;
    for (const [kind, value] of identifierEntries(suppressed)) this.#byKind[kind].delete(value);
  }

  holds(key: PersonKey): boolean {
    return !this.isEmpty && this.#find(key) !== undefined;
  }

  #find({ kind, value }: PersonKey): Identifiers | undefined {
    return kind === 'cio_id' ? undefined : this.#byKind[kind].get(comparable(kind, value));
  }
}

function identifierEntries(identifiers: Identifiers): readonly (readonly [SuppressibleKind, string])[] {
  const kinds = ['id', 'email', 'phone'] as const;
  return kinds.flatMap((kind) => {
    const value = identifiers[kind];
    return value === null ? [] : [[kind, comparable(kind, value)] as const];
  });
}

function comparable(kind: SuppressibleKind, value: string): string {
  return kind === 'email' ? emailKey(value) : value;
}
