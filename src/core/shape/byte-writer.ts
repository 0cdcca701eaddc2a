/** Below this length a loop is quicker than a call into native code. */
const LOOP_BYTES_MAX = 40;

const UTF8_BYTES_MAX = 3;

/** A growing run of bytes that is filled again and again. */
export class ByteWriter {
  bytes: Buffer;
  length = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  reset(): void {
    this.length = 0;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length] = value;
    this.length += 1;
  }

  copy(source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    this.reserve(size);
    if (size <= LOOP_BYTES_MAX) {
      for (let index = 0; index < size; index += 1) {
        this.bytes[this.length + index] = source[start + index] as number;
      }
    } else {
      this.bytes.set(source.subarray(start, end), this.length);
    }
    this.length += size;
  }

  text(text: string): void {
    this.reserve(text.length * UTF8_BYTES_MAX);
    this.length += this.bytes.write(text, this.length, 'utf8');
  }

  /** A whole number that is not negative. */
  digits(value: number): void {
    let rest = value;
    let count = 1;
    for (let limit = 10; limit <= value; limit *= 10) count += 1;
    this.reserve(count);
    for (let index = count - 1; index >= 0; index -= 1) {
      this.bytes[this.length + index] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.length += count;
  }

  /** What was written, in the writer's own memory. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** What was written, in memory of its own. */
  take(): Buffer {
    return Buffer.from(this.view());
  }

  private reserve(size: number): void {
    const wanted = this.length + size;
    if (wanted <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(wanted, this.bytes.length * 2));
    grown.set(this.view());
    this.bytes = grown;
  }
}
