import type { PersonKey } from '../operation.ts';
import { emailKey } from './person.ts';

interface Suppressed {
  readonly id: string | null;
  readonly email: string | null;
}

/** Identifiers that may not come back until they are unsuppressed (cases 39 to 41). */
export class SuppressionList {
  readonly #byId = new Map<string, Suppressed>();
  readonly #byEmail = new Map<string, Suppressed>();

  get size(): number {
    return new Set([...this.#byId.values(), ...this.#byEmail.values()]).size;
  }

  get isEmpty(): boolean {
    return this.#byId.size === 0 && this.#byEmail.size === 0;
  }

  /** Suppresses both identifiers of a person together, so that either frees both. */
  add(suppressed: Suppressed): void {
    if (suppressed.id !== null) this.#byId.set(suppressed.id, suppressed);
    if (suppressed.email !== null) this.#byEmail.set(emailKey(suppressed.email), suppressed);
  }

  free(key: PersonKey): void {
    const suppressed = this.#find(key);
    if (suppressed === undefined) return;
    if (suppressed.id !== null) this.#byId.delete(suppressed.id);
    if (suppressed.email !== null) this.#byEmail.delete(emailKey(suppressed.email));
  }

  holds(key: PersonKey): boolean {
    return !this.isEmpty && this.#find(key) !== undefined;
  }

  #find(key: PersonKey): Suppressed | undefined {
    if (key.kind === 'id') return this.#byId.get(key.value);
    return key.kind === 'email' ? this.#byEmail.get(emailKey(key.value)) : undefined;
  }
}
