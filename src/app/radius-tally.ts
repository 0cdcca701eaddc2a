import type { Field } from '../core/contract/contract.ts';
import type { RadiusExample } from '../core/guard/radius-example.ts';
import type { AttributeRadius, PeopleRadius } from '../core/plan/plan-summary.ts';
import { CLEAR, type Fragment, KEEP } from '../core/shape/fragment.ts';
import type { TalliedPerson } from './people-tally.ts';

type Change = keyof AttributeRadius;

/** Examples by `CHANGE.ATTRIBUTE`, as limits are called: `cleared.vip_tier`. */
export type RadiusExamples = ReadonlyMap<string, readonly RadiusExample[]>;

interface PersonItem {
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface RadiusTallyOptions {
  readonly attributes: readonly Field[];
  /** Attributes whose changes surprise nobody. */
  readonly expected: ReadonlySet<string>;
  readonly examplesMax: number;
}

/** How the limits call the changes. */
const LIMIT_NAMES: Readonly<Record<Change, string>> = {
  changed: 'attributes',
  cleared: 'cleared',
  backwards: 'backwards',
};

/** Counts what changes for people delivered before, where nobody announced it. */
export class RadiusTally {
  private readonly options: RadiusTallyOptions;
  private readonly counts: readonly Record<Change, number>[];
  private readonly found = new Map<string, RadiusExample[]>();
  private people = 0;

  constructor(options: RadiusTallyOptions) {
    this.options = options;
    this.counts = options.attributes.map(() => ({ changed: 0, cleared: 0, backwards: 0 }));
  }

  add({ key, changed, fragments, delivered }: TalliedPerson): void {
    if (delivered === undefined || changed === undefined) return;
    const surprising = changed.filter((index) => !this.isExpected(index));
    if (surprising.length > 0) this.people += 1;
    for (const index of surprising) {
      const before = delivered[index] ?? KEEP;
      const after = fragments[index] ?? KEEP;
      for (const change of this.changesOf(index, before, after)) {
        this.count(index, change, { key, before, after });
      }
    }
  }

  /** Takes back the item of a delivered person who turned out not to be sendable. */
  remove(item: Uint8Array): void {
    const { attributes } = JSON.parse(Buffer.from(item).toString('utf8')) as PersonItem;
    const names = this.options.attributes.map(({ name }) => name);
    const indexes = Object.keys(attributes)
      .map((name) => names.indexOf(name))
      .filter((index) => index >= 0 && !this.isExpected(index));
    if (indexes.length > 0 && this.people > 0) this.people -= 1;
    for (const index of indexes) {
      const counts = this.counts[index] as Record<Change, number>;
      if (counts.changed > 0) counts.changed -= 1;
      if (attributes[names[index] ?? ''] === null && counts.cleared > 0) counts.cleared -= 1;
    }
  }

  result({ delivered, gone }: Pick<PeopleRadius, 'delivered' | 'gone'>): PeopleRadius {
    const attributes = this.options.attributes.flatMap(({ name }, index) => {
      const counts = this.counts[index] as Record<Change, number>;
      return counts.changed > 0 ? [[name, { ...counts }] as const] : [];
    });
    return { delivered, gone, people: this.people, attributes: Object.fromEntries(attributes) };
  }

  examples(isKept: (key: string) => boolean): RadiusExamples {
    const kept = [...this.found].map(
      ([name, examples]) => [name, examples.filter(({ key }) => isKept(key))] as const,
    );
    return new Map(kept);
  }

  private isExpected(index: number): boolean {
    return this.options.expected.has(this.options.attributes[index]?.name ?? '');
  }

  private changesOf(index: number, before: Fragment, after: Fragment): readonly Change[] {
    const field = this.options.attributes[index] as Field;
    const hadValue = before !== KEEP && before !== CLEAR;
    if (hadValue && after === CLEAR) return ['changed', 'cleared'];
    return hadValue && isEarlier(field, before, after) ? ['changed', 'backwards'] : ['changed'];
  }

  private count(index: number, change: Change, example: RadiusExample): void {
    const counts = this.counts[index] as Record<Change, number>;
    counts[change] += 1;
    const name = `${LIMIT_NAMES[change]}.${this.options.attributes[index]?.name ?? ''}`;
    const examples = this.found.get(name) ?? [];
    if (examples.length === 0) this.found.set(name, examples);
    if (examples.length < this.options.examplesMax) examples.push(example);
  }
}

/** Times are unix seconds, dates are written so that the alphabet orders them. */
function isEarlier({ type }: Field, before: Fragment, after: Fragment): boolean {
  if (type === 'timestamp') return Number(after) < Number(before);
  return type === 'date' && after < before;
}
