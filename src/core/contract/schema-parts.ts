import { z } from 'zod';
import { DURATION_PATTERN } from './duration.ts';

/** Names of attributes, events, columns: anything printable that is not blank. */
export const nameSchema = z
  .string({ error: 'a name is expected here' })
  .min(1, { error: 'a name may not be empty' })
  .regex(/^\S(.*\S)?$/u, { error: 'a name may not begin or end with a space' });

export const columnSchema = nameSchema.describe('Name of a column that the query returns.');

/** Kinds of keys: `id`, `email`, `phone`, `anonymous_id`, and whatever else tells people apart in the shop. */
export const keyKindSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, { error: 'a kind of key is made of a-z, 0-9 and _, and begins with a letter' })
  .describe('Kind of key: id, email, phone, anonymous_id, or a name of your own such as device.');

export const guestsSchema = z
  .enum(['by_email', 'hold', 'refuse'], { error: '`guests` is `by_email`, `hold` or `refuse`' })
  .describe('Rows with an e-mail address of nobody with an id: sent by address, held, or refused as faults.');

export const durationSchema = z
  .string({ error: 'a duration like 30s, 15m, 24h or 7d is expected here' })
  .regex(DURATION_PATTERN, { error: 'a duration like 30s, 15m, 24h or 7d is expected here' });

export const shareSchema = z
  .string({ error: 'a share like 5% is expected here' })
  .regex(/^(100|\d{1,2}(\.\d+)?)%$/, { error: 'a share like 5% is expected here' });

/** `5%` → 0.05 */
export function shareOf(text: string): number {
  return Number(text.slice(0, -1)) / 100;
}

export const dateSchema = z
  .string({ error: 'a date like 2015-01-31 is expected here' })
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'a date like 2015-01-31 is expected here' })
  .refine((text) => new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) ?? false, {
    error: 'there is no such date in the calendar',
  });

export const timeZoneSchema = z
  .string({ error: 'an IANA time zone like Europe/London is expected here' })
  .refine(isTimeZone, { error: 'there is no IANA time zone of this name' })
  .describe(
    'IANA zone, such as Europe/London, in which DATETIME columns are written. TIMESTAMP is always UTC.',
  );

/** A value that may hold `${VARIABLE}`; what it stands for is looked up only when a connection is made. */
export const templateSchema = z
  .string({ error: 'text is expected here' })
  .min(1, { error: 'this may not be empty' });

export const tagsSchema = z
  .array(z.string().regex(/^[a-z0-9_-]+$/, { error: 'a tag is made of a-z, 0-9, - and _' }))
  .describe('For --select tag:NAME.');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined && !/^[+-]/.test(name);
  } catch {
    return false;
  }
}
