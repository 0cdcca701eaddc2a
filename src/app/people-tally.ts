import type { Field } from '../core/contract/contract.ts';
import type { Sample } from '../core/plan/plan-summary.ts';
import { type Fragment, KEEP } from '../core/shape/fragment.ts';
import type { RadiusTally } from './radius-tally.ts';

/** A person to be sent; `changed` and `delivered` are undefined for a new one. */
export interface TalliedPerson {
  readonly key: string;
  readonly changed: readonly number[] | undefined;
  readonly fragments: readonly Fragment[];
  readonly delivered: readonly Fragment[] | undefined;
}

/** Adds up what would be sent for people, and keeps a few of them to look at. */
export class PeopleTally {
  readonly names: readonly string[];
  private readonly everything: readonly number[];
  private readonly changes: number[];
  private readonly samplesMax: number;
  private readonly newSamples: Sample[] = [];
  private readonly changedSamples: Sample[] = [];
  private byteCount = 0;
  private readonly radius: RadiusTally | undefined;

  constructor(attributes: readonly Field[], samplesMax: number, radius?: RadiusTally) {
    this.radius = radius;
    this.everything = attributes.map((_, index) => index);
    this.names = attributes.map((field) => field.name);
    this.changes = attributes.map(() => 0);
    this.samplesMax = samplesMax;
  }

  get bytes(): number {
    return this.byteCount;
  }

  add(person: TalliedPerson, itemLength: number): void {
    this.byteCount += itemLength;
    this.radius?.add(person);
    for (const index of person.changed ?? this.everything) {
      if (person.fragments[index] !== KEEP) this.changes[index] = (this.changes[index] ?? 0) + 1;
    }
    const samples = person.delivered === undefined ? this.newSamples : this.changedSamples;
    if (samples.length < this.samplesMax) samples.push(this.sampleOf(person));
  }

  /** A new person that was encoded in one go; `isSent` tells by attribute. */
  addEncoded(isSent: Uint8Array, itemLength: number): void {
    this.byteCount += itemLength;
    for (let index = 0; index < isSent.length; index += 1) {
      this.changes[index] = (this.changes[index] as number) + (isSent[index] as number);
    }
  }

  /** True as long as samples of new people are still wanted: these are not encoded in one go. */
  get wantsNewPeople(): boolean {
    return this.newSamples.length < this.samplesMax;
  }

  /** Takes back an item that turned out not to be sendable, with the attributes in it. */
  remove(item: Uint8Array, attributes: readonly string[]): void {
    this.byteCount -= item.length;
    for (const name of attributes) {
      const index = this.names.indexOf(name);
      if (index >= 0) this.changes[index] = (this.changes[index] ?? 0) - 1;
    }
  }

  /** Attribute → people, the most frequent first; attributes that do not change are left out. */
  attributeChanges(): Readonly<Record<string, number>> {
    const entries = this.names.map((name, index) => [name, this.changes[index] ?? 0] as const);
    return Object.fromEntries(entries.filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]));
  }

  samples(isKept: (key: string) => boolean): readonly Sample[] {
    return [...this.changedSamples, ...this.newSamples].filter((sample) => isKept(sample.key));
  }

  private sampleOf({ key, changed, fragments, delivered }: TalliedPerson): Sample {
    const indexes = changed ?? this.everything.filter((index) => fragments[index] !== KEEP);
    const changes = indexes.map((index) => ({
      attribute: this.names[index] ?? '',
      before: delivered?.[index] ?? KEEP,
      after: fragments[index] ?? KEEP,
    }));
    return { kind: 'person', key, isNew: delivered === undefined, changes };
  }
}
