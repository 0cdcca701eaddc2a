import { Command } from 'commander';
import {
  type IdentityReport,
  identityReport,
  type MergeProposal,
  proposeIdentityMerges,
} from '../app/identity/identity-report.ts';
import { type MergeOutcome, mergeIdentities } from '../app/identity/merge-identities.ts';
import { InvalidContractError } from '../core/contract/problem.ts';
import { CONFLICT_CODES } from '../core/identity/conflict.ts';
import { readMergeFile } from '../core/identity/merge-file.ts';
import type { StoredConflict } from '../ports/identity-store.ts';
import type { Answer, CommandContext, CommonOptions } from './command-context.ts';
import { type AddCommand, command, commandLine, parseCount } from './common-options.ts';
import { runCommand } from './run-command.ts';
import { columns, count, counted, utc } from './text.ts';

interface ReportCommandOptions extends CommonOptions {
  readonly workspace?: string;
  readonly limit: number;
  readonly out?: string;
  readonly fail?: boolean;
}

export const addIdentity: AddCommand = (program, context) => {
  const identity = new Command('identity').description('Look after who is who.');
  program.addCommand(identity.addCommand(reportCommand(context)).addCommand(mergeCommand(context)));
};

function reportCommand(context: CommandContext): Command {
  return command('report', 'List what contradicts among the identities, as the last sync found it.', [
    'millrace identity report',
    'millrace identity report --out merges.yml   # a merge plan, to be looked at and changed',
    'millrace identity report --limit 1000 --output json --fail',
  ])
    .option('--workspace <name>', 'workspace to tell of (default: the one used last)')
    .option('--limit <number>', 'conflicts to list', parseCount, 20)
    .option('--out <file>', 'write a plan of the merges that would settle conflicts; merges nothing')
    .option('--fail', 'exit with 1 when there are conflicts')
    .action((options: ReportCommandOptions) =>
      runCommand(context, options, async (toolbox, answer) => {
        const { project: projectPath, workspace, limit: conflictsMax, out } = options;
        const report = await identityReport(toolbox, { projectPath, workspace, conflictsMax });
        const proposal =
          out === undefined ? undefined : await proposeIdentityMerges(toolbox, { projectPath, workspace });
        if (out !== undefined && proposal !== undefined) await toolbox.files.write(out, proposal.text);
        if (answer.isJson) answer.json({ report, merges: proposal?.merges });
        else answer.lines([...reportLines(report, answer), ...proposalLines(proposal, out ?? '')]);
        return options.fail === true && report.counts.length > 0 ? 1 : 0;
      }),
    );
}

function mergeCommand(context: CommandContext): Command {
  return command('merge', 'Merge profiles at Customer.io as a merge plan says. This can not be undone.', [
    'millrace identity report --out merges.yml && millrace identity merge merges.yml',
    'millrace identity merge merges.yml --output json',
  ])
    .argument('<file>', 'merge plan, as `identity report --out` wrote it and somebody looked at it')
    .action((file: string, options: CommonOptions) =>
      runCommand(context, options, async (toolbox, answer) => {
        const { value, problems } = readMergeFile(file, await toolbox.files.read(file));
        if (value === undefined) throw new InvalidContractError(problems, 'contract_invalid');
        const outcomes = await mergeIdentities(toolbox, {
          projectPath: options.project,
          file: value,
          command: commandLine('identity merge', options),
          signal: context.signal,
        });
        if (answer.isJson) answer.json({ merges: outcomes });
        else answer.lines(outcomeLines(outcomes, answer));
        return outcomes.some(({ outcome }) => outcome === 'refused' || outcome === 'missing') ? 1 : 0;
      }),
    );
}

function reportLines(report: IdentityReport, answer: Answer): readonly string[] {
  const { style } = answer;
  const merged =
    report.merged === 0 ? [] : [`${counted(report.merged, 'person was', 'people were')} merged into others.`];
  if (report.counts.length === 0) {
    return [`${style.green('✓')} Nothing contradicts among ${count(report.keys)} keys.`, ...merged];
  }
  return [
    style.bold(`Conflicts in workspace ${report.workspace}`),
    ...report.counts.flatMap(({ code, detail, conflicts, people }) => [
      `${style.bold(`${count(conflicts)} × ${code}`)} (${detail}), ${counted(people, 'person', 'people')}: ${CONFLICT_CODES[code].reason}`,
      `  ${CONFLICT_CODES[code].cure}`,
    ]),
    ...(report.conflicts.length === 0 ? [] : [style.bold('People')]),
    ...columns(report.conflicts.map(conflictCells)),
    ...merged,
  ];
}

function conflictCells({ code, detail, people, other, firstSeenAt }: StoredConflict): readonly string[] {
  const profile = other === undefined ? '' : ` (other profile: ${other.id ?? `cio_${other.cioId ?? '?'}`})`;
  return [code, detail, `${people.join(', ')}${profile}`, `since ${utc(firstSeenAt)}`];
}

function proposalLines(proposal: MergeProposal | undefined, out: string): readonly string[] {
  if (proposal === undefined) return [];
  const { merges, agesUnknown } = proposal;
  const applied = merges.filter(({ apply }) => apply).length;
  return [
    `${out}: ${counted(merges.length, 'merge', 'merges')} proposed, ${count(applied)} of them to be applied. Nothing was merged.`,
    ...(agesUnknown === undefined ? [] : [`  Which profile is older is not known: ${agesUnknown}.`]),
    ...(merges.length === 0 ? [] : [`  Look at it, then: millrace identity merge ${out}`]),
  ];
}

const OUTCOME_WORDS: Readonly<Record<MergeOutcome['outcome'], string>> = {
  merged: 'merged',
  accepted: 'accepted; not seen to be done yet',
  joined: 'joined; Customer.io has one of the two at most, so nothing was sent',
  missing: 'nothing done: one of the two is not at Customer.io',
  refused: 'refused',
};

const DONE: ReadonlySet<MergeOutcome['outcome']> = new Set(['merged', 'accepted', 'joined']);

function outcomeLines(outcomes: readonly MergeOutcome[], answer: Answer): readonly string[] {
  if (outcomes.length === 0) return ['The file asks for no merge.'];
  const rows = outcomes.map(({ primary, secondary, outcome, detail }) => [
    secondary,
    '→',
    primary,
    detail === undefined ? OUTCOME_WORDS[outcome] : `${OUTCOME_WORDS[outcome]}: ${detail}`,
  ]);
  const done = outcomes.filter(({ outcome }) => DONE.has(outcome)).length;
  return [
    answer.style.bold(`${count(done)} of ${counted(outcomes.length, 'merge', 'merges')} done`),
    ...columns(rows),
    ...(done === 0 ? [] : ['The next sync sends those who stay once more, with all their values.']),
  ];
}
