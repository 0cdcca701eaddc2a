import { looksLikeEmail } from '../../core/identity/looks-like-email.ts';
import { normaliseKey } from '../../core/identity/normalise-key.ts';
import type { PersonColumn } from '../../core/identity/resolve-person.ts';
import type { SourceFollower } from '../../core/identity/source-follower.ts';
import type { RawCells } from '../../core/shape/encode-person.ts';
import { isE164, isNormalEmail } from '../../core/shape/quick-fragment.ts';
import { decodeCell } from '../../core/shape/shape-value.ts';
import type { IdentityReading } from './identity-reading.ts';

const SPACE = 0x20;

export interface PeopleClaimsOptions {
  readonly reading: IdentityReading;
  readonly follower: SourceFollower;
  /** Place of the canonical identifier in the row. */
  readonly keyIndex: number;
  /** Columns of the other keys. */
  readonly keys: readonly PersonColumn[];
}

/** Tells the index of identities what the rows of a people or identities model say. */
export class PeopleClaims {
  private readonly options: PeopleClaimsOptions;

  constructor(options: PeopleClaimsOptions) {
    this.options = options;
  }

  /** The row of the person is the one that was delivered: what it said before stands. */
  keep(cells: RawCells, person: string | undefined): void {
    const { follower, keyIndex } = this.options;
    const { buffer, starts, ends } = cells;
    const isKnown =
      person === undefined
        ? follower.keep(buffer, starts[keyIndex] as number, ends[keyIndex] as number)
        : follower.keepText(person);
    if (!isKnown) this.take(cells, person);
  }

  /** The row is new or has changed. `person` is the canonical identifier where it is not the cell as it is. */
  take(cells: RawCells, person: string | undefined): void {
    const { follower, keyIndex, keys } = this.options;
    const { buffer, starts, ends } = cells;
    const start = starts[keyIndex] as number;
    const end = ends[keyIndex] as number;
    if (person === undefined && !isIdentifier(buffer, start, end)) return;
    if (person === undefined) follower.begin(buffer, start, end);
    else follower.beginText(person);
    this.checkId('canonical', buffer, start, end, person);
    for (const key of keys) this.claim(key, cells, person ?? buffer.toString('utf8', start, end));
  }

  private claim({ kind, index }: PersonColumn, { buffer, starts, ends }: RawCells, person: string): void {
    const { reading, follower } = this.options;
    const start = starts[index] as number;
    const end = ends[index] as number;
    if (end <= start) return;
    if (kind === 'id') this.checkId('key', buffer, start, end, person);
    const isNormal =
      (kind === 'email' && isNormalEmail(buffer, start, end)) ||
      (kind === 'phone' && isE164(buffer, start, end));
    if (isNormal) {
      follower.claimBytes(kind, buffer, start, end);
      return;
    }
    // A key that can not be read belongs to nobody; where it is sent as well, the row is a fault.
    const text = decodeCell(buffer, start, end);
    const key = text == null ? undefined : normaliseKey(kind, text, reading.readPhone);
    if (key !== undefined) follower.claimText(kind, key);
  }

  /** Ids are looked at wherever they stand: as the canonical identifier, or beside a canonical e-mail. */
  private checkId(
    place: 'canonical' | 'key',
    bytes: Buffer,
    start: number,
    end: number,
    person: string | undefined,
  ): void {
    const { reading } = this.options;
    const isId = place === 'key' || reading.canonical === 'id';
    if (!isId || !looksLikeEmail(bytes, start, end) || reading.accepts('id_like_email')) return;
    const concerned = person ?? bytes.toString('utf8', start, end);
    reading.addConflict({ code: 'id_like_email', detail: 'id', people: [concerned] });
  }
}

/** What is not is a fault of its row, and claims nothing. */
function isIdentifier(buffer: Buffer, start: number, end: number): boolean {
  return (buffer[start] as number) > SPACE || (decodeCell(buffer, start, end) ?? '').trim() !== '';
}
