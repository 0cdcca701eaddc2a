/** A phone that can receive pushes. */
export interface Device {
  readonly token: string;
  readonly platform: string;
  readonly lastUsed: number;
  /** JSON text. */
  readonly attributes: string;
}

const NO_DEVICES: readonly Device[] = [];

export type DeviceSnapshot = ReturnType<DeviceList['snapshot']>;

/** The devices of each person, by the person's serial. */
export class DeviceList {
  readonly #byPerson: Map<number, readonly Device[]>;

  constructor(from?: DeviceSnapshot) {
    this.#byPerson = new Map(from?.byPerson);
  }

  snapshot() {
    return { byPerson: new Map(this.#byPerson) } as const;
  }

  of(person: number): readonly Device[] {
    return this.#byPerson.get(person) ?? NO_DEVICES;
  }

  /** Adds a device or updates the one with the same token. */
  put(person: number, device: Device): void {
    const others = this.of(person).filter((known) => known.token !== device.token);
    this.#byPerson.set(person, [...others, device]);
  }

  remove(person: number, token: string): void {
    const left = this.of(person).filter((known) => known.token !== token);
    if (left.length === 0) this.#byPerson.delete(person);
    else this.#byPerson.set(person, left);
  }

  removePerson(person: number): void {
    this.#byPerson.delete(person);
  }

  movePerson(from: number, to: number): void {
    for (const device of this.of(from)) this.put(to, device);
    this.#byPerson.delete(from);
  }
}
