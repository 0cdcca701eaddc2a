import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { describeOnBinaries, execute } from '../../../test/servers/servers.ts';
import { openLocalServer } from './open-local-server.ts';
import { hasProcess } from './process-identity.ts';
import type { ServerBinaries } from './server-binaries.ts';

/** What a user would name: the program, or the folder it was unpacked into. */
function placeOf({ origin, serverFile }: ServerBinaries): string {
  return origin === 'cache' ? resolve(serverFile, '../../..') : serverFile;
}

const VARIABLE = 'MILLRACE_DEMO_MYSQL';

describeOnBinaries('openLocalServer', (binaries, server) => {
  it('uses the server that the variable names and leaves it running', async () => {
    const opened = await openLocalServer({ environment: { [VARIABLE]: server.url }, variable: VARIABLE });
    expect(opened).toMatchObject({ flavour: server.flavour, version: server.version, url: server.url });
    expect(opened.started).toBeUndefined();
    await opened.stop();
    expect(await execute(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('says which server cannot be used without showing its password', async () => {
    const url = `mysql://${server.user}:secret-word@${server.host}:${server.port}`;
    const attempt = openLocalServer({ environment: { [VARIABLE]: url }, variable: VARIABLE });
    await expect(attempt).rejects.toMatchObject({
      message: expect.stringMatching(
        /The server that MILLRACE_DEMO_MYSQL names \(127\.0\.0\.1:\d+\) cannot be used/,
      ),
      hint: expect.stringContaining('user and password'),
    });
    await expect(attempt).rejects.not.toMatchObject({ message: expect.stringContaining('secret-word') });
  });

  it('starts one of its own otherwise, and ends it', async () => {
    const heard: string[] = [];
    const opened = await openLocalServer({
      environment: { ...process.env, MILLRACE_MYSQLD: placeOf(binaries) },
      variable: 'MILLRACE_NO_SUCH_VARIABLE',
      wanted: binaries.flavour,
      onProgress: (text) => heard.push(text),
    });
    const { host, port, user, password } = opened;
    expect(await execute({ host, port, user, password }, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(heard.at(-1)).toBe(`starting ${server.label}`);
    const pid = opened.started?.pid ?? 0;
    await opened.stop();
    expect(hasProcess(pid)).toBe(false);
  });
});
