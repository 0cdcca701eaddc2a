import type { HoldCode } from '../core/guard/hold.ts';
import { personWord } from '../core/operation/moments.ts';

/** People who were not sent in this run, refused by Customer.io or held back: their events do not leave. */
export class RefusedPeople {
  private readonly people = new Map<string, HoldCode>();
  private readonly words = new Set<number>();

  add(person: string, code: HoldCode = 'person_refused'): void {
    this.people.set(person, code);
    this.words.add(personWord(person));
  }

  /** Why the person's events wait; undefined when they do not. */
  codeOf(person: string): HoldCode | undefined {
    return this.people.get(person);
  }

  /** False for nearly everybody else; quick, for it needs no label. */
  mayHave(word: number): boolean {
    return this.words.has(word);
  }
}
