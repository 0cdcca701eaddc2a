import { afterEach, expect } from 'vitest';
import { sharedPath } from '../../../test/support/shared-data.ts';
import type { RunningSandbox } from '../start-sandbox.ts';
import { readDescription } from './official-description.ts';

const PATH = sharedPath('customerio/track-openapi.json');
const DESCRIPTION = PATH === undefined ? undefined : readDescription(PATH);

/**
 * Holds every exchange of the file's tests against the official description, where that is there: a skipped
 * suite tells where it is not. The sandbox has to log bodies.
 */
export function keepDescription(sandbox: () => RunningSandbox): void {
  afterEach(() => {
    const violations = sandbox()
      .admin.requests()
      .flatMap((exchange) => DESCRIPTION?.violationsOf(exchange) ?? []);
    expect(violations).toEqual([]);
  });
}
