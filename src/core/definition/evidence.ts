import type { Field, FieldType, Model } from '../contract/contract.ts';
import { murmur3 } from '../diff/murmur3.ts';
import type { Fragment } from '../shape/fragment.ts';

/** What one definition would do to the values that are sent. */
export interface FieldEvidence {
  readonly name: string;
  readonly type: FieldType;
  readonly unit: string | undefined;
  /** Keys for which both definitions send something else. */
  readonly changed: number;
  /** Of those where both values are numbers: the median of new minus old. */
  readonly medianDifference: number | undefined;
}

/** Both definitions of a model, run on the same data. */
export interface Evidence {
  readonly model: string;
  readonly kind: Exclude<Model['kind'], 'identities'>;
  /** Keys that both queries return; `onlyBefore` and `onlyAfter`: that one returns alone. */
  readonly compared: number;
  readonly onlyBefore: number;
  readonly onlyAfter: number;
  /** 1: every key was compared; less: this share of them, chosen by their hash. */
  readonly share: number;
  readonly fields: readonly FieldEvidence[];
}

/** Keys whose old values are held at once; where there are more, a share of them is compared. */
export const EVIDENCE_KEYS_MAX = 250_000;

/** Stands for a value that may not be sent. */
export const FAULTY: Fragment = '(fault)';

/** Compares what two queries return, key by key: first all rows of the old one, then those of the new. */
export class EvidenceTally {
  private readonly before = new Map<string, readonly Fragment[]>();
  private readonly fields: readonly {
    readonly field: Field;
    changed: number;
    readonly differences: number[];
  }[];
  private readonly keysMax: number;
  /** Keys are compared whose hash has none of these bits. */
  private mask = 0;
  private compared = 0;
  private onlyAfter = 0;
  private readonly words = new Uint32Array(4);

  constructor(fields: readonly Field[], keysMax = EVIDENCE_KEYS_MAX) {
    this.fields = fields.map((field) => ({ field, changed: 0, differences: [] }));
    this.keysMax = keysMax;
  }

  addBefore(key: string, values: readonly Fragment[]): void {
    if (!this.isCompared(key)) return;
    this.before.set(key, values);
    if (this.before.size <= this.keysMax) return;
    this.mask = this.mask * 2 + 1;
    for (const each of this.before.keys()) if (!this.isCompared(each)) this.before.delete(each);
  }

  /** Each key once. */
  addAfter(key: string, values: readonly Fragment[]): void {
    if (!this.isCompared(key)) return;
    const before = this.before.get(key);
    if (before === undefined) {
      this.onlyAfter += 1;
      return;
    }
    this.before.delete(key);
    this.compared += 1;
    this.fields.forEach((tally, index) => {
      const [old = '', now = ''] = [before[index], values[index]];
      if (old === now) return;
      tally.changed += 1;
      const difference = Number(now) - Number(old);
      const isNumber =
        old !== '' && now !== '' && old !== 'null' && now !== 'null' && Number.isFinite(difference);
      if (isNumber) tally.differences.push(difference);
    });
  }

  result(model: string, kind: Evidence['kind']): Evidence {
    return {
      model,
      kind,
      compared: this.compared,
      onlyBefore: this.before.size,
      onlyAfter: this.onlyAfter,
      share: 1 / (this.mask + 1),
      fields: this.fields.map(({ field: { name, type, unit }, changed, differences }) => ({
        name,
        type,
        unit,
        changed,
        medianDifference: median(differences),
      })),
    };
  }

  private isCompared(key: string): boolean {
    if (this.mask === 0) return true;
    const bytes = Buffer.from(key, 'utf8');
    murmur3(bytes, 0, bytes.length, 0, this.words);
    return ((this.words[0] ?? 0) & this.mask) === 0;
  }
}

function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
