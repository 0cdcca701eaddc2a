import type { CustomerioSettings } from '../../src/core/contract/connection-settings.ts';

/** Settings for a sandbox at this address, with what the test says. */
export const customerioSettings = (
  trackUrl: string,
  more: Partial<CustomerioSettings> = {},
): CustomerioSettings => ({
  region: 'us',
  siteId: 'sandbox-site',
  apiKey: 'sandbox-key',
  trackUrl,
  requestsPerSecond: 1000,
  requestsInFlight: 4,
  timeoutSeconds: 2,
  app: undefined,
  ...more,
});
