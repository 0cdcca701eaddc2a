import { InvalidArgumentError, Option } from 'commander';
import type { CommandContext, CommonOptions } from './command-context.ts';
import { type AddCommand, command } from './common-options.ts';
import type { SandboxStart, StartedSandbox } from './demo-kit.ts';
import { runCommand } from './run-command.ts';

const DEFAULT_PORT = 8700;

export const addSandbox: AddCommand = (program, context) => {
  program.addCommand(
    command(
      'sandbox',
      'Run a stand-in for Customer.io on this machine, to try things out without mailing anyone.',
      ['millrace sandbox', 'millrace sandbox --port 8801 --allow-email-update'],
    )
      .option('--port <number>', 'port to listen on; 0 for any free one', parsePort, DEFAULT_PORT)
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .addOption(
        new Option('--region <region>', 'region of the workspace').choices(['us', 'eu']).default('us'),
      )
      .option(
        '--allow-email-update',
        'let an e-mail address be changed under an id, as a workspace setting does',
      )
      .action((options: CommonOptions & SandboxStart & { readonly allowEmailUpdate?: boolean }) =>
        runCommand(context, options, async (_toolbox, answer) => {
          const allowEmailUpdate = options.allowEmailUpdate === true;
          const kit = await context.demo();
          const sandbox = await kit.startSandbox({ ...options, allowEmailUpdate });
          if (answer.isJson) answer.json({ sandbox: credentialsOf(sandbox) });
          else answer.lines(describeSandbox(sandbox));
          await stopped(context);
          await sandbox.close();
          return 0;
        }),
      ),
  );
};

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('Write a port number, or 0.');
  return port;
}

function credentialsOf({ url, siteId, apiKey, appKey }: StartedSandbox) {
  return { url, siteId, apiKey, appKey };
}

function describeSandbox({ url, siteId, apiKey, appKey }: StartedSandbox): readonly string[] {
  return [
    `Sandbox of Customer.io at ${url}`,
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
    'What it holds:',
    `  curl ${url}/_sandbox/people`,
    `  curl ${url}/_sandbox/events`,
    `  curl ${url}/_sandbox/requests`,
    '',
    'Everything is in memory and gone when it stops. Stop it with Ctrl-C.',
  ];
}

function stopped({ signal }: CommandContext): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
