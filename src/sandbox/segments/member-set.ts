const FIRST_SIZE = 1024;

/** A set of people by serial: one byte for everyone there ever was, members in order of serial. */
export class MemberSet {
  #isMember = new Uint8Array(FIRST_SIZE);
  #count = 0;

  constructor(serials: readonly number[] = []) {
    for (const serial of serials) this.put(serial, true);
  }

  get count(): number {
    return this.#count;
  }

  has(serial: number): boolean {
    return this.#isMember[serial] === 1;
  }

  /** @returns whether that changed anything. */
  put(serial: number, isMember: boolean): boolean {
    if (this.has(serial) === isMember) return false;
    if (serial >= this.#isMember.length) this.#grow(serial);
    this.#isMember[serial] = isMember ? 1 : 0;
    this.#count += isMember ? 1 : -1;
    return true;
  }

  /** From this serial on. */
  *serials(from = 0): Generator<number> {
    for (let serial = this.#isMember.indexOf(1, from); serial !== -1; ) {
      yield serial;
      serial = this.#isMember.indexOf(1, serial + 1);
    }
  }

  #grow(serial: number): void {
    const grown = new Uint8Array(Math.max(serial + 1, this.#isMember.length * 2));
    grown.set(this.#isMember);
    this.#isMember = grown;
  }
}
