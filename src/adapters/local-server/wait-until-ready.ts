import { setTimeout as sleep } from 'node:timers/promises';
import { askServerVersion } from './ask-server.ts';
import type { ServerAddress } from './server-url.ts';
import type { SupervisedProcess } from './supervised-process.ts';

/** A second or two when idle; recovery after a kill on a busy machine with a slow disk may take a minute. */
const READY_WITHIN_MS = 120_000;
const POLL_MS = 25;

/** True once the administrator can log in; false when the server ends before, or is not ready in time. */
export async function waitUntilReady(server: SupervisedProcess, address: ServerAddress): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (server.isRunning && Date.now() < deadline) {
    // Refused until the server listens; then it waits for the greeting, which comes when the server is ready.
    if (await canLogIn(address)) return server.isRunning;
    await sleep(POLL_MS);
  }
  return false;
}

function canLogIn(address: ServerAddress): Promise<boolean> {
  return askServerVersion(address).then(
    () => true,
    () => false,
  );
}
