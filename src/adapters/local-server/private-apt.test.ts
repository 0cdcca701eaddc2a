import { describe, expect, it } from 'vitest';
import { aptConfiguration, parsePrintedUris } from './private-apt.ts';

describe('parsePrintedUris', () => {
  it('reads names and sizes, and passes over everything else', () => {
    const text = [
      'Reading package lists...',
      "'http://deb.debian.org/debian/pool/main/m/mysql/mysql-server-core_9.7.4-2_amd64.deb' mysql-server-core_9.7.4-2_amd64.deb 26124236 SHA256:ab",
      "'http://x/mariadb-server-core_10.11.19-0%2bdeb12u1_amd64.deb' mariadb-server-core_1%3a10.11.19-0+deb12u1_amd64.deb 7342456 ",
    ].join('\n');
    expect(parsePrintedUris(text)).toEqual([
      { fileName: 'mysql-server-core_9.7.4-2_amd64.deb', bytes: 26124236 },
      { fileName: 'mariadb-server-core_1%3a10.11.19-0+deb12u1_amd64.deb', bytes: 7342456 },
    ]);
  });
});

describe('aptConfiguration', () => {
  it('keeps every file that apt writes inside the private folder', () => {
    const configuration = aptConfiguration('/private', 'arm64');
    for (const setting of [
      'Dir::State',
      'Dir::State::lists',
      'Dir::State::status',
      'Dir::Cache',
      'Dir::Etc::sourceparts',
    ]) {
      expect(configuration).toMatch(new RegExp(`^${setting} "/private/`, 'm'));
    }
    expect(configuration).toContain('APT::Architectures { "arm64"; };');
  });
});
