import { Command, InvalidArgumentError, Option } from 'commander';
import type { AcceptedDefinitions } from '../app/definitions/settle-definitions.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
import { type Allowance, parseAllowance } from '../core/guard/allowance.ts';
import type { CommandContext, CommonOptions, OutputFormat } from './command-context.ts';

/** A command with the options that all commands share, and examples at the end of its help. */
export function command(
  name: string,
  summary: string,
  examples: readonly string[],
  formats: readonly OutputFormat[] = ['text', 'json'],
): Command {
  return new Command(name)
    .description(summary)
    .option('-p, --project <folder>', 'folder with millrace.yml', '.')
    .addOption(new Option('-o, --output <format>', 'how to answer').choices(formats).default('text'))
    .addOption(
      new Option('--log-format <format>', 'how to log on standard error')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`);
}

export function selectOption(): Option {
  return new Option(
    '-s, --select <models...>',
    'only these models: NAME, tag:X, kind:event, path:FOLDER',
  ).default([], 'all');
}

export function historyOption(): Option {
  return new Option(
    '--history-from <date>',
    'also send events since this date (UTC), whatever their age; only into a sandbox',
  ).argParser(parseDate);
}

/** `2025-01-31`, or a full ISO time → unix seconds. */
export function parseDate(text: string): number {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const time = Date.parse(isDate ? `${text}T00:00:00Z` : text);
  const isZoned = isDate || /(Z|[+-]\d{2}:\d{2})$/.test(text);
  if (Number.isNaN(time) || !isZoned) {
    throw new InvalidArgumentError('Write a date like 2025-01-31, or a time like 2025-01-31T08:00:00Z.');
  }
  return Math.floor(time / 1000);
}

export function fullOption(): Option {
  return new Option(
    '--full',
    'read everything, also of models whose changes are captured; counts what was missed',
  );
}

/** Values of rows are personal: 0 shows none. */
export function samplesOption(what: string): Option {
  return new Option('--samples <number>', what).argParser(parseCount).default(3);
}

export function acceptDefinitionOption(): Option {
  return new Option(
    '--accept-definition <targets...>',
    'the meaning of these may change: MODEL or MODEL.FIELD; written into millrace.lock',
  );
}

export function reasonOption(): Option {
  return new Option('--reason <text>', 'why; kept in millrace.lock and in the history');
}

export function allowOption(): Option {
  return new Option(
    '--allow <limits...>',
    'these limits may be crossed, once: MODEL.LIMIT[.ATTRIBUTE], with =500 or =60% up to so much',
  );
}

/** Options of a command that may accept changed definitions, and more change than usual. */
export interface DecisionOptions {
  readonly acceptDefinition?: readonly string[];
  readonly allow?: readonly string[];
  readonly reason?: string;
}

/** The reason for what was decided, and nothing without a decision. @throws ContractError `usage` */
function reasonFor({ acceptDefinition, allow, reason = '' }: DecisionOptions): string | undefined {
  const decided = [
    ...(acceptDefinition === undefined ? [] : ['--accept-definition']),
    ...(allow === undefined ? [] : ['--allow']),
  ];
  if (decided.length === 0 && reason === '') return undefined;
  if (decided.length > 0 && reason.trim() !== '') return reason.trim();
  const what = decided[0] ?? '--accept-definition` or `--allow';
  throw new ContractError('usage', `\`${what}\` and \`--reason\` go together`, {
    hint: "For example: --accept-definition customers.lifetime_value --reason 'refunds are subtracted now'.",
  });
}

/** Limits that may be crossed, with the reason. @throws ContractError `usage` */
export function allowances(options: DecisionOptions): readonly Allowance[] {
  const reason = reasonFor(options);
  if (reason === undefined) return [];
  return (options.allow ?? []).map((text) => {
    const allowance = parseAllowance(text, reason);
    if (allowance !== undefined) return allowance;
    const hint =
      'Write MODEL.LIMIT, MODEL.LIMIT=500 or MODEL.LIMIT=60%; the message that stopped the run names the limit.';
    throw new ContractError('usage', `\`--allow ${text}\` names no limit`, { hint });
  });
}

/** What was accepted, with its reason. @throws ContractError `usage` when one is given without the other. */
export function acceptedDefinitions(options: DecisionOptions): AcceptedDefinitions | undefined {
  const reason = reasonFor(options);
  const { acceptDefinition } = options;
  return acceptDefinition === undefined || reason === undefined
    ? undefined
    : { targets: acceptDefinition, reason };
}

export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

/** How the command was called, for the history and for who has to wait. Holds no row's values. */
export function commandLine(
  name: string,
  options: CommonOptions & DecisionOptions & { readonly select?: readonly string[] },
): string {
  const { select = [], acceptDefinition = [], allow = [], reason = '' } = options;
  const words = [
    ['--select', select],
    ['--accept-definition', acceptDefinition],
    ['--allow', allow],
    ['--reason', reason.trim() === '' ? [] : [JSON.stringify(reason.trim())]],
  ] as const;
  const given = words.filter(([, values]) => values.length > 0);
  return [`millrace ${name}`, ...given.map(([option, values]) => `${option} ${values.join(' ')}`)].join(' ');
}

export type AddCommand = (program: Command, context: CommandContext) => void;
