/** One @ with something on both sides, no spaces or control characters. Customer.io checks the rest. */
const EMAIL_SHAPE = /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u;

/** An address that is already as it should be; most are. */
const NORMAL_SHAPE = /^[a-z0-9._%+-]+@[a-z0-9.-]+$/;

/**
 * The form in which addresses are compared and sent: trimmed, lower case, Unicode NFC.
 * Plus-tags stay, for they can be different mailboxes. Undefined when it is not an address.
 */
export function normaliseEmail(text: string): string | undefined {
  if (NORMAL_SHAPE.test(text)) return text;
  const email = text.trim().toLowerCase().normalize('NFC');
  return EMAIL_SHAPE.test(email) ? email : undefined;
}
