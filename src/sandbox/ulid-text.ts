const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARACTERS = 10;
const REST_CHARACTERS = 16;

/** Text shaped like a ULID, as activity ids are: the time, and a number in place of the random part. */
export function ulidText(timeMs: number, number: number): string {
  return base32(timeMs, TIME_CHARACTERS) + base32(number, REST_CHARACTERS);
}

function base32(value: number, length: number): string {
  let rest = Math.max(0, Math.floor(value));
  let text = '';
  for (let count = 0; count < length; count += 1) {
    text = `${CROCKFORD[rest % 32]}${text}`;
    rest = Math.floor(rest / 32);
  }
  return text;
}
