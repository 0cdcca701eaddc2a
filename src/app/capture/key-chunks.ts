/** Keys of one scoped query: few enough that the server looks each of them up by its index. */
export const KEYS_PER_QUERY = 500;

export function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, chunk) => items.slice(chunk * size, (chunk + 1) * size));
}
