import type { RunningSandbox } from '../../src/sandbox/start-sandbox.ts';

/** Batches that the sandbox was sent, refused and cut ones included. */
export function batchRequests(sandbox: RunningSandbox): number {
  return sandbox.admin.requests().filter(({ path }) => path === '/api/v2/batch').length;
}
