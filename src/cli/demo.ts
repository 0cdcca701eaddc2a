import type { CommandContext, CommonOptions } from './command-context.ts';
import { type AddCommand, command } from './common-options.ts';
import type { DemoKit, DemoShop, StartedSandbox } from './demo-kit.ts';
import { runCommand } from './run-command.ts';
import { makeStyle, type Style } from './style.ts';
import { count, counted } from './text.ts';

interface DemoOptions extends CommonOptions {
  readonly keep?: boolean;
}

export const addDemo: AddCommand = (program, context) => {
  program.addCommand(
    command('demo', 'Show the whole job on real parts: a private MySQL server with a shop, and a sandbox.', [
      'millrace demo',
      'millrace demo --keep   # leave server and sandbox running, to look around',
    ])
      .option('--keep', 'leave everything running until Ctrl-C')
      .addHelpText(
        'after',
        '\nMILLRACE_DEMO_MYSQL may name a server to use (mysql://user:password@host:port); without it one is found or fetched.',
      )
      .action((options: DemoOptions) =>
        runCommand(context, options, async () => new Demo(context, options, await context.demo()).run()),
      ),
  );
};

class Demo {
  private readonly context: CommandContext;
  private readonly options: DemoOptions;
  private readonly kit: DemoKit;
  private readonly style: Style;
  private readonly cleanUps: (() => Promise<void>)[] = [];
  private step = 0;

  constructor(context: CommandContext, options: DemoOptions, kit: DemoKit) {
    this.context = context;
    this.kit = kit;
    this.options = options;
    this.style = makeStyle(context.terminal.isOutputColoured);
  }

  async run(): Promise<number> {
    try {
      return await this.show();
    } finally {
      for (const cleanUp of this.cleanUps.reverse()) await cleanUp();
    }
  }

  private async show(): Promise<number> {
    this.headline('A shop in MySQL, and a Customer.io to send it to');
    const shop = await this.kit.openShop((text) => this.tell(text));
    this.cleanUps.push(() => shop.close());
    const sandbox = await this.openSandbox();
    const project = await this.openProject(shop, sandbox);
    this.tell(`${shop.server} with ${count(shop.customers)} customers and ${count(shop.orders)} orders.`);
    this.tell(`A sandbox of Customer.io at ${sandbox.url}; nobody gets mail from it.`);
    this.tell(`The project, as \`millrace init\` writes it, in ${project}`);
    const failed = await this.runSteps(shop, sandbox, project);
    if (failed !== undefined) return failed;
    if (this.options.keep === true) await this.waitForStop(shop, sandbox, project);
    return 0;
  }

  /** @returns the exit code of the first command that failed; undefined when all went well. */
  private async runSteps(
    shop: DemoShop,
    sandbox: StartedSandbox,
    project: string,
  ): Promise<number | undefined> {
    const steps: readonly (() => Promise<number>)[] = [
      () => this.command('Is everything there, and as it should be?', project, ['doctor']),
      () => this.command('What would be sent? Nothing is sent yet.', project, ['plan', '--samples', '1']),
      () =>
        this.command(
          'Send it. People go first; events begin from now on, so that nothing old fires.',
          project,
          ['sync'],
        ),
      () => this.command('Again: nothing changed, so nothing is sent.', project, ['sync']),
      () => this.change(shop),
      () =>
        this.command('Just that is sent: changed attributes, and each event once.', project, [
          'plan',
          '--samples',
          '5',
        ]),
      () => this.command('And sent.', project, ['sync']),
      () =>
        this.command('Rows that could not be sent are not lost: each has a reason and a cure.', project, [
          'faults',
          '--limit',
          '8',
        ]),
      () => this.command('What happened so far.', project, ['history']),
    ];
    for (const step of steps) {
      const exitCode = await step();
      if (exitCode !== 0) return exitCode;
    }
    const { people, events, requests } = sandbox.counts();
    this.headline('What Customer.io holds now');
    this.tell(
      `${counted(people, 'person', 'people')} and ${counted(events, 'event', 'events')}, from ${counted(requests, 'batch', 'batches')}.`,
    );
    return undefined;
  }

  private async change(shop: DemoShop): Promise<number> {
    this.headline('Meanwhile, in the shop');
    for (const line of await shop.change()) this.tell(line);
    return 0;
  }

  private async openSandbox(): Promise<StartedSandbox> {
    const sandbox = await this.kit.startSandbox({
      port: 0,
      host: '127.0.0.1',
      region: 'eu',
      // As in a workspace with "Allow updates to email using ID" on; without it a new address would not arrive.
      allowEmailUpdate: true,
    });
    this.cleanUps.push(() => sandbox.close());
    return sandbox;
  }

  private async openProject(shop: DemoShop, sandbox: StartedSandbox): Promise<string> {
    const folder = await this.kit.makeProject({
      mysqlUrl: shop.readerUrl,
      siteId: sandbox.siteId,
      apiKey: sandbox.apiKey,
      appKey: sandbox.appKey,
      trackUrl: sandbox.url,
    });
    this.cleanUps.push(() => this.kit.removeProject(folder));
    return folder;
  }

  private command(purpose: string, project: string, argv: readonly string[]): Promise<number> {
    this.headline(purpose);
    this.write(`${this.style.dim('$')} ${this.style.bold(`millrace ${argv.join(' ')}`)}`);
    return this.context.runLine([...argv, '--project', project]);
  }

  private async waitForStop(shop: DemoShop, sandbox: StartedSandbox, project: string): Promise<void> {
    this.headline('Everything keeps running until Ctrl-C');
    this.tell(`MySQL (read only): ${shop.readerUrl}`);
    this.tell(`Sandbox:           ${sandbox.url}/_sandbox/people`);
    this.tell(`Project:           ${project}`);
    const { signal } = this.context;
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  private headline(text: string): void {
    this.step += 1;
    this.write('');
    this.write(this.style.bold(`${this.step}. ${text}`));
  }

  private tell(text: string): void {
    this.write(`   ${text}`);
  }

  private write(text: string): void {
    this.context.terminal.out(`${text}\n`);
  }
}
