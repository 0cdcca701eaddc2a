import type { FieldType } from '../contract/contract.ts';
import { murmur3 } from '../diff/murmur3.ts';
import { CLEAR, type Fragment, KEEP } from '../shape/fragment.ts';

/** Somebody who may be looked at. */
export interface SampleCandidate {
  readonly person: string;
  readonly mysql: readonly Fragment[];
  /** Never delivered. */
  readonly isNew: boolean;
}

/** Somebody chosen, and why. */
export type Sampled<C> = C & { readonly why: string };

interface Stratum<C> {
  readonly why: string;
  /** The candidate with the highest rank is chosen; undefined: not one of these. */
  rank(candidate: C): number | undefined;
  best: { readonly rank: number; readonly candidate: C } | undefined;
}

/** At most this share of a sample is chosen for a reason; the rest by chance. */
const CHOSEN_SHARE = 0.7;

/**
 * Chooses people worth a look: who has most of each number, who is first and last in time, who has each yes,
 * who was never delivered; and others by chance, the same ones for the same seed.
 */
export class PersonSample<C extends SampleCandidate> {
  private readonly size: number;
  private readonly seed: number;
  private readonly strata: readonly Stratum<C>[];
  /** The lowest hashes so far, in order. */
  private readonly random: { readonly hash: number; readonly candidate: C }[] = [];

  constructor(
    fields: readonly { readonly name: string; readonly type: FieldType }[],
    { size, seed }: { readonly size: number; readonly seed: number },
  ) {
    this.size = size;
    this.seed = seed;
    const unseen: Stratum<C> = {
      why: 'never delivered',
      rank: (candidate) => (candidate.isNew ? this.hashOf(candidate.person) : undefined),
      best: undefined,
    };
    this.strata = [unseen, ...fields.flatMap((field, index) => this.strataOf(field, index))];
  }

  offer(candidate: C): void {
    for (const stratum of this.strata) {
      const rank = stratum.rank(candidate);
      if (rank !== undefined && rank > (stratum.best?.rank ?? -Infinity)) stratum.best = { rank, candidate };
    }
    this.offerByChance(candidate);
  }

  chosen(): readonly Sampled<C>[] {
    const chosen = new Map<string, Sampled<C>>();
    for (const { why, best } of this.strata) {
      if (chosen.size >= this.size * CHOSEN_SHARE) break;
      if (best !== undefined && !chosen.has(best.candidate.person)) {
        chosen.set(best.candidate.person, { ...best.candidate, why });
      }
    }
    for (const { candidate } of this.random) {
      if (chosen.size >= this.size) break;
      if (!chosen.has(candidate.person)) chosen.set(candidate.person, { ...candidate, why: 'by chance' });
    }
    return [...chosen.values()];
  }

  private strataOf(
    { name, type }: { readonly name: string; readonly type: FieldType },
    index: number,
  ): readonly Stratum<C>[] {
    const value = ({ mysql }: C): number | undefined => numberIn(mysql[index]);
    switch (type) {
      case 'integer':
      case 'decimal':
        return [{ why: `most ${name}`, rank: value, best: undefined }];
      case 'timestamp':
        return [
          { why: `last ${name}`, rank: value, best: undefined },
          { why: `first ${name}`, rank: (candidate) => negative(value(candidate)), best: undefined },
        ];
      case 'boolean':
        return [
          {
            why: `with ${name}`,
            rank: ({ mysql, person }) => (mysql[index] === 'true' ? this.hashOf(person) : undefined),
            best: undefined,
          },
        ];
      default:
        return [];
    }
  }

  private offerByChance(candidate: C): void {
    const hash = this.hashOf(candidate.person);
    const last = this.random.at(-1);
    if (this.random.length >= this.size && last !== undefined && hash >= last.hash) return;
    const place = this.random.findIndex((other) => other.hash > hash);
    this.random.splice(place < 0 ? this.random.length : place, 0, { hash, candidate });
    if (this.random.length > this.size) this.random.pop();
  }

  private hashOf(person: string): number {
    const bytes = Buffer.from(person, 'utf8');
    const words = new Uint32Array(4);
    murmur3(bytes, 0, bytes.length, this.seed, words);
    return words[0] as number;
  }
}

function numberIn(fragment: Fragment | undefined): number | undefined {
  if (fragment === undefined || fragment === KEEP || fragment === CLEAR) return undefined;
  const number = Number(fragment);
  return Number.isFinite(number) ? number : undefined;
}

function negative(number: number | undefined): number | undefined {
  return number === undefined ? undefined : -number;
}
