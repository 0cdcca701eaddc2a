import { doctor } from '../app/doctor.ts';
import type { Finding } from '../core/doctor/finding.ts';
import type { CommonOptions } from './command-context.ts';
import { type AddCommand, command } from './common-options.ts';
import { runCommand } from './run-command.ts';
import type { Style } from './style.ts';

export const addDoctor: AddCommand = (program, context) => {
  program.addCommand(
    command('doctor', 'Look at contract, MySQL, Customer.io and state; each finding comes with its cure.', [
      'millrace doctor',
      'millrace doctor --quick',
      'millrace doctor --output json',
    ])
      .option('--quick', 'look at no rows: leaves out the search for wrong time zones')
      .action((options: CommonOptions & { readonly quick?: boolean }) =>
        runCommand(context, options, async (toolbox, answer) => {
          const isQuick = options.quick === true;
          const findings = await doctor(toolbox, { projectPath: options.project, isQuick });
          if (answer.isJson) answer.json({ findings });
          else answer.lines(findings.flatMap((finding) => findingLines(finding, answer.style)));
          return findings.some((finding) => finding.level === 'error') ? 1 : 0;
        }),
      ),
  );
};

function findingLines({ level, check, message, cure }: Finding, style: Style): readonly string[] {
  const marks: Readonly<Record<Finding['level'], string>> = {
    ok: style.green('✓'),
    note: style.dim('·'),
    warning: style.yellow('!'),
    error: style.red('✗'),
  };
  const line = `${marks[level]} ${style.bold(check)}: ${message}`;
  return cure === undefined ? [line] : [line, `    → ${cure}`];
}
