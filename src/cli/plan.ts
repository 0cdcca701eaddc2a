import type { MadePlan } from '../app/make-plan.ts';
import { type PlanCommandResult, plan } from '../app/plan.ts';
import { writePlanFile } from '../core/plan/plan-file.ts';
import { totalOperations } from '../core/plan/plan-summary.ts';
import { answerEvidence } from './answer-evidence.ts';
import type { CommonOptions } from './command-context.ts';
import {
  type AddCommand,
  acceptDefinitionOption,
  acceptedDefinitions,
  allowances,
  allowOption,
  command,
  type DecisionOptions,
  fullOption,
  historyOption,
  reasonOption,
  samplesOption,
  selectOption,
} from './common-options.ts';
import { definitionsAsJson, formatDefinitions } from './format-definitions.ts';
import { findingLines } from './format-lint.ts';
import { formatPlan } from './format-plan.ts';
import { missedLines } from './format-read.ts';
import { runCommand } from './run-command.ts';

interface PlanCommandOptions extends CommonOptions, DecisionOptions {
  readonly evidence?: readonly string[];
  readonly select: readonly string[];
  readonly historyFrom?: number;
  readonly full?: boolean;
  readonly out?: string;
  readonly samples: number;
  readonly detailedExitcode?: boolean;
}

/** Exit code of `--detailed-exitcode` when there is something to send. */
const CHANGES = 10;

/** Exit code when a guard would stop the sync. */
const STOPPED = 3;

export const addPlan: AddCommand = (program, context) => {
  program.addCommand(
    command('plan', 'Show what a sync would send, without sending anything.', [
      'millrace plan',
      'millrace plan --select customers --samples 10',
      'millrace plan --out plan.json && millrace apply plan.json',
      'millrace plan --evidence customers   # the published query beside the present one, on the same data',
      "millrace plan --accept-definition customers.lifetime_value --reason 'refunds are subtracted now'",
      'millrace plan --samples 0 --detailed-exitcode   # for CI: no personal data, 10 when there are changes',
    ])
      .addOption(selectOption())
      .addOption(historyOption())
      .addOption(fullOption())
      .option('--out <file>', 'save the plan, to apply exactly it later')
      .addOption(samplesOption('people and events to show with their values, for each model and limit'))
      .option('--detailed-exitcode', 'exit with 10 when there is something to send')
      .option('--evidence <models...>', 'only tell what changed definitions of these models would change')
      .addOption(acceptDefinitionOption())
      .addOption(allowOption())
      .addOption(reasonOption())
      .action((options: PlanCommandOptions) =>
        runCommand(context, options, async (toolbox, answer) => {
          if (options.evidence !== undefined) {
            return answerEvidence(
              toolbox,
              { projectPath: options.project, select: options.evidence },
              answer,
            );
          }
          const made = await plan(toolbox, planOptions(options, context.signal));
          if (options.out !== undefined && made.saved !== undefined) {
            await toolbox.files.write(options.out, writePlanFile(made.saved));
          }
          if (answer.isJson) answer.json(asJson(made));
          else {
            answer.lines([
              ...formatPlan(made, answer.style),
              ...missedLines(made.missed),
              ...findingLines(made.findings, answer.style),
              ...formatDefinitions(made.definitions, made.journeys),
              ...nextStep(made, options),
            ]);
          }
          return exitCodeOf(made, options);
        }),
      ),
  );
};

function planOptions(options: PlanCommandOptions, signal: AbortSignal): Parameters<typeof plan>[1] {
  return {
    projectPath: options.project,
    select: options.select,
    historyFrom: options.historyFrom,
    samplesMax: options.samples,
    isFull: options.full === true,
    isKept: options.out !== undefined,
    accepted: acceptedDefinitions(options),
    allowances: allowances(options),
    signal,
  };
}

function exitCodeOf({ summary, verdicts }: MadePlan, { detailedExitcode }: PlanCommandOptions): number {
  if (isStopped(verdicts)) return STOPPED;
  return detailedExitcode === true && totalOperations(summary) > 0 ? CHANGES : 0;
}

function isStopped(verdicts: MadePlan['verdicts']): boolean {
  return verdicts.some(({ level }) => level === 'stop');
}

function nextStep({ verdicts }: MadePlan, options: PlanCommandOptions): readonly string[] {
  if (isStopped(verdicts)) return ['Nothing was sent.'];
  if (options.out === undefined) return ['Nothing was sent. `millrace sync` sends it.'];
  return [`Nothing was sent. \`millrace apply ${options.out}\` sends exactly this.`];
}

function asJson(made: PlanCommandResult): unknown {
  const { summary, estimate, samples, missed, verdicts, examples, findings, definitions, journeys } = made;
  return {
    plan: summary,
    estimate,
    samples: Object.fromEntries(samples),
    missed: Object.fromEntries(missed),
    verdicts,
    examples: Object.fromEntries(examples),
    findings,
    definitions: definitionsAsJson(definitions, journeys),
  };
}
