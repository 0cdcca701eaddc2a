import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalServerError } from '../adapters/local-server/local-server-error.ts';
import { type LocalServer, openLocalServer } from '../adapters/local-server/open-local-server.ts';
import type { DemoKit, DemoSettings, DemoShop } from '../cli/demo-kit.ts';
import { SourceError } from '../core/errors/millrace-error.ts';
import { changeShop, createShopDatabase, dropShopDatabase, loadShop } from './load-shop.ts';
import { openSandbox } from './open-sandbox.ts';
import { makeShop } from './shop-data.ts';

const CUSTOMERS = 3000;
const SEED = 7;

const SERVER_NAMES = { mysql: 'MySQL', mariadb: 'MariaDB' } as const;

/** Puts the parts of demo and sandbox together. `templateFolder` is the example project. */
export function makeDemoKit(templateFolder: string, environment: NodeJS.ProcessEnv): DemoKit {
  return {
    startSandbox: openSandbox,
    openShop: (tell) => openShop(tell, environment),
    makeProject: (settings) => makeProject(templateFolder, settings),
    removeProject: (folder) => rm(folder, { recursive: true, force: true }),
  };
}

async function openShop(tell: (text: string) => void, environment: NodeJS.ProcessEnv): Promise<DemoShop> {
  const server = await openServer(tell, environment);
  const now = Math.floor(Date.now() / 1000);
  const shop = makeShop({ customers: CUSTOMERS, now, seed: SEED });
  try {
    const database = await createShopDatabase(server, `millrace_demo_${randomBytes(4).toString('hex')}`);
    await loadShop(database.adminUrl, shop);
    return {
      server: `${SERVER_NAMES[server.flavour]} ${server.version}`,
      readerUrl: database.readerUrl,
      customers: shop['customers']?.length ?? 0,
      orders: shop['orders']?.length ?? 0,
      change: () => changeShop(database.adminUrl, Math.floor(Date.now() / 1000)),
      close: async () => {
        await dropShopDatabase(database).catch(() => undefined);
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function openServer(
  tell: (text: string) => void,
  environment: NodeJS.ProcessEnv,
): Promise<LocalServer> {
  try {
    return await openLocalServer({ environment, variable: 'MILLRACE_DEMO_MYSQL', onProgress: tell });
  } catch (error) {
    if (!(error instanceof LocalServerError)) throw error;
    throw new SourceError('server_unavailable', error.message, { hint: error.hint, cause: error });
  }
}

/** The example project, with its connections going to the shop and the sandbox. */
async function makeProject(templateFolder: string, settings: DemoSettings): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-demo-'));
  await cp(templateFolder, folder, { recursive: true, filter: (path) => !path.includes('.millrace') });
  const path = join(folder, 'millrace.yml');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('# track_url:', 'track_url:').replace('# app_url:', 'app_url:'));
  const variables = {
    MYSQL_URL: settings.mysqlUrl,
    CUSTOMERIO_SITE_ID: settings.siteId,
    CUSTOMERIO_API_KEY: settings.apiKey,
    CUSTOMERIO_APP_KEY: settings.appKey,
    CUSTOMERIO_TRACK_URL: settings.trackUrl,
    CUSTOMERIO_APP_URL: settings.trackUrl,
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(folder, '.env'), lines.join(''), { mode: 0o600 });
  return folder;
}
