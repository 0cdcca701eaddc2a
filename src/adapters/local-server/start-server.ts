import { prepareData } from './data-template.ts';
import { inventAdmin } from './init-sql.ts';
import { OwnedServer } from './owned-server.ts';
import { createRunFolder, removeRunFolder, removeStaleRunFolders } from './run-folder.ts';
import type { RunningServer } from './running-server.ts';
import { type ServerBinaries, serverName } from './server-binaries.ts';
import { resolveOptions, type StartOptions } from './start-options.ts';
import { checkTimeZone } from './time-zone-name.ts';

/**
 * Starts a private server: own data, own port on the loopback interface, own administrator. It ends with `stop`, or
 * when this process dies in any way; its temporary folder goes with it.
 */
export async function startServer(
  binaries: ServerBinaries,
  options: StartOptions = {},
): Promise<RunningServer> {
  const resolved = resolveOptions(options);
  await checkTimeZone(resolved.timeZone);
  await removeStaleRunFolders();
  const folder = await createRunFolder();
  try {
    const dataDirectory = resolved.dataDirectory ?? folder.dataDirectory;
    await prepareData(binaries, dataDirectory, resolved.cacheDirectory, resolved.onProgress);
    resolved.onProgress(`starting ${serverName(binaries)}`);
    const server = new OwnedServer({
      binaries,
      options: resolved,
      folder,
      dataDirectory,
      admin: inventAdmin(),
    });
    await server.launch();
    return server;
  } catch (error) {
    await removeRunFolder(folder.directory);
    throw error;
  }
}
