import { apply } from '../../src/app/apply.ts';
import type { PlannedBackfill } from '../../src/app/backfill/plan-backfill.ts';
import { type BackfillOptions, type BackfillResult, backfill } from '../../src/app/backfill.ts';
import { sync } from '../../src/app/sync.ts';
import type { RunResult } from '../../src/app/write-run.ts';
import { MillraceError } from '../../src/core/errors/millrace-error.ts';
import { readPlanFile, type SavedPlan, writePlanFile } from '../../src/core/plan/plan-file.ts';
import type { Toolbox } from '../../src/ports/toolbox.ts';
import { openSmallShop, type SmallShop } from '../e2e/shop-project.ts';
import type { TestServer } from '../servers/provided-servers.ts';
import { toolboxAt } from '../support/chosen-time.ts';

export const NOW = Date.parse('2026-06-15T12:00:00Z') / 1000;
export const HOUR = 3600;
export const DAY = 86_400;

/** A small shop, a sandbox and Millrace in this process, all at one chosen time. */
export interface BackfillWorld {
  readonly shop: SmallShop;
  readonly clock: { now: number };
  readonly toolbox: Toolbox;
  /** Orders of person 1 (or another), so many seconds old. */
  order(id: string, ageSeconds: number, customerId?: number): Promise<void>;
  sync(): Promise<RunResult>;
  backfill(options?: Partial<BackfillOptions>): Promise<Outcome>;
  apply(plan: SavedPlan): Promise<RunResult>;
  /** Requests with operations that the sandbox has had. */
  batches(): number;
  /** Order ids of the events that arrived, in that order. */
  arrived(): readonly string[];
  /** Moves Millrace's clock and the sandbox's. */
  advance(seconds: number): void;
  close(): Promise<void>;
}

/** What a backfill came to: a result, or the error that ended it. */
export interface Outcome extends Partial<BackfillResult> {
  readonly planned: PlannedBackfill | undefined;
  readonly error: MillraceError | undefined;
}

export async function openBackfillWorld(server: TestServer, appKey = 'sandbox-app'): Promise<BackfillWorld> {
  const shop = await openSmallShop(server, { clock: { startAtMs: NOW * 1000 } });
  shop.project.edit('.env', /CUSTOMERIO_APP_KEY=.*/, `CUSTOMERIO_APP_KEY=${appKey}`);
  const clock = { now: NOW };
  const toolbox = toolboxAt(clock);
  const { project, sandbox, database } = shop;
  return {
    shop,
    clock,
    toolbox,
    order: async (id, ageSeconds, customerId = 1) => {
      const at = new Date((clock.now - ageSeconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
      await database.query('INSERT INTO orders VALUES (?, ?, ?, 12.50)', [id, customerId, at]);
    },
    sync: () =>
      sync(toolbox, {
        projectPath: project.folder,
        select: [],
        command: 'sync',
        historyFrom: undefined,
        signal: undefined,
      }),
    backfill: (options = {}) => outcomeOf(toolbox, { ...defaults(project.folder), ...options }),
    apply: (plan) =>
      apply(toolbox, {
        projectPath: project.folder,
        // By way of its file, as it goes from one command to the next.
        plan: readPlanFile('plan.json', writePlanFile(plan)),
        command: 'apply',
        signal: undefined,
      }),
    batches: () => sandbox.admin.requests().filter(({ path }) => path === '/api/v2/batch').length,
    arrived: () =>
      sandbox.admin.events('order_placed').map(({ attributes }) => String(attributes['order_id'])),
    advance: (seconds) => {
      clock.now += seconds;
      sandbox.admin.setClock({ advanceMs: seconds * 1000 });
    },
    close: () => shop.close(),
  };
}

function defaults(projectPath: string): BackfillOptions {
  return {
    kind: 'backfill',
    projectPath,
    event: 'order_placed',
    from: NOW - 365 * DAY,
    to: NOW + 365 * DAY,
    mode: undefined,
    rate: undefined,
    safe: [],
    allowsJourneys: false,
    reason: undefined,
    keys: undefined,
    act: 'send',
    samplesMax: 3,
    command: 'backfill',
    signal: undefined,
    onPlanned: () => undefined,
  };
}

async function outcomeOf(toolbox: Toolbox, options: BackfillOptions): Promise<Outcome> {
  const shown: PlannedBackfill[] = [];
  const onPlanned = (planned: PlannedBackfill): void => {
    shown.push(planned);
    options.onPlanned(planned);
  };
  try {
    const result = await backfill(toolbox, { ...options, onPlanned });
    return { ...result, planned: shown[0], error: undefined };
  } catch (error) {
    if (error instanceof MillraceError) return { planned: shown[0], error };
    throw error;
  }
}
