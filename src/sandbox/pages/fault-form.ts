import { SandboxError } from '../sandbox-error.ts';
import { FAULT_PRESETS } from './fault-presets.ts';

/** The rule that the form of the page describes; a rule written as JSON comes first. */
export function ruleOf(form: URLSearchParams): unknown {
  const written = form.get('json')?.trim() ?? '';
  if (written !== '') return parsedRule(written);
  const preset = Object.entries(FAULT_PRESETS).find(([known]) => known === form.get('preset'))?.[1];
  if (preset === undefined) throw new SandboxError('choose one of the faults');
  const name = textIn(form, 'name');
  return { ...(name === undefined ? {} : { name }), match: matchOf(form), action: preset.action };
}

function parsedRule(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new SandboxError(`the rule is no JSON: ${cause}`);
  }
}

/** Only what was filled in. */
function matchOf(form: URLSearchParams): object {
  const seed = numberOf(form, 'seed');
  const entries = {
    path: textIn(form, 'path'),
    people: listIn(form, 'people'),
    event: textIn(form, 'event'),
    everyNth: numberOf(form, 'everyNth'),
    firstN: numberOf(form, 'firstN'),
    probability: percentOf(form, 'probability'),
    itemProbability: percentOf(form, 'itemProbability'),
    seed,
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

function textIn(form: URLSearchParams, name: string): string | undefined {
  const text = form.get(name)?.trim() ?? '';
  return text === '' ? undefined : text;
}

function listIn(form: URLSearchParams, name: string): readonly string[] | undefined {
  const parts = textIn(form, name)?.split(',') ?? [];
  const words = parts.map((part) => part.trim()).filter((part) => part !== '');
  return words.length === 0 ? undefined : words;
}

/** What is no number goes on as text: the check of the rules says so. */
function numberOf(form: URLSearchParams, name: string): unknown {
  const text = textIn(form, name);
  if (text === undefined) return undefined;
  return Number.isNaN(Number(text)) ? text : Number(text);
}

function percentOf(form: URLSearchParams, name: string): unknown {
  const value = numberOf(form, name);
  return typeof value === 'number' ? value / 100 : value;
}
