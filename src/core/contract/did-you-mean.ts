import { closest, distance } from 'fastest-levenshtein';

/** The known word most like `word`, when it is near enough to be what was meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(word.toLowerCase(), [...known]);
  const nearEnough = word.length <= 3 ? 1 : Math.max(2, Math.floor(word.length / 3));
  return distance(word.toLowerCase(), candidate.toLowerCase()) <= nearEnough ? candidate : undefined;
}

export function didYouMean(word: string, known: readonly string[]): string {
  const candidate = nearest(word, known);
  if (candidate !== undefined) return `Did you mean \`${candidate}\`?`;
  return known.length === 0 ? 'Remove it.' : `Known here: ${known.join(', ')}.`;
}
