import { Command, InvalidArgumentError, Option } from 'commander';
import type { AcceptedDefinitions } from '../app/definitions/settle-definitions.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
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

export function acceptDefinitionOption(): Option {
  return new Option(
    '--accept-definition <targets...>',
    'the meaning of these may change: MODEL or MODEL.FIELD; written into millrace.lock',
  );
}

export function reasonOption(): Option {
  return new Option('--reason <text>', 'why; kept in millrace.lock and in the history');
}

/** Options of a command that may accept changed definitions. */
export interface AcceptOptions {
  readonly acceptDefinition?: readonly string[];
  readonly reason?: string;
}

/** What was accepted, with its reason. @throws ContractError `usage` when one is given without the other. */
export function acceptedDefinitions({
  acceptDefinition,
  reason,
}: AcceptOptions): AcceptedDefinitions | undefined {
  if (acceptDefinition === undefined && reason === undefined) return undefined;
  if (acceptDefinition === undefined || reason === undefined || reason.trim() === '') {
    throw new ContractError('usage', '`--accept-definition` and `--reason` go together', {
      hint: "For example: --accept-definition customers.lifetime_value --reason 'refunds are subtracted now'.",
    });
  }
  return { targets: acceptDefinition, reason: reason.trim() };
}

export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

/** How the command was called, for the history and for who has to wait. Holds no row's values. */
export function commandLine(
  name: string,
  options: CommonOptions & AcceptOptions & { readonly select?: readonly string[] },
): string {
  const selection =
    options.select === undefined || options.select.length === 0
      ? ''
      : ` --select ${options.select.join(' ')}`;
  const { acceptDefinition = [], reason = '' } = options;
  const accepted =
    acceptDefinition.length === 0
      ? ''
      : ` --accept-definition ${acceptDefinition.join(' ')} --reason ${JSON.stringify(reason.trim())}`;
  return `millrace ${name}${selection}${accepted}`;
}

export type AddCommand = (program: Command, context: CommandContext) => void;
