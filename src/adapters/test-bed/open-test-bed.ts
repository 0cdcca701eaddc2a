import { SourceError } from '../../core/errors/millrace-error.ts';
import type { TestBed, TestBedOptions } from '../../ports/test-bed.ts';
import { FLAVOUR_NAMES } from '../local-server/flavour.ts';
import { LocalServerError } from '../local-server/local-server-error.ts';
import { type LocalServer, openLocalServer } from '../local-server/open-local-server.ts';
import { createTestSchema } from './mysql-test-schema.ts';

/** Stands in messages for where the URL was given. */
const URL_OPTION = '--mysql';

/** SYSDATE() then stands still with NOW(). */
const START = { extraArguments: ['--sysdate-is-now'] };

/** Uses the server that the URL names, or starts a private one. @throws SourceError `server_unavailable` */
export async function openTestBed(
  { url, flavour, tell }: TestBedOptions,
  environment: NodeJS.ProcessEnv,
): Promise<TestBed> {
  const server = await openServer({
    environment: { ...environment, [URL_OPTION]: url },
    variable: URL_OPTION,
    wanted: flavour,
    start: START,
    onProgress: tell,
  });
  return {
    server: `${FLAVOUR_NAMES[server.flavour]} ${server.version}`,
    openSchema: (statements) => createTestSchema(server, statements),
    close: () => server.stop(),
  };
}

async function openServer(options: Parameters<typeof openLocalServer>[0]): Promise<LocalServer> {
  try {
    return await openLocalServer(options);
  } catch (error) {
    if (!(error instanceof LocalServerError)) throw error;
    throw new SourceError('server_unavailable', error.message, { hint: error.hint, cause: error });
  }
}
