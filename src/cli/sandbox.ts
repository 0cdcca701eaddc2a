import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext, CommonOptions } from './command-context.ts';
import { type AddCommand, command, parseDate } from './common-options.ts';
import type { SandboxStart, StartedSandbox } from './demo-kit.ts';
import { runCommand } from './run-command.ts';

const DEFAULT_PORT = 8700;

/** The options as commander gives them. */
interface SandboxFlags extends CommonOptions {
  readonly port: number;
  readonly host: string;
  readonly region: 'us' | 'eu';
  readonly identifiers?: SandboxStart['identifiers'];
  readonly allowEmailUpdate?: boolean;
  readonly set: readonly string[];
  readonly clockStart?: number;
  readonly clockRate?: number;
  readonly faults?: string;
  readonly workspace?: string;
  readonly requestLog?: SandboxStart['requestLog'];
  readonly state?: string;
}

const EXAMPLES = [
  'millrace sandbox',
  'millrace sandbox --port 8801 --allow-email-update',
  'millrace sandbox --state .sandbox.ndjson          # is still there after a restart',
  'millrace sandbox --clock-start 2026-11-01 --clock-rate 3600',
  'millrace sandbox --workspace workspace.yml        # with segments and campaigns',
  'millrace sandbox --set applyDelayMs=2000 --set shuffleBatch=true --faults faults.yml',
];

export const addSandbox: AddCommand = (program, context) => {
  const sandbox = command(
    'sandbox',
    'Run a stand-in for Customer.io on this machine, to try things out without mailing anyone.',
    EXAMPLES,
  );
  for (const option of [...placeOptions(), ...behaviourOptions(), ...recordOptions()]) {
    sandbox.addOption(option);
  }
  program.addCommand(withAction(sandbox, context));
};

function placeOptions(): readonly Option[] {
  return [
    new Option('--port <number>', 'port to listen on; 0 for any free one')
      .argParser(parsePort)
      .default(DEFAULT_PORT),
    new Option('--host <address>', 'address to listen on').default('127.0.0.1'),
    new Option('--region <region>', 'region of the workspace').choices(['us', 'eu']).default('us'),
  ];
}

function behaviourOptions(): readonly Option[] {
  return [
    new Option('--identifiers <kind>', 'by what people are told apart').choices([
      'email_or_id',
      'id_only',
      'email_only',
    ]),
    new Option(
      '--allow-email-update',
      'let an e-mail address be changed under an id, as a workspace setting does',
    ),
    new Option(
      '--set <name=value...>',
      'set a switch; docs/reference/sandbox-assumptions.md lists them',
    ).default([], 'their defaults'),
    new Option('--clock-start <date>', 'time that its clock starts at').argParser(parseDate),
    new Option('--clock-rate <number>', 'sandbox seconds in a real one; 0 stands still').argParser(parseRate),
    new Option('--workspace <file>', 'segments, campaigns, webhooks and switches to begin with, in YAML'),
    new Option('--faults <file>', 'fault rules to begin with, in YAML or JSON'),
  ];
}

function recordOptions(): readonly Option[] {
  return [
    new Option('--request-log <mode>', 'what to keep of requests: nothing, the facts, or bodies too').choices(
      ['off', 'on', 'bodies'],
    ),
    new Option('--state <file>', 'keep the state in this file; in memory alone without it'),
  ];
}

function withAction(sandbox: Command, context: CommandContext): Command {
  return sandbox.action((flags: SandboxFlags) =>
    runCommand(context, flags, async (_toolbox, answer) => {
      const kit = await context.demo();
      const started = await kit.startSandbox(startOf(flags, context));
      const { url, siteId, apiKey, appKey } = started;
      if (answer.isJson) answer.json({ sandbox: { url, siteId, apiKey, appKey } });
      else answer.lines(describeSandbox(started, flags));
      await stopped(context);
      await started.close();
      return 0;
    }),
  );
}

function startOf(flags: SandboxFlags, { terminal }: CommandContext): SandboxStart {
  const { port, host, region, identifiers, allowEmailUpdate, requestLog, clockRate } = flags;
  return {
    ...{ port, host, region, identifiers, allowEmailUpdate, requestLog, clockRate },
    switches: flags.set,
    clockStartAtMs: flags.clockStart === undefined ? undefined : flags.clockStart * 1000,
    workspaceFile: flags.workspace,
    faultsFile: flags.faults,
    stateFile: flags.state,
    onTrouble: (trouble) => terminal.error(`warning: ${trouble.message}\n`),
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('Write a port number, or 0.');
  return port;
}

function parseRate(text: string): number {
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(text)) throw new InvalidArgumentError('Write a number from 0 on.');
  return Number(text);
}

function describeSandbox(
  { url, siteId, apiKey, appKey }: StartedSandbox,
  { host, state }: SandboxFlags,
): readonly string[] {
  const isLocal = /^(127\.|localhost$|::1$)/.test(host);
  return [
    `Sandbox of Customer.io at ${url}`,
    'Open that address in a browser to see people, events, campaigns and requests.',
    ...(isLocal ? [] : ['Its pages and its own calls answer to this machine alone, whatever the host.']),
    '',
    'In .env:',
    `  CUSTOMERIO_SITE_ID=${siteId}`,
    `  CUSTOMERIO_API_KEY=${apiKey}`,
    `  CUSTOMERIO_APP_KEY=${appKey}`,
    `  CUSTOMERIO_TRACK_URL=${url}`,
    `  CUSTOMERIO_APP_URL=${url}`,
    'In millrace.yml, under customerio:',
    '  track_url: ${CUSTOMERIO_TRACK_URL}',
    '  app_url: ${CUSTOMERIO_APP_URL}',
    '',
    'For programs:',
    `  curl ${url}/_sandbox/people`,
    `  curl ${url}/_sandbox/events`,
    `  curl ${url}/_sandbox/requests`,
    '',
    state === undefined
      ? 'Everything is in memory and gone when it stops; --state FILE keeps it. Stop it with Ctrl-C.'
      : `The state is kept in ${state}. Stop it with Ctrl-C.`,
  ];
}

function stopped({ signal }: CommandContext): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
