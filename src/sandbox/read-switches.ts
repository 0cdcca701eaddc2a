import { suggestion } from './definitions/field-schemas.ts';
import { SandboxError } from './sandbox-error.ts';
import { choicesInWords, SWITCH_NAMES, type SwitchName } from './switch-choices.ts';
import { type SwitchChanges, type Switches, switchesSchema } from './switches.ts';

/** The switches with some changed. Throws a SandboxError that names the switch and what it takes. */
export function readSwitches(changes: unknown, before: Switches): Switches {
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes)) {
    throw new SandboxError('switches are given as an object from name to value');
  }
  const unknown = Object.keys(changes).find((name) => !isSwitchName(name));
  if (unknown !== undefined) throw unknownSwitch(unknown);
  const result = switchesSchema.safeParse({ ...before, ...changes });
  if (result.success) return result.data;
  const name = String(result.error.issues[0]?.path[0]) as SwitchName;
  throw new SandboxError(`the switch ${name} takes ${choicesInWords(name)}`);
}

/** One switch as written on a command line or in a form: `applyDelayMs=500`. */
export function readSwitchText(text: string): SwitchChanges {
  const [name = '', ...rest] = text.split('=');
  if (rest.length === 0) throw new SandboxError(`write a switch as name=value, not "${text}"`);
  if (!isSwitchName(name)) throw unknownSwitch(name);
  return { [name]: valueIn(rest.join('=')) };
}

/** JSON where it is some: true, 500, null; else the word itself. */
function valueIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isSwitchName(name: string): name is SwitchName {
  return Object.hasOwn(switchesSchema.shape, name);
}

/** Other spellings of the same words are near enough: apply-delay-ms. */
function unknownSwitch(name: string): SandboxError {
  const plain = name.replaceAll(/[-_]/g, '').toLowerCase();
  const same = SWITCH_NAMES.find((known) => known.toLowerCase() === plain);
  const hint = same === undefined ? suggestion(name, SWITCH_NAMES) : `; did you mean "${same}"?`;
  return new SandboxError(`there is no switch "${name}"${hint}`);
}
