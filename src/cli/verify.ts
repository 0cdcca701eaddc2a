import { Option } from 'commander';
import { type VerifiedModel, type VerifyReport, verify } from '../app/verify.ts';
import {
  DIFFERENCE_WORDS,
  type Difference,
  type DifferenceKind,
  isLoss,
} from '../core/verify/compare-person.ts';
import type { Answer, CommonOptions } from './command-context.ts';
import { type AddCommand, command, parseCount, selectOption } from './common-options.ts';
import { runCommand } from './run-command.ts';
import { columns, count, counted } from './text.ts';

interface VerifyCommandOptions extends CommonOptions {
  readonly select: readonly string[];
  readonly sample: number;
  readonly all?: boolean;
  readonly seed?: number;
  readonly repair?: boolean;
  readonly limit: number;
}

export const addVerify: AddCommand = (program, context) => {
  program.addCommand(
    command(
      'verify',
      'Read people back from Customer.io and compare them with MySQL; exits with 1 when something is lost.',
      [
        'millrace verify                  # 20 people of each model, chosen to be worth a look',
        'millrace verify --sample 200 --seed 7',
        'millrace verify --all            # everybody, at the pace of the App API: 800 people a second at most',
        'millrace verify --all --repair   # the next sync sends those who lost something once more',
      ],
    )
      .addOption(selectOption())
      .option('--sample <number>', 'people of each model to look at', parseCount, 20)
      .addOption(new Option('--all', 'look at everybody').conflicts('sample'))
      .option('--seed <number>', 'chooses others by chance; told in the answer', parseCount)
      .option('--repair', 'let the next sync send those people whole who lost something')
      .option('--limit <number>', 'people to list for each model; all are counted', parseCount, 100)
      .action((options: VerifyCommandOptions) =>
        runCommand(context, options, async (toolbox, answer) => {
          const report = await verify(toolbox, {
            projectPath: options.project,
            select: options.select,
            sampleSize: options.all === true ? undefined : options.sample,
            seed: options.seed ?? Math.floor(toolbox.clock.now() / 1000) % 1_000_000,
            isRepaired: options.repair === true,
            rowsMax: options.limit,
            signal: context.signal,
          });
          if (answer.isJson) answer.json({ verify: report });
          else answer.lines(reportLines(report, options.all === true, answer));
          return report.models.some(hasLosses) ? 1 : 0;
        }),
      ),
  );
};

function hasLosses({ counts }: VerifiedModel): boolean {
  return Object.keys(counts).some((kind) => isLoss(kind as DifferenceKind));
}

function reportLines(report: VerifyReport, isAll: boolean, answer: Answer): readonly string[] {
  return [
    ...report.models.flatMap((model) => modelLines(model, answer)),
    ...(isAll || report.models.length === 0 ? [] : [`The same people again: --seed ${report.seed}`]),
    ...report.leftOut.map((model) => `${model}: left out, for it names people by other keys.`),
    ...(report.models.length + report.leftOut.length === 0 ? ['There is no people model to verify.'] : []),
  ];
}

function modelLines(model: VerifiedModel, { style }: Answer): readonly string[] {
  const { model: name, compared, counts, people, repaired, faults } = model;
  const kinds = Object.entries(counts) as readonly (readonly [DifferenceKind, number])[];
  const mark = hasLosses(model) ? style.red('✗') : style.green('✓');
  const rest =
    faults === 0 ? '' : `; ${counted(faults, 'row is a fault', 'rows are faults')} and can not be compared`;
  return [
    `${mark} ${name}: ${counted(compared, 'person', 'people')} compared${rest}`,
    ...columns(kinds.map(([kind, number]) => [`  ${count(number)}`, kind, DIFFERENCE_WORDS[kind]])),
    ...columns(
      people.flatMap(({ person, why, differences }) =>
        differences.map((difference) => [`  ${person}`, ...differenceCells(difference), why ?? '']),
      ),
    ),
    ...(repaired === 0 ? [] : [`  The next sync sends ${counted(repaired, 'person', 'people')} whole.`]),
  ];
}

function differenceCells({ kind, attribute, expected, found }: Difference): readonly string[] {
  if (attribute === undefined) return [kind, '', ''];
  const held = found === undefined ? 'nothing' : JSON.stringify(found);
  return [kind, attribute, `MySQL ${expected === 'null' ? 'nothing' : expected}, Customer.io ${held}`];
}
