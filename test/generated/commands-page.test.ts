import { join } from 'node:path';
import type { Command, Option } from 'commander';
import { expect, it } from 'vitest';
import type { CommandContext } from '../../src/cli/command-context.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { REPOSITORY } from '../support/test-project.ts';

/** Describing commands calls nothing of it. */
const NOTHING = { version: '0', terminal: {} } as CommandContext;

const COMMON = new Set(['--project', '--output', '--log-format']);

const INTRODUCTION = [
  '# Commands',
  '',
  'Every command takes `--project FOLDER` (the folder with millrace.yml; `.` by default), `--output text|json`',
  '(the answer on standard output) and `--log-format text|json` (everything else, on standard error).',
  'This page is written from the code; a test compares the two.',
  '',
  '| exit code | meaning |',
  '| --- | --- |',
  '| 0 | done; rows below the fault thresholds that could not be sent are listed |',
  '| 1 | a check or a test failed, or Customer.io refused something |',
  '| 2 | wrong use, or the contract breaks its rules |',
  '| 3 | stopped by a guard or a threshold: nothing was sent but opt-outs |',
  '| 4 | MySQL, Customer.io or the state could not be used |',
  '| 5 | a bug in Millrace |',
  '| 10 | `plan --detailed-exitcode`: there is something to send |',
  '| 130, 143 | stopped by SIGINT, SIGTERM |',
  '',
];

function commandLines(command: Command, parents: string): readonly string[] {
  const name = `${parents} ${command.name()}`;
  const argumentsText = command.registeredArguments.map((each) => ` ${each.name().toUpperCase()}`).join('');
  const options = command.options.filter((option) => !COMMON.has(option.long ?? ''));
  return [
    `## ${name}${argumentsText}`,
    '',
    command.description(),
    '',
    ...options.map(optionLine),
    ...(options.length === 0 ? [] : ['']),
    ...examplesOf(command),
    ...command.commands.flatMap((each) => commandLines(each, name)),
  ];
}

function optionLine(option: Option): string {
  const choices = option.argChoices === undefined ? '' : ` (${option.argChoices.join(', ')})`;
  const isValue = typeof option.defaultValue === 'string' || typeof option.defaultValue === 'number';
  const preset = isValue ? `; without it: ${option.defaultValue}` : '';
  return `- \`${option.flags}\`: ${option.description}${choices}${preset}`;
}

/** What stands below the options in `--help`, without its heading. */
function examplesOf(command: Command): readonly string[] {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  const examples = text.split('\nExamples:\n')[1]?.trimEnd().split('\n') ?? [];
  const commands = examples.filter((line) => line.trim().startsWith('$'));
  if (commands.length === 0) return [];
  return ['```', ...commands.map((line) => line.trim().slice(2)), '```', ''];
}

it('docs/reference/commands.md says of each command what --help says', async () => {
  const program = buildProgram(NOTHING);
  const page = [...INTRODUCTION, ...program.commands.flatMap((each) => commandLines(each, 'millrace'))];
  await expect(page.join('\n')).toMatchFileSnapshot(join(REPOSITORY, 'docs/reference/commands.md'));
});

it('every command has a summary and an example', () => {
  for (const command of buildProgram(NOTHING).commands.filter((each) => each.commands.length === 0)) {
    expect(command.description(), command.name()).not.toBe('');
    expect(examplesOf(command), command.name()).not.toEqual([]);
  }
});
