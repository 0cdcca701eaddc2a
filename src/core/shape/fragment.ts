/**
 * One shaped value as the JSON text that will be sent: `"gold"`, `12.5`, `true`, `null` (remove).
 * Text rather than a value, because JSON numbers hold any number of digits and JavaScript's do not.
 */
export type Fragment = string;

/** The fragment that removes an attribute in Customer.io. */
export const CLEAR: Fragment = 'null';

/** Stands where nothing is known or sent (`when_null: keep`): no JSON text is empty. */
export const KEEP: Fragment = '';
