import type { CanonicalIdentifier } from '../contract/contract.ts';
import { IDENTIFIER_BYTES_MAX } from '../customerio/limits.ts';
import { type KeyWords, writeKeyWords } from '../diff/key-words.ts';
import { personKey } from '../identity/person-key.ts';
import type { RawCells } from '../shape/encode-person.ts';
import { isNormalEmail, isPlain } from '../shape/quick-fragment.ts';
import { decodeCell } from '../shape/shape-value.ts';

const SEPARATOR = 0x1f;
const SPACE = 0x20;
/** Room for the name of a consent and the longest identifier. */
const ROOM_BYTES = 512;

/**
 * Writes the keys under which the answers of one person are remembered: name of the consent, separator, person.
 * Bytes rather than texts, because in most runs nearly every row is only looked up.
 */
export class ConsentKeys {
  private readonly canonical: CanonicalIdentifier;
  private readonly seed: number;
  private readonly names: readonly Buffer[];
  private readonly room = Buffer.alloc(ROOM_BYTES);
  private person: Uint8Array = new Uint8Array(0);

  constructor(canonical: CanonicalIdentifier, consentNames: readonly string[], seed: number) {
    this.canonical = canonical;
    this.seed = seed;
    this.names = consentNames.map((name) => Buffer.from(name, 'utf8'));
  }

  /** Takes the person from a row. @returns false when the row has none. */
  take({ buffer, starts, ends }: RawCells, keyIndex: number): boolean {
    const start = starts[keyIndex] as number;
    const end = ends[keyIndex] as number;
    if (this.isAsItIs(buffer, start, end)) {
      this.person = buffer.subarray(start, end);
      return true;
    }
    const key = end < 0 ? undefined : personKey(decodeCell(buffer, start, end), this.canonical);
    if (key === undefined || 'fault' in key) return false;
    this.person = Buffer.from(key.key, 'utf8');
    return true;
  }

  /** Nothing has to be checked or normalised; nearly all keys are so. */
  private isAsItIs(buffer: Buffer, start: number, end: number): boolean {
    if (end <= start || end - start > IDENTIFIER_BYTES_MAX) return false;
    if (this.canonical === 'email') return isNormalEmail(buffer, start, end);
    return buffer[start] !== SPACE && isPlain(buffer, start, end);
  }

  takeText(person: string): void {
    this.person = Buffer.from(person, 'utf8');
  }

  personText(): string {
    return Buffer.from(this.person).toString('utf8');
  }

  /** The key of the person in the table of people. */
  writePerson(out: KeyWords): void {
    writeKeyWords(this.person, 0, this.person.length, this.seed, out);
  }

  /** The key of the person's answer to the consent that stands at this place. */
  write(consent: number, out: KeyWords): void {
    const name = this.names[consent] as Buffer;
    this.room.set(name, 0);
    this.room[name.length] = SEPARATOR;
    this.room.set(this.person, name.length + 1);
    writeKeyWords(this.room, 0, name.length + 1 + this.person.length, this.seed, out);
  }
}
