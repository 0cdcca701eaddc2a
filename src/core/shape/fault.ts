/** What the documentation says of one fault code; `docs/reference/faults.md` is written from this table. */
interface FaultEntry {
  /** Completes the sentence "the value …" or "the row …", without the value itself: it may be personal. */
  readonly reason: string;
  readonly cure: string;
}

export const FAULT_CODES = {
  person_missing: {
    reason: 'the row has no person: its identifier is NULL or empty',
    cure: 'Customer.io needs someone to put it on. Guests need an identity of their own, or leave them out in the query.',
  },
  person_unresolved: {
    reason: 'nobody has the key by which the row names its person, and `unresolved` is `refuse`',
    cure: 'Let a people or identities model say whose key it is, or choose `unresolved: hold`.',
  },
  guest_refused: {
    reason: 'the row has only an e-mail address of nobody with an id, and `guests` is `refuse`',
    cure: 'Choose `guests: by_email` or `hold`, or leave such rows out in the query.',
  },
  identifier_too_long: {
    reason: 'the identifier is longer than 150 bytes',
    cure: 'Customer.io refuses longer identifiers; choose another key.',
  },
  duplicate_person: {
    reason: 'the query returns this person more than once',
    cure: 'One row per person: aggregate, or join so that rows are not multiplied.',
  },
  duplicate_event: {
    reason: 'the query returns this event id more than once',
    cure: '`event_id` must be unique: name all columns that make it so.',
  },
  duplicate_cart: {
    reason: 'the query returns this cart more than once',
    cure: 'One row per cart: aggregate its items, or name all columns that make a cart under `cart`.',
  },
  duplicate_row: {
    reason: 'the query returns the same thing more than once',
    cure: 'One row for each object, relationship or device: aggregate, or join so that rows are not multiplied.',
  },
  key_missing: {
    reason: 'the column that tells the row from others is NULL or empty',
    cure: 'Leave such rows out in the query; nothing is removed as long as there is one.',
  },
  event_id_missing: {
    reason: 'a column of the event id is NULL',
    cure: 'Without a stable id the event could arrive twice; use columns that are NOT NULL.',
  },
  value_missing: {
    reason: 'the value is NULL, and `when_null` is `reject` or not chosen',
    cure: 'Choose `when_null: keep` or `clear`, or mend the data.',
  },
  not_text: {
    reason: 'the value is not valid UTF-8 text',
    cure: 'For binary columns let the query return HEX(column).',
  },
  not_an_integer: {
    reason: 'the value is not a whole number',
    cure: 'Declare it as decimal or string, or CAST it in the query.',
  },
  not_a_number: {
    reason: 'the value is not a number',
    cure: 'Declare it as string, or mend the data.',
  },
  not_a_boolean: {
    reason: 'the value is neither 0 nor 1',
    cure: 'Booleans are strict: let the query say `column = 1`, or declare it as integer.',
  },
  not_allowed: {
    reason: 'the value is none of `one_of`',
    cure: 'Add it to `one_of`, or mend the data.',
  },
  not_an_email: {
    reason: 'the value is not an e-mail address',
    cure: 'Mend the address, or let the query return NULL for it.',
  },
  not_a_phone: {
    reason: 'the value is not a phone number',
    cure: 'Write it with its country (+49 …), or let the query return NULL.',
  },
  not_a_list: {
    reason: 'the value is not a list of texts',
    cure: 'A string_list is a JSON array of texts, or text with the declared `separator`.',
  },
  not_an_object: {
    reason: 'the value is not valid JSON, or not an object or array',
    cure: 'Mend the JSON, or declare the property as string.',
  },
  value_too_long: {
    reason: 'the value is longer than 1,000 bytes',
    cure: 'Customer.io would refuse the whole person; shorten it in the query (LEFT(column, 250)).',
  },
  operation_too_large: {
    reason: 'the row makes an operation of more than 32,000 bytes',
    cure: 'Customer.io refuses it; leave out or shorten large columns.',
  },
  time_zero: {
    reason: 'the time is a zero date (0000-00-00) or the number 0',
    cure: "It stands for no time at all: NULLIF(column, '0000-00-00 00:00:00'), or NULLIF(column, 0), and choose `when_null`.",
  },
  time_invalid: {
    reason: 'the value is not a date and time that the calendar has',
    cure: 'Mend the data, or give the column’s `format`.',
  },
  time_without_clock: {
    reason: 'the value is a date without a time',
    cure: 'Declare it as type date, or let the query choose the time of day.',
  },
  time_not_there: {
    reason: 'the local time does not exist: clocks went forward over it',
    cure: 'Check `time_zone`; a column that is really UTC shows this once a year.',
  },
  time_ambiguous: {
    reason: 'the local time exists twice: clocks went back over it',
    cure: 'Choose `ambiguous_time: earlier` or `later`.',
  },
  time_too_early: {
    reason: 'the time lies before `not_before`',
    cure: 'Set `not_before` when it is right, or mend the data.',
  },
  time_too_late: {
    reason: 'the time lies after the year 2100',
    cure: 'Often milliseconds are read as seconds: set `format: unix_milliseconds`.',
  },
  consent_time_missing: {
    reason: 'an opt-in has no time: its `consent_at` is NULL',
    cure: 'Without a proven time nobody is subscribed. Fill the column, or let the query return NULL for the consent.',
  },
  time_in_future: {
    reason: 'the time lies in the future by more than the allowed clock skew',
    cure: 'Usually a wrong `time_zone`, else a wrong clock; see `defaults.clock_skew` and, for attributes, `future`.',
  },
} as const satisfies Record<string, FaultEntry>;

export type FaultCode = keyof typeof FAULT_CODES;

/** A source row that may not be sent. Never holds the value itself. */
export interface Fault {
  readonly code: FaultCode;
  /** The column at fault, or undefined when it is the row as a whole. */
  readonly column: string | undefined;
}

export function faultReason(code: FaultCode): string {
  return FAULT_CODES[code].reason;
}
