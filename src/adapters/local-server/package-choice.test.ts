import { describe, expect, it } from 'vitest';
import { parseClassicSources } from './apt-sources.ts';
import { LocalServerError } from './local-server-error.ts';
import { choosePackages, chooseServerPackage } from './package-choice.ts';
import type { PackageSystem } from './package-system.ts';

function system(distribution: string, codename: string, sources: string): PackageSystem {
  return { distribution, codenames: [codename], sources: parseClassicSources(sources) };
}

const BOOKWORM = system(
  'debian',
  'bookworm',
  `deb [signed-by=/debian.gpg] http://mirror.example/debian bookworm main contrib
   deb [signed-by=/debian.gpg] http://mirror.example/debian bookworm-updates main
   deb http://mirror.example/debian-security bookworm-security main
   deb http://mirror.example/debian bookworm-backports main
   deb http://apt.postgresql.org/pub/repos/apt bookworm-pgdg main
   deb https://download.docker.com/linux/debian bookworm stable
   deb https://deb.nodesource.com/node_20.x nodistro main`.replaceAll(/^ +/gm, ''),
);

describe('choosePackages', () => {
  it('takes MariaDB from the system’s own suites, with their updates, and from nobody else', () => {
    const choice = choosePackages('mariadb', BOOKWORM);
    expect(choice.suite).toBe('bookworm');
    expect(choice.sources.flatMap((source) => source.suites)).toEqual([
      'bookworm',
      'bookworm-updates',
      'bookworm-security',
    ]);
  });

  it('takes MySQL from Debian’s sid, through the system’s mirror and keys', () => {
    expect(choosePackages('mysql', BOOKWORM)).toEqual({
      suite: 'sid',
      sources: [
        {
          uris: ['http://mirror.example/debian'],
          suites: ['sid'],
          components: ['main'],
          signedBy: '/debian.gpg',
        },
      ],
    });
  });

  it('takes both from Ubuntu’s own suites', () => {
    const noble = system('ubuntu', 'noble', 'deb http://archive.ubuntu.com/ubuntu noble main universe');
    expect(choosePackages('mysql', noble).suite).toBe('noble');
    expect(choosePackages('mariadb', noble).sources[0]?.components).toEqual(['main', 'universe']);
  });

  it('understands sources that follow a moving suite', () => {
    const moving = system('debian', 'trixie', 'deb http://mirror.example/debian testing main');
    expect(choosePackages('mariadb', moving).suite).toBe('testing');
  });

  it('says what to do when no archive is known', () => {
    const bare = system('debian', 'bookworm', '');
    expect(() => choosePackages('mysql', bare)).toThrow(LocalServerError);
    expect(() => choosePackages('mysql', bare)).toThrow(
      /No package archive of this system \(debian bookworm\)/,
    );
  });
});

describe('chooseServerPackage', () => {
  it('prefers the package without a version in its name', () => {
    expect(chooseServerPackage('mysql', ['mysql-server-core-8.0', 'mysql-server-core'])).toBe(
      'mysql-server-core',
    );
  });

  it('else takes the newest version, by number', () => {
    const offered = ['mariadb-server-core-10.6', 'mariadb-server-core-10.11', 'mariadb-server-core-dbgsym'];
    expect(chooseServerPackage('mariadb', offered)).toBe('mariadb-server-core-10.11');
  });

  it('finds nothing in nothing', () => {
    expect(chooseServerPackage('mysql', [])).toBeUndefined();
  });
});
