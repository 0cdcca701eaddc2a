const AT = 0x40;

/** Whether the bytes have the form of an e-mail address: something on both sides of one @, and no space. */
export function looksLikeEmail(bytes: Uint8Array, start: number, end: number): boolean {
  let at = -1;
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] as number;
    if (byte <= 0x20) return false;
    if (byte !== AT) continue;
    if (at >= 0) return false;
    at = index;
  }
  return at > start && at < end - 1;
}
