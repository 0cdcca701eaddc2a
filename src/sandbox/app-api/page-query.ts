const DIGITS = /^\d+$/;

/** How many results a page of a list holds. */
export interface PageSize {
  readonly byDefault: number;
  readonly max: number;
}

/** The `limit` of a query; undefined when it is none. */
export function readLimit(limit: string | null, { byDefault, max }: PageSize): number | undefined {
  if (limit === null || limit === '') return byDefault;
  const count = DIGITS.test(limit) ? Number(limit) : 0;
  return count >= 1 && count <= max ? count : undefined;
}

/** A `next` value: opaque, good for one list only. */
export function cursorOf(list: string, position: number): string {
  return Buffer.from(`${list}:${position}`).toString('base64url');
}

/** The position in a `start` value: undefined where there is none, NaN where it is no cursor of the list. */
export function readCursor(list: string, start: string | null): number | undefined {
  if (start === null || start === '') return undefined;
  const text = Buffer.from(start, 'base64url').toString();
  const position = text.startsWith(`${list}:`) ? text.slice(list.length + 1) : '';
  return DIGITS.test(position) ? Number(position) : Number.NaN;
}
