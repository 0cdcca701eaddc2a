/** A path with a query; what is empty is left out. */
export function hrefWith(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  return search.size === 0 ? path : `${path}?${search}`;
}

/** One of the named choices; the first where none is named, or an unknown one. */
export function choiceIn<Name extends string>(
  query: URLSearchParams,
  name: string,
  choices: Readonly<Record<Name, unknown>>,
): Name {
  const names = Object.keys(choices) as Name[];
  return names.find((choice) => choice === query.get(name)) ?? (names[0] as Name);
}

/** A whole number from 0 on; undefined for anything else. */
export function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
