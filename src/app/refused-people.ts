import { personWord } from '../core/operation/moments.ts';

/** People whose attributes Customer.io refused in this run: their events do not leave. */
export class RefusedPeople {
  private readonly people = new Set<string>();
  private readonly words = new Set<number>();

  add(person: string): void {
    this.people.add(person);
    this.words.add(personWord(person));
  }

  has(person: string): boolean {
    return this.people.has(person);
  }

  /** False for nearly everybody else; quick, for it needs no label. */
  mayHave(word: number): boolean {
    return this.words.has(word);
  }
}
