import type { TestProject } from 'vitest/node';
import { type StartedServers, startTestServers } from './start-test-servers.ts';

/** The servers of this run and how many projects (mysql, e2e) still use them. */
interface SharedServers {
  readonly started: Promise<StartedServers>;
  users: number;
}

/** Each project loads this file anew, so what they share lies outside of it. */
const SHARED = Symbol.for('millrace.testServers');
const shelf = globalThis as { [SHARED]?: SharedServers };

/** Starts the servers once per run of vitest and hands them to the tests; see `servers.ts` for their use. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = shelf[SHARED] ?? { started: startTestServers(process.env), users: 0 };
  shelf[SHARED] = shared;
  shared.users += 1;
  const { provided } = await shared.started;
  project.provide('testServers', provided);
  return () => release(shared);
}

async function release(shared: SharedServers): Promise<void> {
  shared.users -= 1;
  if (shared.users > 0) return;
  delete shelf[SHARED];
  await (await shared.started).stop();
}
