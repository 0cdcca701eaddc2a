import { describe, expect, it } from 'vitest';
import { contractOf, PROJECT_YAML, problemsOf } from '../../../test/support/contract-files.ts';
import { resolveCustomerio } from './connection-settings.ts';

const variables = { CUSTOMERIO_API_KEY: 'track', APP_KEY: 'app' };

function settings(customerio: string, more: Readonly<Record<string, string>> = {}) {
  const project = PROJECT_YAML.replace(/customerio: .*/, `customerio: { ${customerio} }`);
  return resolveCustomerio(contractOf({ project }).project.customerio, { ...variables, ...more });
}

const TRACK = 'site_id: site, api_key: "${CUSTOMERIO_API_KEY}"';

describe('where Customer.io is', () => {
  it.each([
    ['us', 'https://track.customer.io', 'https://api.customer.io'],
    ['eu', 'https://track-eu.customer.io', 'https://api-eu.customer.io'],
  ])('knows both APIs of region %s', (region, trackUrl, appUrl) => {
    const resolved = settings(`region: ${region}, ${TRACK}, app_key: "\${APP_KEY}"`);
    expect(resolved).toMatchObject({
      trackUrl,
      app: { region, url: appUrl, key: 'app', requestsPerSecond: 8 },
    });
  });

  it('does without an App API key: not written, not set or empty', () => {
    expect(settings(`region: us, ${TRACK}`).app).toBeUndefined();
    expect(settings(`region: us, ${TRACK}, app_key: "\${OTHER}"`).app).toBeUndefined();
    expect(settings(`region: us, ${TRACK}, app_key: "\${OTHER}"`, { OTHER: '' }).app).toBeUndefined();
  });

  it('reads from where it writes, or is told where else', () => {
    const sandbox = `region: us, ${TRACK}, app_key: "\${APP_KEY}", track_url: "http://127.0.0.1:8700/"`;
    expect(() => settings(sandbox)).toThrow(/`app_key` are given, but not `app_url`/);
    expect(settings(sandbox.replace('"${APP_KEY}"', '"${OTHER}"')).app).toBeUndefined();
    expect(settings(`${sandbox}, app_url: "http://127.0.0.1:8700/"`).app?.url).toBe('http://127.0.0.1:8700');
    expect(() => settings(`${sandbox}, app_url: "http://example.com"`)).toThrow(
      /`customerio.app_url` is neither https nor on this machine/,
    );
  });

  it('takes the App API key only from a variable', () => {
    const project = PROJECT_YAML.replace('site_id: site', 'site_id: site, app_key: 0123abc');
    expect(problemsOf({ project })).toEqual([expect.stringMatching(/`customerio.app_key` holds a secret/)]);
  });
});
