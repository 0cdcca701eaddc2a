import type { AttributeChange, ObjectKey } from '../operation.ts';
import { type AttributeSet, changeAttributes, noAttributes } from './attribute-set.ts';
import type { NameList } from './name-list.ts';

/** A thing that is no person, and the people related to it. Kept simply: no conflicts, no limits in sum. */
export interface StoredObject {
  readonly objectTypeId: string;
  readonly objectId: string;
  readonly cioObjectId: string;
  readonly attributes: AttributeSet;
  /** Serial of each related person, with the attributes of the relationship. */
  readonly people: Map<number, AttributeSet>;
}

export type ObjectSnapshot = ReturnType<ObjectStore['snapshot']>;

/** The objects of the workspace (cases 35, 78). */
export class ObjectStore {
  readonly #root: NameList;
  readonly #objects: Map<string, StoredObject>;
  #created: number;

  constructor(root: NameList, from?: ObjectSnapshot) {
    this.#root = root;
    this.#objects = copyOf(from?.objects ?? new Map());
    this.#created = from?.created ?? 0;
  }

  snapshot() {
    return { objects: copyOf(this.#objects), created: this.#created } as const;
  }

  get count(): number {
    return this.#objects.size;
  }

  get typeCount(): number {
    return new Set([...this.#objects.values()].map((object) => object.objectTypeId)).size;
  }

  all(): Iterable<StoredObject> {
    return this.#objects.values();
  }

  /** Creates or updates; only an object named by its type and id can be created. */
  identify(key: ObjectKey, changes: readonly AttributeChange[], at: number): StoredObject | undefined {
    const known = this.find(key) ?? this.#create(key);
    if (known === undefined) return undefined;
    const { attributes } = changeAttributes(this.#root, known.attributes, changes, at);
    const updated = { ...known, attributes };
    this.#objects.set(mapKey(known), updated);
    return updated;
  }

  remove(key: ObjectKey): void {
    const known = this.find(key);
    if (known !== undefined) this.#objects.delete(mapKey(known));
  }

  /** Relates a person, creating the object where it is missing (case 35). */
  relate(
    key: ObjectKey,
    person: number,
    changes: readonly AttributeChange[],
    at: number,
  ): StoredObject | undefined {
    const object = this.identify(key, [], at);
    const before = object?.people.get(person) ?? noAttributes(this.#root);
    object?.people.set(person, changeAttributes(this.#root, before, changes, at).attributes);
    return object;
  }

  /** The objects of a person, in the order they were made. */
  relatedTo(
    person: number,
  ): readonly { readonly object: StoredObject; readonly relationship: AttributeSet }[] {
    return [...this.#objects.values()].flatMap((object) => {
      const relationship = object.people.get(person);
      return relationship === undefined ? [] : [{ object, relationship }];
    });
  }

  unrelate(key: ObjectKey, person: number): StoredObject | undefined {
    const object = this.find(key);
    object?.people.delete(person);
    return object;
  }

  /** Gives a merged person's relationships to the one who stays, where that one has none. */
  movePerson(from: number, to: number): void {
    for (const object of this.#objects.values()) {
      const relationship = object.people.get(from);
      if (relationship === undefined) continue;
      object.people.delete(from);
      if (!object.people.has(to)) object.people.set(to, relationship);
    }
  }

  removePerson(person: number): void {
    for (const object of this.#objects.values()) object.people.delete(person);
  }

  find(key: ObjectKey): StoredObject | undefined {
    if ('objectId' in key) return this.#objects.get(mapKey(key));
    return [...this.#objects.values()].find((object) => object.cioObjectId === key.cioObjectId);
  }

  #create(key: ObjectKey): StoredObject | undefined {
    if ('cioObjectId' in key) return undefined;
    this.#created += 1;
    const cioObjectId = `ob${this.#created.toString(16).padStart(8, '0')}`;
    return { ...key, cioObjectId, attributes: noAttributes(this.#root), people: new Map() };
  }
}

/** The relationships of an object are changed in place, so each copy has its own. */
function copyOf(objects: ReadonlyMap<string, StoredObject>): Map<string, StoredObject> {
  return new Map(
    Array.from(objects, ([key, object]) => [key, { ...object, people: new Map(object.people) }] as const),
  );
}

function mapKey(object: { readonly objectTypeId: string; readonly objectId: string }): string {
  return `${object.objectTypeId} ${object.objectId}`;
}
