import { describe, expect, it } from 'vitest';
import { compareVersions, isUsable, parseVersionLine, parseVersionValue } from './server-version.ts';

describe('parseVersionLine', () => {
  it.each([
    ['/x/usr/sbin/mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))', 'mysql', '9.7.4'],
    ['/usr/sbin/mysqld  Ver 8.0.43-0ubuntu0.22.04.1 for Linux on x86_64 ((Ubuntu))', 'mysql', '8.0.43'],
    ['mysqld  Ver 9.0.1 for macos14.4 on arm64 (Homebrew)', 'mysql', '9.0.1'],
    ['mysqld  Ver 5.7.44 for Linux on x86_64 (MySQL Community Server (GPL))', 'mysql', '5.7.44'],
    ['mysqld  Ver 8.0.36-28 for Linux on x86_64 (Percona Server (GPL), Release 28)', 'mysql', '8.0.36'],
    [
      'mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)',
      'mariadb',
      '10.11.19',
    ],
    ['mysqld  Ver 11.8.2-MariaDB for Linux on x86_64 (MariaDB Server)', 'mariadb', '11.8.2'],
  ])('reads %s', (line, flavour, version) => {
    expect(parseVersionLine(line)).toEqual({ flavour, version });
  });

  it('knows what is no server', () => {
    expect(parseVersionLine('sh: 0: Illegal option --')).toBeUndefined();
    expect(parseVersionLine('')).toBeUndefined();
  });
});

describe('parseVersionValue', () => {
  it.each([
    ['9.7.4-2', 'mysql', '9.7.4'],
    ['8.0.39-log', 'mysql', '8.0.39'],
    ['10.11.19-MariaDB-0+deb12u1-log', 'mariadb', '10.11.19'],
    ['5.5.5-10.6.12-MariaDB', 'mariadb', '10.6.12'],
  ])('reads %s', (text, flavour, version) => {
    expect(parseVersionValue(text)).toEqual({ flavour, version });
  });
});

describe('versions', () => {
  it('are compared as numbers', () => {
    expect(['10.11.2', '10.4.30', '9.7.4', '10.11.19'].toSorted(compareVersions)).toEqual([
      '9.7.4',
      '10.4.30',
      '10.11.2',
      '10.11.19',
    ]);
  });

  it('are refused when too old', () => {
    expect(isUsable({ flavour: 'mysql', version: '5.6.51' })).toBe(false);
    expect(isUsable({ flavour: 'mysql', version: '5.7.44' })).toBe(true);
    expect(isUsable({ flavour: 'mariadb', version: '10.3.39' })).toBe(false);
    expect(isUsable({ flavour: 'mariadb', version: '10.11.19' })).toBe(true);
  });
});
