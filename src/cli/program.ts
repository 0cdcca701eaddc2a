import { Command, CommanderError } from 'commander';
import { addApply } from './apply.ts';
import { addBackfill } from './backfill.ts';
import type { CommandContext } from './command-context.ts';
import { addConsent } from './consent.ts';
import { addDemo } from './demo.ts';
import { addDocs } from './docs.ts';
import { addDoctor } from './doctor.ts';
import { addFaults } from './faults.ts';
import { addHistory } from './history.ts';
import { addIdentity } from './identity.ts';
import { addInit } from './init.ts';
import { addPlan } from './plan.ts';
import { addRelease } from './release.ts';
import { addRetry } from './retry.ts';
import { addRun } from './run.ts';
import { addSandbox } from './sandbox.ts';
import { addSync } from './sync.ts';
import { addTest } from './test.ts';
import { addValidate } from './validate.ts';
import { addVerify } from './verify.ts';

/** Exit code for a command line that can not be understood. */
const USAGE = 2;

const COMMANDS = [
  addInit,
  addDemo,
  addSandbox,
  addDoctor,
  addValidate,
  addTest,
  addPlan,
  addApply,
  addSync,
  addBackfill,
  addRelease,
  addRetry,
  addRun,
  addVerify,
  addDocs,
  addHistory,
  addFaults,
  addIdentity,
  addConsent,
];

const DESCRIPTION = 'Carries the truth in MySQL into Customer.io, and keeps it true there.';

export function buildProgram(context: CommandContext): Command {
  const program = new Command('millrace')
    .description(DESCRIPTION)
    .version(context.version)
    .showHelpAfterError('(see --help)')
    .showSuggestionAfterError(true);
  for (const add of COMMANDS) add(program, context);
  for (const part of withSubcommands(program)) {
    part.exitOverride();
    part.configureOutput({
      writeOut: (text) => context.terminal.out(text),
      writeErr: (text) => context.terminal.error(text),
    });
  }
  return program;
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** Runs one command line. */
export async function runProgram(context: CommandContext, argv: readonly string[]): Promise<void> {
  try {
    await buildProgram(context).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    context.setExitCode(error.exitCode === 0 ? 0 : USAGE);
  }
}
