/** An error always stops; a warning only with `--strict`; a note never. */
export type Severity = 'error' | 'warning' | 'note';

/** What the documentation says of one rule; `docs/reference/lint.md` is written from this table. */
interface LintRule {
  readonly severity: Severity;
  /** The rule itself, as a sentence. */
  readonly rule: string;
  /** What goes wrong without it. */
  readonly why: string;
  readonly good: string;
  readonly bad: string;
  /** Where it shows; without it: in the files of the project. */
  readonly seenIn?: 'rows' | 'files and rows';
}

export const LINT_RULES = {
  reserved_name: {
    severity: 'error',
    rule: 'An attribute is not called what Customer.io keeps for itself.',
    why: 'Such a name identifies the person, subscribes or unsubscribes them, or is written over by Customer.io.',
    good: 'email_consent',
    bad: 'unsubscribed',
  },
  overriding_name: {
    severity: 'error',
    rule: 'A property is not called `from_address`, `recipient` or `reply_to`.',
    why: 'In the data of an event these override the sender and the recipient of every campaign that it triggers.',
    good: 'support_address',
    bad: 'reply_to',
  },
  type_changed: {
    severity: 'error',
    rule: 'A published attribute or property keeps its type.',
    why: 'Segments, filters and Liquid were written for the published type; with another they silently match nobody.',
    good: 'a new name (`total_orders_text`), or the change accepted with a reason (docs/guides/definitions.md)',
    bad: '`total_orders`, published as integer, declared as string',
  },
  snake_case: {
    severity: 'warning',
    rule: 'Attributes, properties and events are written in snake_case: a-z, 0-9 and _, beginning with a letter.',
    why: 'Customer.io tells `First_name` from `first_name`, MySQL does not, and Liquid needs quotes for anything else.',
    good: 'total_orders',
    bad: 'totalOrders, Total Orders, total-orders',
  },
  event_tense: {
    severity: 'warning',
    rule: 'An event is called noun_verb, with the verb in the past.',
    why: 'An event is something that has happened to something; one form for all makes them easy to find and hard to double.',
    good: 'order_placed, cart_abandoned',
    bad: 'place_order, order, placed_order',
  },
  ambiguous_name: {
    severity: 'warning',
    rule: 'A name says what its value is: a time, an amount, an id, a number of something.',
    why: 'Whoever builds a segment on `last_purchase` must guess whether it is a time, a product or an amount.',
    good: 'last_order_at, last_order_value, subscription_status',
    bad: 'last_purchase, status, total',
  },
  twin_names: {
    severity: 'warning',
    rule: 'Two attributes, or two properties of one event, differ by more than case, underscores and a plural s.',
    why: 'To Customer.io they are two attributes, to people they are one: half of the segments use the wrong one.',
    good: 'one of them',
    bad: 'total_orders and TotalOrder',
  },
  special_name: {
    severity: 'warning',
    rule: 'An attribute to which Customer.io gives a meaning of its own has the type that it expects.',
    why: '`created_at` is read as unix seconds and `timezone` as an IANA name; another form is silently not understood.',
    good: 'created_at: { type: timestamp }',
    bad: 'created_at: { type: string }',
  },
  time_type: {
    severity: 'warning',
    rule: 'What is called `…_at` is a timestamp, what is called `…_date` or `…_day` a timestamp or a date.',
    why: 'Date conditions of segments understand unix seconds only; a time sent as text never matches, without a word.',
    good: 'last_order_at: { type: timestamp }',
    bad: 'last_order_at: { type: string }',
  },
  time_name: {
    severity: 'note',
    rule: 'A timestamp is called `…_at`, or at least `…_date`, `…_time`, `…_until`, `…_since` or `birthday`.',
    why: 'The name is all that one sees when building a segment.',
    good: 'first_order_at',
    bad: 'first_ordered',
  },
  time_as_text: {
    severity: 'warning',
    rule: 'Values that are dates are declared as timestamp or date, not as string.',
    why: 'Date conditions of segments never match text.',
    good: 'renewal_at: { type: timestamp }',
    bad: 'renewal: { type: string } with values like 2026-11-23 10:00:00',
    seenIn: 'rows',
  },
  boolean_type: {
    severity: 'warning',
    rule: 'What is called `is_…`, `has_…`, `…_opt_in` or `…_consent` is a boolean.',
    why: 'As a number or a text, "is true" in a segment does not match it.',
    good: 'is_refunder: { type: boolean }',
    bad: 'is_refunder: { type: integer }',
  },
  moment_as_attribute: {
    severity: 'warning',
    rule: 'What happens at a moment is an event, not an attribute.',
    why: 'An attribute keeps only the last time; a journey that waits for the moment never sees the others.',
    good: 'the event cart_abandoned; the attribute last_cart_abandoned_at',
    bad: 'an attribute cart_abandoned',
  },
  state_as_event: {
    severity: 'warning',
    rule: 'What is true for a while is an attribute, not an event, and an event has a time of its own.',
    why: 'A state has no moment: as an event it comes too often or never again, and can not be corrected later.',
    good: 'the attribute subscription_status; the event subscription_canceled',
    bad: 'an event customer_status, or NOW() as `occurred_at`',
  },
  too_many_attributes: {
    severity: 'warning',
    rule: 'All people models together have at most 60 attributes.',
    why: 'Customer.io takes 300 a person, from all sources; and nobody finds the right one among hundreds.',
    good: 'the attributes that a segment or a message uses',
    bad: 'every column of the customers table',
  },
  blob: {
    severity: 'warning',
    rule: 'An attribute or property of type string holds a value, not a document.',
    why: 'No segment can look into JSON or HTML that is sent as text, and it soon reaches the limit of 1,000 bytes.',
    good: 'last_product_category',
    bad: 'preferences_json',
    seenIn: 'files and rows',
  },
  near_limit: {
    severity: 'warning',
    rule: 'Values stay well below the limits of Customer.io: 1,000 bytes an attribute, 150 an identifier, 32,000 an event.',
    why: 'One byte more and the person or the event is refused, for one long value among many.',
    good: 'LEFT(note, 200)',
    bad: 'note, with values of 800 bytes and more',
    seenIn: 'rows',
  },
  high_cardinality: {
    severity: 'warning',
    rule: 'What is called a tier, status, category, type … has few values.',
    why: 'A segment for each value can not be built by hand; usually an id or a free text was joined by mistake.',
    good: 'last_product_category with 12 values',
    bad: 'last_product_category with 4,000 values',
    seenIn: 'rows',
  },
  sensitive_name: {
    severity: 'warning',
    rule: 'Passwords, card and account numbers, tax and identity numbers and tokens are not sent.',
    why: 'A marketing tool does not need them, everybody who works in it can read them, and Liquid can mail them.',
    good: 'has_payment_method',
    bad: 'card_number',
  },
  clock_function: {
    severity: 'warning',
    rule: 'A query whose columns are read in a local zone asks no clock of the server.',
    why: 'Millrace reads with the session in UTC: what FROM_UNIXTIME() or NOW() answer is UTC, and would be read as local time.',
    good: 'WHERE updated_at < :now',
    bad: 'FROM_UNIXTIME(paid) AS paid_at, with `time_zone: Europe/Berlin`',
  },
  means_missing: {
    severity: 'note',
    rule: 'Every model, attribute and event says in `means` what it is.',
    why: 'The dictionary is made from it, and `lifetime_value` means something else in every shop.',
    good: 'means: Sum of the totals of paid orders, refunds not subtracted',
    bad: 'no `means`',
  },
  unit_missing: {
    severity: 'note',
    rule: 'An amount of money says its `unit`.',
    why: 'Nobody sees from 59.9 whether it is euros, dollars or cents.',
    good: 'lifetime_value: { type: decimal, unit: EUR }',
    bad: 'lifetime_value: { type: decimal }',
  },
  accept_unused: {
    severity: 'warning',
    rule: 'What is accepted is there: `accept` names a rule that would speak at this place.',
    why: 'An acceptance that outlives its cause hides the next one.',
    good: 'remove it',
    bad: 'accept: { ambiguous_name: … } on a name that was changed since',
  },
} as const satisfies Record<string, LintRule>;

export type LintCode = keyof typeof LINT_RULES;

export const LINT_CODES = Object.keys(LINT_RULES) as readonly LintCode[];

export function severityOf(code: LintCode): Severity {
  return LINT_RULES[code].severity;
}

/** True for rules that may have more to say when rows are read. */
export function isSeenInRows(code: LintCode): boolean {
  return 'seenIn' in LINT_RULES[code];
}

/** Rules that may be accepted at a place: errors may not, nor may the one that watches over acceptances. */
export const ACCEPTABLE_CODES = LINT_CODES.filter(
  (code) => severityOf(code) !== 'error' && code !== 'accept_unused',
);
