/** Letters that collations take for others though Unicode does not decompose them. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
};

/**
 * What an accent-insensitive collation (the default of MySQL and MariaDB) takes a normalised address for:
 * `josé@example.com` becomes `jose@example.com`, and a join or GROUP BY in the shop mixes the two.
 */
export function foldEmail(email: string): string {
  return email
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßøđłæœı]/g, (letter) => LETTERS[letter] ?? letter);
}
