import {
  type AppApiSettings,
  resolveCustomerio,
  resolveMysql,
} from '../core/contract/connection-settings.ts';
import { type Contract, type Model, peopleModels } from '../core/contract/contract.ts';
import { InvalidContractError, problemHeadline } from '../core/contract/problem.ts';
import { type Workspace, workspaceName } from '../core/customerio/workspace.ts';
import { type Finding, finding, ok } from '../core/doctor/finding.ts';
import { judgeAppApi, judgeMissingKey } from '../core/doctor/judge-app-api.ts';
import { type IdentityFacts, judgeIdentity } from '../core/doctor/judge-identity.ts';
import { judgeSource } from '../core/doctor/judge-source.ts';
import { MillraceError } from '../core/errors/millrace-error.ts';
import { otherIdentifier } from '../core/identity/identifier-change.ts';
import { judgeZones } from '../core/zones/judge-zones.ts';
import { unixSeconds } from '../ports/clock.ts';
import { LOCK_FILE, type ProjectFolder } from '../ports/project-folder.ts';
import type { Source } from '../ports/source.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { type DescribedModel, describeModels } from './check-models.ts';
import { loadContract } from './load-contract.ts';
import { lookAtTimes } from './look-at-times.ts';
import { type ModelQueries, queriesOf } from './model-queries.ts';
import { stateFolder } from './state-folder.ts';

export interface DoctorOptions {
  readonly projectPath: string;
  /** Look at no rows. */
  readonly isQuick: boolean;
}

/** Looks at everything a run needs. Goes on after a failure, so that one visit shows all that is wrong. */
export async function doctor(
  toolbox: Toolbox,
  { projectPath, isQuick }: DoctorOptions,
): Promise<readonly Finding[]> {
  const folder = toolbox.openProject(projectPath);
  const contract = await examine('contract', () => loadContract(folder));
  if (isFailure(contract)) return contract;
  const sections = [
    [ok('contract', `${contract.models.length} models, canonical identifier ${contract.project.canonical}`)],
    await examineSource(toolbox, folder, contract, isQuick),
    await examineDestination(toolbox, folder, contract),
    await examineState(toolbox, folder, contract),
  ];
  return sections.flat();
}

type Failure = readonly Finding[];

function isFailure(value: unknown): value is Failure {
  return Array.isArray(value);
}

/** The result, or the findings that say why there is none. */
async function examine<T>(check: string, work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InvalidContractError) {
      return error.problems.map((problem) => finding(check, 'error', problemHeadline(problem), problem.hint));
    }
    if (error instanceof MillraceError) return [finding(check, 'error', error.message, error.hint)];
    throw error;
  }
}

async function examineSource(
  toolbox: Toolbox,
  folder: ProjectFolder,
  contract: Contract,
  isQuick: boolean,
): Promise<Failure> {
  const settings = await examine('MySQL', async () =>
    resolveMysql(contract.project.mysql, await folder.variables()),
  );
  if (isFailure(settings)) return settings;
  const source = toolbox.openSource(settings);
  try {
    const facts = await examine('MySQL', () => source.inspect());
    if (isFailure(facts)) return facts;
    const now = unixSeconds(toolbox.clock);
    const queries = (model: Model): ModelQueries => queriesOf(model, undefined, now);
    const described = await examine('queries', async () => ({
      models: await describeModels(source, contract, contract.models, queries),
    }));
    if (isFailure(described)) return [...judgeSource(facts), ...described];
    return [
      ...judgeSource(facts),
      ok('queries', 'all queries return what their models declare'),
      ...(isQuick ? [] : await examineZones(toolbox, source, contract, described.models)),
    ];
  } finally {
    await source.close();
  }
}

