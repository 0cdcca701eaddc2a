import type { Field, TimeRule } from '../../src/core/contract/contract.ts';
import { NOT_BEFORE_DEFAULT } from '../../src/core/contract/field.ts';
import { NOT_AFTER } from '../../src/core/time/time-limits.ts';

export const timeRule = (more: Partial<TimeRule> = {}): TimeRule => ({
  timeZone: 'UTC',
  isZoneOwn: false,
  format: 'datetime',
  ambiguous: 'reject',
  notBefore: NOT_BEFORE_DEFAULT,
  mayBeFuture: true,
  notAfter: NOT_AFTER,
  ...more,
});

/** A field as the contract would make it, with what the test says. */
export const field = (
  more: Omit<Partial<Field>, 'time'> & { readonly time?: Partial<TimeRule> } = {},
): Field => ({
  name: 'attribute',
  column: more.name ?? 'attribute',
  type: 'string',
  whenNull: 'reject',
  oneOf: undefined,
  separator: undefined,
  means: undefined,
  unit: undefined,
  ...more,
  time: timeRule(more.time),
});
