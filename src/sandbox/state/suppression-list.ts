import type { PersonKey } from '../operation.ts';
import { emailKey, type Identifiers } from './person.ts';

type SuppressibleKind = keyof Identifiers;

export type SuppressionSnapshot = ReturnType<SuppressionList['snapshot']>;

/** Identifiers that may not come back until they are unsuppressed (cases 39 to 41). */
export class SuppressionList {
  readonly #byKind: Readonly<Record<SuppressibleKind, Map<string, Identifiers>>>;

  constructor(from?: SuppressionSnapshot) {
    this.#byKind = copyOf(from?.byKind ?? { id: new Map(), email: new Map(), phone: new Map() });
  }

  snapshot() {
    return { byKind: copyOf(this.#byKind) } as const;
  }

  /** How many people: identifiers suppressed together count once. */
  get size(): number {
    const { id, email, phone } = this.#byKind;
    const all = [...id.values(), ...email.values(), ...phone.values()];
    return new Set(all.map((one) => JSON.stringify([one.id, one.email, one.phone]))).size;
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

function copyOf(byKind: Readonly<Record<SuppressibleKind, ReadonlyMap<string, Identifiers>>>) {
  return { id: new Map(byKind.id), email: new Map(byKind.email), phone: new Map(byKind.phone) };
}