async function examineZones(
  toolbox: Toolbox,
  source: Source,
  contract: Contract,
  models: readonly DescribedModel[],
): Promise<Failure> {
  const looked = await examine('time zones', () => lookAtTimes(toolbox, source, contract, models));
  if (isFailure(looked)) return looked;
  const findings = judgeZones(looked);
  if (findings.length > 0) {
    return findings.map(({ model, column, message, cure }) =>
      finding('time zones', 'warning', `\`${column}\` of ${model}: ${message}`, cure),
    );
  }
  const rows = looked.columns.reduce((sum, column) => sum + column.rows, 0);
  return [ok('time zones', `nothing speaks against the zones declared (${rows} times looked at)`)];
}

async function examineDestination(
  toolbox: Toolbox,
  folder: ProjectFolder,
  contract: Contract,
): Promise<Failure> {
  const settings = await examine('Customer.io', async () =>
    resolveCustomerio(contract.project.customerio, await folder.variables()),
  );
  if (isFailure(settings)) return settings;
  const destination = toolbox.openDestination(settings);
  try {
    const workspace = await examine('Customer.io', () => destination.workspace());
    if (isFailure(workspace)) return workspace;
    return [
      ok('Customer.io', describeWorkspace(workspace, settings.trackUrl)),
      ...(await examineAppApi(toolbox, contract, settings.app, workspace)),
      ...judgeIdentity(identityFacts(contract, settings.app !== undefined)),
    ];
  } finally {
    await destination.close();
  }
}

async function examineAppApi(
  toolbox: Toolbox,
  contract: Contract,
  settings: AppApiSettings | undefined,
  workspace: Workspace,
): Promise<Failure> {
  if (settings === undefined) {
    const consents = peopleModels(contract).flatMap((model) => model.consents);
    return [judgeMissingKey(consents.some(({ allowsOptIn }) => allowsOptIn))];
  }
  const app = toolbox.openAppApi(settings);
  try {
    const facts = await examine('App API', async () => {
      const [workspaces, campaigns, segments] = await Promise.all([
        app.journeys.workspaces(),
        app.journeys.campaigns(),
        app.journeys.segments(),
      ]);
      return { workspaces, campaigns, segments };
    });
    return isFailure(facts) ? facts : judgeAppApi(facts, workspace);
  } finally {
    await app.close();
  }
}

function identityFacts(contract: Contract, hasAppKey: boolean): IdentityFacts {
  const { canonical, identity: rules } = contract.project;
  const other = otherIdentifier(canonical);
  const sendsOtherIdentifier = peopleModels(contract).some(({ attributes }) =>
    attributes.some(({ name }) => name === other),
  );
  return { canonical, rules, sendsOtherIdentifier, hasAppKey };
}

function describeWorkspace(workspace: Workspace, url: string): string {
  const what = workspace.isSandbox ? 'a sandbox' : `region ${workspace.region}`;
  return `the credentials are good for workspace ${workspaceName(workspace)} (${what}) at ${url}`;
}

async function examineState(toolbox: Toolbox, folder: ProjectFolder, contract: Contract): Promise<Failure> {
  const states = toolbox.openStates(stateFolder(folder, contract));
  const hasLock = (await folder.readLock()) !== undefined;
  const lock = hasLock
    ? ok('lock file', `${LOCK_FILE} is there; keep it committed`)
    : finding(
        'lock file',
        'note',
        `there is no ${LOCK_FILE} yet`,
        'The first sync writes it; commit it then.',
      );
  const workspaces = await examine('state', async () => ({ names: await states.workspaces() }));
  if (isFailure(workspaces)) return [lock, ...workspaces];
  const opened = await Promise.all(
    workspaces.names.map((name) =>
      examine('state', async () => {
        const state = await states.openForReading(name);
        const runs = await state?.runs.runs(1);
        await state?.close();
        return { runs };
      }),
    ),
  );
  const failures = opened.filter(isFailure).flat();
  const words =
    workspaces.names.length === 0 ? 'none yet: the next sync is the first' : workspaces.names.join(', ');
  return [lock, ...failures, ...(failures.length === 0 ? [ok('state', words)] : [])];
}
