import type { ProfileIdentifiers } from '../customerio/profile.ts';
import { ENTRY_WORDS, type Fingerprint, NOWHERE } from '../diff/entry.ts';
import { FingerprintTable, NO_SLOT } from '../diff/fingerprint-table.ts';
import { type KeyWords, newKeyWords, writeTextKeyWords } from '../diff/key-words.ts';
import { murmur3 } from '../diff/murmur3.ts';
import { writeEntry } from '../diff/write-entry.ts';

const NOBODY: Fingerprint = { high: 0, low: 0 };

/** Who is at Customer.io, as hashes: about 66 bytes a person. */
export class ProfileDirectory {
  private readonly seed: number;
  /** By e-mail address; the fingerprint is that of the owner's id. */
  private readonly owners = new FingerprintTable();
  private readonly ids = new FingerprintTable();
  private readonly words: KeyWords = newKeyWords();

  constructor(seed: number) {
    this.seed = seed;
  }

  add(people: readonly ProfileIdentifiers[]): void {
    const owners = people.filter(({ email }) => email !== undefined);
    this.owners.load(
      this.block(
        owners,
        ({ email = '' }) => email.toLowerCase(),
        ({ id }) => this.fingerprint(id),
      ),
    );
    const named = people.filter(({ id }) => id !== undefined);
    this.ids.load(
      this.block(
        named,
        ({ id = '' }) => id,
        () => NOBODY,
      ),
    );
  }

  /**
   * Whether id and address belong to the same person or to nobody, so that nothing can be said against them.
   * Everybody else needs a closer look.
   */
  isFree(id: string | undefined, email: string): boolean {
    const owner = this.owners.find(this.wordsOf(email.toLowerCase()));
    if (owner === NO_SLOT) return id === undefined || this.ids.find(this.wordsOf(id)) === NO_SLOT;
    const { high, low } = this.fingerprint(id);
    return id !== undefined && this.owners.hasFingerprint(owner, high, low);
  }

  private block(
    people: readonly ProfileIdentifiers[],
    key: (person: ProfileIdentifiers) => string,
    fingerprint: (person: ProfileIdentifiers) => Fingerprint,
  ): Uint32Array {
    const block = new Uint32Array(people.length * ENTRY_WORDS);
    people.forEach((person, place) => {
      const found = fingerprint(person);
      writeEntry(block, place, this.wordsOf(key(person)), found, NOWHERE);
    });
    return block;
  }

  private wordsOf(text: string): KeyWords {
    writeTextKeyWords(text, this.seed, this.words);
    return this.words;
  }

  private fingerprint(id: string | undefined): Fingerprint {
    if (id === undefined) return NOBODY;
    const bytes = Buffer.from(id, 'utf8');
    const words = newKeyWords();
    murmur3(bytes, 0, bytes.length, this.seed, words);
    return { high: words[0] as number, low: words[1] as number };
  }
}
