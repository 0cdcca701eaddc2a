import type { ObjectKey } from '../operation.ts';
import { type AttributeSet, noAttributes } from './attribute-set.ts';
import type { NameList } from './name-list.ts';

/** A thing that is no person, and the people related to it. */
export interface StoredObject {
  readonly objectTypeId: string;
  readonly objectId: string;
  readonly cioObjectId: string;
  readonly attributes: AttributeSet;
  /** Serial of each related person, with the attributes of the relationship. */
  readonly people: Map<number, AttributeSet>;
}

export interface Relationship {
  readonly object: StoredObject;
  readonly attributes: AttributeSet;
}

export type ObjectSnapshot = ReturnType<ObjectStore['snapshot']>;

/** The objects of the workspace and who is related to them (cases 35, 78). */
export class ObjectStore {
  readonly #root: NameList;
  readonly #objects: Map<string, StoredObject>;
  readonly #keyByCioId: Map<string, string>;
  /** The objects of each person, by the person's serial. */
  readonly #keysByPerson = new Map<number, Set<string>>();
  #created: number;

  constructor(root: NameList, from?: ObjectSnapshot) {
    this.#root = root;
    this.#objects = copyOf(from?.objects ?? new Map());
    this.#keyByCioId = new Map(Array.from(this.#objects, ([key, object]) => [object.cioObjectId, key]));
    for (const [key, { people }] of this.#objects)
      for (const person of people.keys()) this.#index(person, key);
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

  find(key: ObjectKey): StoredObject | undefined {
    const known = 'objectId' in key ? mapKey(key) : this.#keyByCioId.get(key.cioObjectId);
    return known === undefined ? undefined : this.#objects.get(known);
  }

  /** Only an object named by its type and id can be created. */
  create(key: ObjectKey): StoredObject | undefined {
    if ('cioObjectId' in key) return undefined;
    this.#created += 1;
    const cioObjectId = `ob${this.#created.toString(16).padStart(8, '0')}`;
    const { objectTypeId, objectId } = key;
    const created = {
      objectTypeId,
      objectId,
      cioObjectId,
      attributes: noAttributes(this.#root),
      people: new Map<number, AttributeSet>(),
    };
    this.#objects.set(mapKey(created), created);
    this.#keyByCioId.set(cioObjectId, mapKey(created));
    return created;
  }

  replaceAttributes(object: StoredObject, attributes: AttributeSet): void {
    this.#objects.set(mapKey(object), { ...object, attributes });
  }

  remove(object: StoredObject): void {
    this.#objects.delete(mapKey(object));
    this.#keyByCioId.delete(object.cioObjectId);
    for (const person of object.people.keys()) this.#unindex(person, mapKey(object));
  }

  relate(object: StoredObject, person: number, attributes: AttributeSet): void {
    object.people.set(person, attributes);
    this.#index(person, mapKey(object));
  }

  /** Says whether there was a relationship. */
  unrelate(object: StoredObject, person: number): boolean {
    this.#unindex(person, mapKey(object));
    return object.people.delete(person);
  }

  /** The relationships of a person, in the order they were made. */
  relatedTo(person: number): readonly Relationship[] {
    const keys = [...(this.#keysByPerson.get(person) ?? [])];
    return keys.flatMap((key) => {
      const object = this.#objects.get(key);
      const attributes = object?.people.get(person);
      return object === undefined || attributes === undefined ? [] : [{ object, attributes }];
    });
  }

  /** Gives a merged person's relationships to the one who stays, where that one has none. */
  movePerson(from: number, to: number): void {
    for (const { object, attributes } of this.relatedTo(from)) {
      this.unrelate(object, from);
      if (!object.people.has(to)) this.relate(object, to, attributes);
    }
  }

  removePerson(person: number): void {
    for (const { object } of this.relatedTo(person)) this.unrelate(object, person);
  }

  #index(person: number, key: string): void {
    const keys = this.#keysByPerson.get(person);
    if (keys === undefined) this.#keysByPerson.set(person, new Set([key]));
    else keys.add(key);
  }

  #unindex(person: number, key: string): void {
    const keys = this.#keysByPerson.get(person);
    keys?.delete(key);
    if (keys?.size === 0) this.#keysByPerson.delete(person);
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
