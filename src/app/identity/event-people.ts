import type { EventMakingModel } from '../../core/contract/contract.ts';
import type { HoldCode } from '../../core/guard/hold.ts';
import type { KeyKind } from '../../core/identity/key-hash.ts';
import {
  type PersonColumn,
  personName,
  type Resolution,
  resolvePerson,
} from '../../core/identity/resolve-person.ts';
import type { Fault } from '../../core/shape/fault.ts';
import type { Cell } from '../../core/shape/shape-value.ts';
import type { KnownPeople } from '../known-people.ts';
import type { IdentityReading } from './identity-reading.ts';

/** Under which identifier an event is sent. */
export type EventBy = 'canonical' | 'guest' | 'anonymous';

/** Whose an event is, and whether it may go. */
export type EventPerson =
  | {
      readonly kind: 'send';
      readonly by: EventBy;
      readonly person: string;
      /** No model has delivered them: Customer.io is asked before the event leaves. */
      readonly isStranger: boolean;
    }
  | { readonly kind: 'hold'; readonly code: HoldCode; readonly isWaiting: boolean }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** Whose an event is that is sent, how it goes, and what it carries. */
export type SentEvent = Omit<Extract<EventPerson, { readonly kind: 'send' }>, 'kind'> & {
  readonly properties: string;
};

export interface EventPeopleOptions {
  readonly model: EventMakingModel;
  readonly reading: IdentityReading;
  readonly columns: readonly PersonColumn[];
  readonly people: KnownPeople;
}

/** Finds whose the events of a model are. */
export class EventPeople {
  private readonly options: EventPeopleOptions;

  constructor(options: EventPeopleOptions) {
    this.options = options;
  }

  of(cells: readonly Cell[]): EventPerson {
    const { columns, reading } = this.options;
    const found = resolvePerson(cells, columns, reading);
    switch (found.outcome) {
      case 'person':
        return this.named(found.person, cells);
      case 'several':
        return { kind: 'hold', code: 'person_in_conflict', isWaiting: false };
      case 'fault':
        return { kind: 'fault', fault: found.fault };
      case 'nobody':
        return this.stranger(found, cells);
    }
  }

  private named(person: string, cells: readonly Cell[]): EventPerson {
    const { people, reading } = this.options;
    const code = people.hold(person);
    if (code === undefined) return { kind: 'send', by: 'canonical', person, isStranger: false };
    if (code !== 'person_unknown') return { kind: 'hold', code, isWaiting: false };
    if (this.isMixed(reading.canonical, person)) return MIXED;
    if (!reading.rules.peopleElsewhere) return this.unresolved('person_unknown', cells);
    return reading.hasAppApi
      ? { kind: 'send', by: 'canonical', person, isStranger: true }
      : this.unresolved('person_unchecked', cells);
  }

  /** Nobody has any of the keys that the row gives. */
  private stranger(
    found: Extract<Resolution, { readonly outcome: 'nobody' }>,
    cells: readonly Cell[],
  ): EventPerson {
    const { model } = this.options;
    if (found.email !== undefined && model.guests !== undefined) return this.guest(found.email);
    if (this.isMixed(found.kind, found.key)) return MIXED;
    return this.unresolved('person_unknown', cells);
  }

  private guest(email: string): EventPerson {
    const { model, people } = this.options;
    const code = people.holdGuest(email);
    if (code !== undefined) return { kind: 'hold', code, isWaiting: false };
    switch (model.guests) {
      case 'by_email':
        return { kind: 'send', by: 'guest', person: email, isStranger: false };
      case 'refuse':
        return { kind: 'fault', fault: { code: 'guest_refused', column: this.columnOf('email') } };
      case 'hold':
      case undefined:
        return { kind: 'hold', code: 'guest', isWaiting: true };
    }
  }

  private unresolved(code: HoldCode, cells: readonly Cell[]): EventPerson {
    switch (this.options.model.unresolved) {
      case 'hold':
        return { kind: 'hold', code, isWaiting: true };
      case 'refuse':
        return {
          kind: 'fault',
          fault: { code: 'person_unresolved', column: this.options.columns[0]?.column },
        };
      case 'anonymous':
        return this.anonymous(code, cells);
    }
  }

  /** What to call the person of a row, also of one to whom nothing can be sent. */
  nameOf(cells: readonly Cell[]): string | undefined {
    return personName(resolvePerson(cells, this.options.columns, this.options.reading));
  }

  private anonymous(code: HoldCode, cells: readonly Cell[]): EventPerson {
    const column = this.options.columns.find(({ kind }) => kind === 'anonymous_id');
    const person = column === undefined ? undefined : cells[column.index];
    if (person == null || person.trim() === '') return { kind: 'hold', code, isWaiting: true };
    return { kind: 'send', by: 'anonymous', person, isStranger: false };
  }

  /** Whether the value is known, only not as the kind of key that the model takes it for. */
  private isMixed(kind: KeyKind, value: string): boolean {
    const { reading, people, model } = this.options;
    if (kind === reading.canonical || people.hold(value) === 'person_unknown') {
      return reading.isMixed(model.name, kind, value);
    }
    reading.addMixed(model.name, value);
    return true;
  }

  private columnOf(kind: KeyKind): string | undefined {
    return this.options.columns.find((column) => column.kind === kind)?.column;
  }
}

const MIXED: EventPerson = { kind: 'hold', code: 'mixed_identifiers', isWaiting: true };
