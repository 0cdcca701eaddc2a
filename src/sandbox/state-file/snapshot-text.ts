import { NameList } from '../state/name-list.ts';

/**
 * Values of a snapshot as JSON text and back. Besides JSON there are maps, numbers that JSON does not
 * have, and lists of attribute names, which people share: each is written once and then by its number.
 * The reader has to meet the values in the order in which they were written.
 *
 *   {"$map": [[key, value], …]}   {"$number": "Infinity"}   {"$names": 3}   {"$names": [list, "next name"]}
 *
 * Objects with a key that begins with $ are written as {"$object": [[key, value], …]}.
 */
export class SnapshotWriter {
  readonly #numbers = new Map<NameList, number>();

  text(value: unknown): string {
    if (typeof value === 'number') return numberText(value);
    if (typeof value === 'string' || typeof value === 'boolean' || value === null)
      return JSON.stringify(value);
    if (Array.isArray(value)) return `[${value.map((part) => this.text(part)).join(',')}]`;
    if (value instanceof Map) return `{"$map":${this.#pairs(value)}}`;
    if (value instanceof NameList) return `{"$names":${this.#namesText(value)}}`;
    if (isPlainObject(value)) return this.#objectText(value);
    throw new TypeError(`a snapshot cannot hold a ${typeof value}`);
  }

  #pairs(entries: Iterable<readonly [unknown, unknown]>): string {
    return `[${Array.from(entries, ([key, value]) => `[${this.text(key)},${this.text(value)}]`).join(',')}]`;
  }

  #objectText(object: object): string {
    const entries = Object.entries(object).filter(([, value]) => value !== undefined);
    if (entries.some(([key]) => key.startsWith('$'))) return `{"$object":${this.#pairs(entries)}}`;
    return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${this.text(value)}`).join(',')}}`;
  }

  #namesText(names: NameList): string {
    if (names.shorter === undefined) return '0';
    const known = this.#numbers.get(names);
    if (known !== undefined) return String(known);
    const shorter = this.text(names.shorter);
    this.#numbers.set(names, this.#numbers.size + 1);
    return `[${shorter},${JSON.stringify(names.lastName)}]`;
  }
}

/** Reads what a SnapshotWriter wrote. Throws a SyntaxError where the text is none of its own. */
export class SnapshotReader {
  readonly #lists: NameList[] = [NameList.root()];

  value(text: string): unknown {
    return this.#revived(JSON.parse(text));
  }

  #revived(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((part) => this.#revived(part));
    const entries = Object.entries(value);
    const [first] = entries;
    if (first?.[0].startsWith('$') === true) return this.#special(first[0], first[1]);
    return Object.fromEntries(entries.map(([key, part]) => [key, this.#revived(part)]));
  }

  #special(key: string, content: unknown): unknown {
    switch (key) {
      case '$map':
        return new Map(this.#revivedPairs(content));
      case '$object':
        return Object.fromEntries(this.#revivedPairs(content));
      case '$number':
        return Number(content);
      case '$names':
        return this.#names(content);
      default:
        throw new SyntaxError(`unknown mark ${key}`);
    }
  }

  #revivedPairs(content: unknown): readonly (readonly [string, unknown])[] {
    const pairs = this.#revived(content);
    if (Array.isArray(pairs) && pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) return pairs;
    throw new SyntaxError('pairs are expected');
  }

  #names(content: unknown): NameList {
    if (typeof content === 'number') {
      const known = this.#lists[content];
      if (known === undefined) throw new SyntaxError(`unknown list of names ${content}`);
      return known;
    }
    const [shorter, lastName] = Array.isArray(content) ? content : [];
    const list = this.#revived(shorter);
    if (!(list instanceof NameList) || typeof lastName !== 'string') {
      throw new SyntaxError('a list of names is expected');
    }
    const longer = list.with(lastName);
    this.#lists.push(longer);
    return longer;
  }
}

export function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function numberText(value: number): string {
  return Number.isFinite(value) ? JSON.stringify(value) : `{"$number":"${value}"}`;
}
