import { normaliseEmail } from './email.ts';
import type { KeyKind } from './key-hash.ts';
import type { ReadPhone } from './phone.ts';

/**
 * The form in which keys of a kind are compared: e-mail addresses and phone numbers have one, everything
 * else is taken exactly as it is. Undefined when the text is no such key.
 */
export function normaliseKey(kind: KeyKind, text: string, readPhone: ReadPhone): string | undefined {
  switch (kind) {
    case 'email':
      return normaliseEmail(text);
    case 'phone':
      return readPhone(text.trim());
    default:
      return text.trim() === '' ? undefined : text;
  }
}
