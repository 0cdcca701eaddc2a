/** Values of `${VARIABLE}`s: the environment, and the project's `.env` file. */
export type Variables = Readonly<Record<string, string | undefined>>;

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
const ONLY_VARIABLES = /^(\$\{[A-Za-z_][A-Za-z0-9_]*\})+$/;
const URL_WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*?:([^/?#]*)@/i;

export interface Filled {
  readonly text: string;
  /** Names of variables that are not set, or are empty. */
  readonly missing: readonly string[];
}

export function fillTemplate(template: string, variables: Variables): Filled {
  const missing: string[] = [];
  const text = template.replace(VARIABLE, (whole, name: string) => {
    const value = variables[name];
    if (value === undefined || value === '') missing.push(name);
    return value ?? whole;
  });
  return { text, missing };
}

/** True when a secret stands in the text itself rather than behind a `${VARIABLE}`. */
export function holdsLiteralSecret(template: string): boolean {
  return !ONLY_VARIABLES.test(template);
}

/** True when the user part of a URL holds a password in clear text. */
export function holdsLiteralPassword(url: string): boolean {
  const password = URL_WITH_PASSWORD.exec(url)?.[1];
  return password !== undefined && password !== '' && holdsLiteralSecret(password);
}
