const DIGITS = /^\d{1,15}$/;

/** A whole number of a query: undefined when it is not given, NaN when it is none. */
export function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  return DIGITS.test(text) ? Number(text) : Number.NaN;
}
