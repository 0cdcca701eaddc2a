import { parse } from 'yaml';
import {
  addFaults,
  changeClock,
  changeRequestLog,
  changeSwitches,
  removeFault,
  replaceFaults,
  resetSandbox,
  restoreSnapshot,
  takeSnapshot,
} from '../admin-api/admin-calls.ts';
import { define, setCampaign } from '../admin-api/consequence-calls.ts';
import type { RouteParameters } from '../http/router.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { SandboxError } from '../sandbox-error.ts';
import { choicesOf, SWITCH_NAMES } from '../switch-choices.ts';
import { DEFAULT_SWITCHES } from '../switches.ts';
import { ruleOf } from './fault-form.ts';

/** What a form does. Throws a SandboxError, shown above the form, when it makes no sense. @returns what was done. */
export type FormAction = (core: SandboxCore, form: URLSearchParams, parameters: RouteParameters) => Done;

/** Said on the page that follows, by its key in the address. */
export const DONE = {
  'clock-moved': 'The clock is set. What was due has happened.',
  'rule-added': 'The rule is in force.',
  'rules-removed': 'Removed.',
  'switches-set': 'The switches are set.',
  'log-set': 'Set.',
  defined: 'Defined. People who match already are in; that starts no journeys.',
  'campaign-set': 'Done.',
  'snapshot-taken': 'The snapshot is taken.',
  'snapshot-restored': 'Everything is as it was when the snapshot was taken.',
  reset: 'Everything is forgotten; this is a new workspace.',
} as const;

export type Done = keyof typeof DONE;

export function changeFaultsByForm(core: SandboxCore, form: URLSearchParams): Done {
  switch (form.get('action')) {
    case 'remove':
      removeFault(core, form.get('rule') ?? '');
      return 'rules-removed';
    case 'clear':
      replaceFaults(core, []);
      return 'rules-removed';
    default:
      addFaults(core, ruleOf(form));
      return 'rule-added';
  }
}

/** The field that is there says what is wanted: a step, a time or a speed. */
export function changeClockByForm(core: SandboxCore, form: URLSearchParams): Done {
  const step = form.get('step');
  const now = form.get('now');
  if (step !== null) changeClock(core, { advance: step.trim() });
  else if (now !== null) changeClock(core, { now: `${now.trim()}Z` });
  else changeClock(core, { rate: Number(form.get('rate') ?? Number.NaN) });
  return 'clock-moved';
}

export function changeSwitchesByForm(core: SandboxCore, form: URLSearchParams): Done {
  if (form.get('action') === 'defaults') {
    changeSwitches(core, DEFAULT_SWITCHES);
    return 'switches-set';
  }
  const changes = SWITCH_NAMES.flatMap((name) => {
    const text = form.get(name);
    return text === null ? [] : [[name, switchValue(name, text.trim())] as const];
  });
  changeSwitches(core, Object.fromEntries(changes));
  return 'switches-set';
}

/** A number field that is empty means no end, or none. */
function switchValue(name: (typeof SWITCH_NAMES)[number], text: string): unknown {
  const choices = choicesOf(name);
  switch (choices.kind) {
    case 'flag':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'one_of':
      return choices.values.find((value) => String(value) === text) ?? text;
    case 'count':
      if (text === '') return choices.mayBeNull ? null : 0;
      return Number(text);
  }
}

export function changeRequestLogByForm(core: SandboxCore, form: URLSearchParams): Done {
  if (form.get('action') === 'clear') changeRequestLog(core, { clear: true });
  else changeRequestLog(core, { log: form.get('log') });
  return 'log-set';
}

export function useSnapshotByForm(core: SandboxCore, form: URLSearchParams): Done {
  const name = { name: form.get('name')?.trim() ?? '' };
  if (form.get('action') === 'restore') {
    restoreSnapshot(core, name);
    return 'snapshot-restored';
  }
  takeSnapshot(core, name);
  return 'snapshot-taken';
}

export function defineByForm(core: SandboxCore, form: URLSearchParams): Done {
  define(core, parsedYaml(form.get('definitions') ?? ''));
  return 'defined';
}

function parsedYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new SandboxError(`this is no YAML: ${cause}`);
  }
}

/** Stopped: those under way leave, as when it is stopped in Customer.io without letting them finish. */
export function setCampaignByForm(
  core: SandboxCore,
  form: URLSearchParams,
  parameters: RouteParameters,
): Done {
  setCampaign(core, { id: Number(parameters['id']), state: form.get('state') });
  return 'campaign-set';
}

export function resetByForm(core: SandboxCore, form: URLSearchParams): Done {
  if (form.get('sure') !== 'yes') throw new SandboxError('tick the box to forget everything');
  resetSandbox(core, {});
  return 'reset';
}
