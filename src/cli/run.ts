import { runService } from '../app/service.ts';
import type { ServiceRun } from '../ports/service-monitor.ts';
import type { Answer, CommonOptions } from './command-context.ts';
import { type AddCommand, command } from './common-options.ts';
import { runCommand } from './run-command.ts';

export const addRun: AddCommand = (program, context) => {
  program.addCommand(
    command('run', 'Keep Customer.io up to date: run every model when it is due, until it is stopped.', [
      'millrace run',
      'millrace run --log-format json   # for a collector of logs',
      'curl http://127.0.0.1:8710/readyz',
    ]).action((options: CommonOptions) =>
      runCommand(context, options, async (toolbox, answer) => {
        await runService(toolbox, {
          projectPath: options.project,
          command: 'run',
          signal: context.signal,
          onStarted: (url) => tellStart(answer, url),
          onRun: (run) => tellRun(answer, run),
        });
        return 0;
      }),
    ),
  );
};

function tellStart(answer: Answer, url: string | undefined): void {
  if (answer.isJson) tellLine(answer, { service: { url: url ?? null } });
  else if (url === undefined) answer.lines(['Running. Stop it with Ctrl-C.']);
  else answer.lines([`Running. Health, readiness and metrics at ${url}. Stop it with Ctrl-C.`]);
}

/** One JSON text a line, for whoever reads along. */
function tellLine(answer: Answer, value: unknown): void {
  answer.lines([JSON.stringify(value)]);
}

/** One line a run; what was wrong stands in the log beside it. */
function tellRun(answer: Answer, run: ServiceRun): void {
  if (answer.isJson) {
    tellLine(answer, { run });
    return;
  }
  const sum = (count: (result: ServiceRun['results'][number]) => number): number =>
    run.results.reduce((total, result) => total + count(result), 0);
  const time = new Date(run.endedAt).toISOString().slice(0, 19).replace('T', ' ');
  const seconds = ((run.endedAt - run.startedAt) / 1000).toFixed(1);
  const counts = [
    `${sum(({ rows }) => rows)} rows`,
    `${sum(({ accepted }) => accepted)} accepted`,
    `${sum(({ rejected }) => rejected)} refused`,
    `${sum(({ faults }) => faults)} faults`,
    `${sum(({ held, heldAtSending }) => held + heldAtSending)} held`,
  ];
  const what = run.errorCode === undefined ? counts.join(', ') : `${run.outcome}: ${run.errorCode}`;
  answer.lines([`${time}  ${run.models.join(', ')}  ${what}  ${seconds} s`]);
}
