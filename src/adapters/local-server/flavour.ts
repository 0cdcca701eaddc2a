/** The two families of servers that speak MySQL's protocol. */
export type Flavour = 'mariadb' | 'mysql';

export type WantedFlavour = Flavour | 'any';

/** MySQL first: it is what most brands run, so "any" means MySQL where both are at hand. */
export const FLAVOURS: readonly Flavour[] = ['mysql', 'mariadb'];

export const FLAVOUR_NAMES: Readonly<Record<Flavour, string>> = { mariadb: 'MariaDB', mysql: 'MySQL' };

/** The flavours that satisfy a wish, best first. */
export function wantedFlavours(wanted: WantedFlavour): readonly Flavour[] {
  return wanted === 'any' ? FLAVOURS : [wanted];
}
