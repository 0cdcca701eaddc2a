/** The words of a name, in lower case: `lastOrder-At` → last, order, at. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** The name as it should be written. */
export function snakeCase(name: string): string {
  return wordsOf(name).join('_');
}

export function isSnakeCase(name: string): boolean {
  return /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name);
}

/** What is left of a name for who reads over it: two names with the same core are taken for each other. */
export function nameCore(name: string): string {
  return wordsOf(name)
    .map((word) => word.replace(/(?<=[a-z]{3})s$/, ''))
    .join('');
}

/** Words that say which one of several is meant. */
export const PLACE_WORDS: ReadonlySet<string> = new Set([
  'first',
  'last',
  'latest',
  'previous',
  'next',
  'recent',
]);
