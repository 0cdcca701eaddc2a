/** What an attribute or event is, as described by its owners. */
export interface IndexEntry {
  readonly name: string;
  readonly description: string;
  /** 1: sensitive. */
  readonly privacyLevel: number;
  /** Whose attribute it is where not a person's: of an object type, a relationship or an event. */
  readonly objectTypeId?: number | undefined;
  readonly isRelationship?: boolean | undefined;
  readonly eventName?: string | undefined;
}

/** A description to add; what is left out stays as it was. */
export type IndexChange = Omit<IndexEntry, 'description' | 'privacyLevel'> & {
  readonly description?: string | undefined;
  readonly privacyLevel?: number | undefined;
};

export type DataIndexSnapshot = ReturnType<DataIndex['snapshot']>;

/** The dictionary of the workspace: names of attributes and events, with what they mean. */
export class DataIndex {
  readonly #attributes: Map<string, IndexEntry>;
  readonly #events: Map<string, IndexEntry>;

  constructor(from?: DataIndexSnapshot) {
    this.#attributes = new Map(from?.attributes);
    this.#events = new Map(from?.events);
  }

  snapshot() {
    return { attributes: new Map(this.#attributes), events: new Map(this.#events) } as const;
  }

  get attributes(): readonly IndexEntry[] {
    return [...this.#attributes.values()];
  }

  get events(): readonly IndexEntry[] {
    return [...this.#events.values()];
  }

  describeAttribute(change: IndexChange): void {
    describe(this.#attributes, change);
  }

  describeEvent(change: IndexChange): void {
    describe(this.#events, change);
  }
}

function describe(entries: Map<string, IndexEntry>, change: IndexChange): void {
  const key = JSON.stringify([change.objectTypeId, change.isRelationship, change.eventName, change.name]);
  const known = entries.get(key);
  entries.set(key, {
    ...change,
    description: change.description ?? known?.description ?? '',
    privacyLevel: change.privacyLevel ?? known?.privacyLevel ?? 0,
  });
}
