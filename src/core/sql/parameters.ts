import { tokenizeSql } from './sql-tokens.ts';

/** Named parameters a query may use: in the model's time zone, and the same in UTC. */
export const PARAMETER_NAMES = ['since', 'until', 'now', 'since_utc', 'until_utc', 'now_utc'] as const;

export type ParameterName = (typeof PARAMETER_NAMES)[number];

/** Texts like `2026-11-23 10:00:00`, one for each parameter. */
export type ParameterValues = Readonly<Record<ParameterName, string>>;

export interface ParameterUse {
  readonly name: string;
  /** Offset of the colon in the SQL text. */
  readonly offset: number;
}

/** `:name` outside quotes and comments; not `::`, not `@x:=…`. */
const PARAMETER = /(?<![:\w]):([A-Za-z_]\w*)/g;

export function parametersOf(sql: string): readonly ParameterUse[] {
  return tokenizeSql(sql)
    .filter((token) => token.kind === 'code')
    .flatMap((token) =>
      [...token.text.matchAll(PARAMETER)].map((match) => ({
        name: match[1] ?? '',
        offset: token.start + match.index,
      })),
    );
}

/** Puts the values in place of the parameters, as quoted literals. Values hold digits, dashes, colons, spaces. */
export function bindParameters(sql: string, values: ParameterValues): string {
  return bindNamed(sql, new Map<string, string>(Object.entries(values)));
}

/** The same for other names; a list stands as it is. */
export function bindNamed(
  sql: string,
  known: ReadonlyMap<string, string | { readonly list: string }>,
): string {
  return tokenizeSql(sql)
    .map((token) =>
      token.kind === 'code'
        ? token.text.replace(PARAMETER, (whole, name: string) => {
            const value = known.get(name);
            if (value === undefined) return whole;
            return typeof value === 'string' ? `'${value}'` : value.list;
          })
        : token.text,
    )
    .join('')
    .trim()
    .replace(/;\s*$/, '');
}
