/**
 * The names of a person's attributes, in the order they came, shared by all people who have the same.
 * A million people with the same ten attributes hold one list between them.
 * Lists form a tree: `with` gives the list that is one name longer, always the same object.
 */
export class NameList {
  static root(): NameList {
    return new NameList(undefined, '', 0);
  }

  readonly length: number;
  /** The list that is one name shorter; undefined for the empty one. */
  readonly shorter: NameList | undefined;
  readonly lastName: string;
  #longer: Map<string, NameList> | undefined;
  #names: readonly string[] | undefined;
  #memberStarts: readonly string[] | undefined;
  #positions: ReadonlyMap<string, number> | undefined;

  private constructor(shorter: NameList | undefined, lastName: string, length: number) {
    this.shorter = shorter;
    this.lastName = lastName;
    this.length = length;
  }

  with(name: string): NameList {
    const known = this.#longer?.get(name);
    if (known !== undefined) return known;
    const list = new NameList(this, name, this.length + 1);
    this.#longer ??= new Map();
    this.#longer.set(name, list);
    return list;
  }

  /** Built when first asked for: lists that were only passed on the way keep no array. */
  get names(): readonly string[] {
    this.#names ??= this.#collectNames();
    return this.#names;
  }

  /** Each name as it begins a member of a JSON object: quoted, with its colon. */
  get memberStarts(): readonly string[] {
    this.#memberStarts ??= this.names.map((name) => `${JSON.stringify(name)}:`);
    return this.#memberStarts;
  }

  positionOf(name: string): number | undefined {
    this.#positions ??= new Map(this.names.map((known, position) => [known, position]));
    return this.#positions.get(name);
  }

  #collectNames(): readonly string[] {
    const names: string[] = [];
    for (let list: NameList | undefined = this; list !== undefined && list.length > 0; list = list.shorter) {
      names.push(list.lastName);
    }
    return names.reverse();
  }
}
