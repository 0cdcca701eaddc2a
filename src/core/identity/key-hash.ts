import { murmur3 } from '../diff/murmur3.ts';

/** Name of a kind of key: `email`, `phone`, `id`, or whatever the contract calls it. */
export type KeyKind = string;

const ASCII_MAX = 0x7f;

/** Longer keys are hashed from a buffer of their own. */
const SCRATCH_BYTES = 1024;

/**
 * Hashes keys, so that the index holds neither addresses nor numbers. The seed differs from state to state
 * and stays in it; the kind is part of the hash, so that a phone number is never taken for an id.
 */
export class KeyHash {
  /** The hash of the key that was hashed last. */
  readonly words = new Uint32Array(4);
  private readonly seed: number;
  private readonly seeds = new Map<KeyKind, number>();
  private readonly scratch = Buffer.alloc(SCRATCH_BYTES);

  constructor(seed: number) {
    this.seed = seed;
  }

  ofBytes(kind: KeyKind, bytes: Uint8Array, start: number, end: number): Uint32Array {
    murmur3(bytes, start, end, this.seedOf(kind), this.words);
    return this.words;
  }

  ofText(kind: KeyKind, text: string): Uint32Array {
    if (text.length * 3 > SCRATCH_BYTES) {
      const bytes = Buffer.from(text, 'utf8');
      return this.ofBytes(kind, bytes, 0, bytes.length);
    }
    return this.ofBytes(kind, this.scratch, 0, this.write(text));
  }

  /** Most keys are plain ASCII, for which a call into the runtime would take longer than the hash. */
  private write(text: string): number {
    const { scratch } = this;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > ASCII_MAX) return scratch.write(text, 'utf8');
      scratch[index] = code;
    }
    return text.length;
  }

  private seedOf(kind: KeyKind): number {
    const known = this.seeds.get(kind);
    if (known !== undefined) return known;
    const name = Buffer.from(kind, 'utf8');
    murmur3(name, 0, name.length, this.seed, this.words);
    const seed = this.words[0] as number;
    this.seeds.set(kind, seed);
    return seed;
  }
}
