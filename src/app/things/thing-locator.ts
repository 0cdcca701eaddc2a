import type { KeyedKind, KeyedModel } from '../../core/contract/contract.ts';
import { IDENTIFIER_BYTES_MAX } from '../../core/customerio/limits.ts';
import type { ThingKey } from '../../core/customerio/thing-item.ts';
import type { HoldCode } from '../../core/guard/hold.ts';
import { type PersonColumn, resolvePerson } from '../../core/identity/resolve-person.ts';
import type { Fault } from '../../core/shape/fault.ts';
import type { Cell } from '../../core/shape/shape-value.ts';
import type { IdentityReading } from '../identity/identity-reading.ts';
import type { KnownPeople } from '../known-people.ts';
import type { ErasedPeople } from './erased-people.ts';

/** Which thing a row is about; or why that can not be told. */
export type Located =
  | { readonly kind: 'thing'; readonly key: ThingKey }
  | { readonly kind: 'held'; readonly code: HoldCode }
  | { readonly kind: 'fault'; readonly fault: Fault };

export interface ThingLocatorOptions {
  readonly model: KeyedModel;
  /** Place of the id beside the person; undefined when there is none. */
  readonly idIndex: number | undefined;
  readonly person: readonly PersonColumn[];
  readonly identity: IdentityReading;
  readonly known: KnownPeople;
  readonly erased: ErasedPeople;
}

const NO_KEY = '(no key)';

/** Finds the things that the rows of one model are about. */
export class ThingLocator {
  private readonly options: ThingLocatorOptions;

  constructor(options: ThingLocatorOptions) {
    this.options = options;
  }

  locate(cells: readonly Cell[]): Located {
    const { idIndex, model, person } = this.options;
    const id = idIndex === undefined ? undefined : cells[idIndex];
    const code = idIndex === undefined ? undefined : idFault(id, model.kind);
    if (code !== undefined || id === null) {
      return { kind: 'fault', fault: { code: code ?? 'key_missing', column: model.idColumn } };
    }
    return person.length === 0 ? { kind: 'thing', key: { person: undefined, id } } : this.ofPerson(cells, id);
  }

  /** Why nothing of this person may be sent now; undefined when it may. */
  obstacle({ person }: ThingKey): Exclude<Located, { readonly kind: 'thing' }> | undefined {
    const { known, model } = this.options;
    const isFree = person === undefined || model.kind === 'erasure';
    const code = isFree ? undefined : known.hold(person);
    if (code === undefined) return undefined;
    return code === 'person_unknown' ? this.unresolved() : { kind: 'held', code };
  }

  /** Whether the person of the thing is erased: what was delivered of it went with them. */
  isErased({ person }: ThingKey): boolean {
    const { erased, model } = this.options;
    return person !== undefined && model.kind !== 'erasure' && erased.hasPerson(person);
  }

  /** How a row is called where people read it, though its thing can not be told. */
  nameOf(cells: readonly Cell[]): string {
    const { idIndex, person } = this.options;
    const places = [...person.map(({ index }) => index), ...(idIndex === undefined ? [] : [idIndex])];
    const parts = places.flatMap((index) => cells[index] ?? []);
    return parts.length === 0 ? NO_KEY : parts.join(' / ');
  }

  private ofPerson(cells: readonly Cell[], id: string | undefined): Located {
    const found = resolvePerson(cells, this.options.person, this.options.identity);
    switch (found.outcome) {
      case 'person':
        return { kind: 'thing', key: { person: found.person, id } };
      case 'several':
        return { kind: 'held', code: 'person_in_conflict' };
      case 'fault':
        return { kind: 'fault', fault: found.fault };
      case 'nobody':
        return this.guest(found.email, id) ?? this.unresolved();
    }
  }

  /** Whoever has no id can be erased by address all the same. */
  private guest(email: string | undefined, id: string | undefined): Located | undefined {
    const isErasure = this.options.model.kind === 'erasure';
    if (!isErasure || email === undefined || this.options.identity.canonical === 'email') return undefined;
    return { kind: 'thing', key: { person: email, id, isGuest: true } };
  }

  private unresolved(): Exclude<Located, { readonly kind: 'thing' }> {
    const { model, person } = this.options;
    return model.unresolved === 'refuse'
      ? { kind: 'fault', fault: { code: 'person_unresolved', column: person[0]?.column } }
      : { kind: 'held', code: 'person_unknown' };
  }
}

/** How a thing is called where people read it. */
export function thingName({ person, id }: ThingKey): string {
  return [person, id].filter((part) => part !== undefined).join(' / ');
}

function idFault(id: Cell, kind: KeyedKind): Fault['code'] | undefined {
  if (id === undefined) return 'not_text';
  if (id === null || id === '') return 'key_missing';
  // The tokens of devices have no limit that would be known.
  if (kind === 'devices') return undefined;
  return Buffer.byteLength(id) > IDENTIFIER_BYTES_MAX ? 'identifier_too_long' : undefined;
}
