import { z } from 'zod';
import { type Switches, switchesSchema } from './switches.ts';

export type SwitchName = keyof Switches;

export const SWITCH_NAMES = Object.keys(switchesSchema.shape) as readonly SwitchName[];

/** What a switch can be set to. */
export type SwitchChoices =
  | { readonly kind: 'flag' }
  | { readonly kind: 'one_of'; readonly values: readonly (string | number)[] }
  /** A whole number from 0 on; null where there may be none. */
  | { readonly kind: 'count'; readonly mayBeNull: boolean };

/** Read from the schema, so that forms, messages and checks cannot differ. */
export function choicesOf(name: SwitchName): SwitchChoices {
  const schema: unknown = switchesSchema.shape[name].unwrap();
  if (schema instanceof z.ZodBoolean) return { kind: 'flag' };
  if (schema instanceof z.ZodEnum) return { kind: 'one_of', values: schema.options };
  if (schema instanceof z.ZodLiteral) {
    return {
      kind: 'one_of',
      values: [...schema.values].map((value) => (typeof value === 'number' ? value : String(value))),
    };
  }
  return { kind: 'count', mayBeNull: schema instanceof z.ZodNullable };
}

/** In words: `true or false`. */
export function choicesInWords(name: SwitchName): string {
  const choices = choicesOf(name);
  switch (choices.kind) {
    case 'flag':
      return 'true or false';
    case 'one_of':
      return choices.values.join(' or ');
    case 'count':
      return choices.mayBeNull ? 'a whole number from 0 on, or null' : 'a whole number from 0 on';
  }
}
