import { newKeyWords, ringPosition, writeTextKeyWords } from '../diff/key-words.ts';

/**
 * What the order of events needs to know of each: when it happened (unix seconds, which fit until 2106), and
 * 32 bits that stand for the person. Two people with the same bits only wait for each other.
 */
export const MOMENT_WORDS = 2;

/** The moments of people's operations: they have no order. */
export const NO_MOMENTS = new Uint32Array(0);

export interface Moment {
  /** Unix seconds. */
  readonly occurredAt: number;
  readonly personWord: number;
}

export function personWord(person: string): number {
  const words = newKeyWords();
  writeTextKeyWords(person, 0, words);
  return ringPosition(words);
}

export function occurredAtOf(moments: Uint32Array, index: number): number {
  return moments[index * MOMENT_WORDS] as number;
}

export function personWordOf(moments: Uint32Array, index: number): number {
  return moments[index * MOMENT_WORDS + 1] as number;
}

export function pickMoments(moments: Uint32Array, indexes: readonly number[]): Uint32Array {
  if (moments.length === 0) return NO_MOMENTS;
  const picked = new Uint32Array(indexes.length * MOMENT_WORDS);
  indexes.forEach((index, place) => {
    picked[place * MOMENT_WORDS] = occurredAtOf(moments, index);
    picked[place * MOMENT_WORDS + 1] = personWordOf(moments, index);
  });
  return picked;
}

/** True when no event is older than the one before it. */
export function isInOrder(moments: Uint32Array): boolean {
  for (let at = MOMENT_WORDS; at < moments.length; at += MOMENT_WORDS) {
    if ((moments[at] as number) < (moments[at - MOMENT_WORDS] as number)) return false;
  }
  return true;
}
