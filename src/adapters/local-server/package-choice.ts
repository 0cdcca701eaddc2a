import type { AptSource } from './apt-sources.ts';
import { FLAVOUR_NAMES, type Flavour } from './flavour.ts';
import { LocalServerError } from './local-server-error.ts';
import type { PackageSystem } from './package-system.ts';

/** Where a flavour's packages come from. */
export interface PackageChoice {
  /** Names the folder in the cache: `mysql-sid`. */
  readonly suite: string;
  readonly sources: readonly AptSource[];
}

/** Debian ships MySQL in its unstable suite only; its libraries come with it, so the age of the host does not matter. */
const MYSQL_SUITE_OF_DEBIAN = 'sid';

/** Names that stand for a release in sources files, besides its own name. */
const MOVING_SUITES: readonly string[] = ['stable', 'oldstable', 'testing', 'unstable', 'sid'];

/** Suites of the distribution itself; `-backports`, `-proposed` or a third party's `-pgdg` are not asked. */
const OFFICIAL_SUFFIXES: readonly string[] = ['', '-updates', '-security', '/updates'];

export function choosePackages(flavour: Flavour, system: PackageSystem): PackageChoice {
  const official = system.sources.flatMap((source) => officialPart(source, system.codenames));
  const base = official.find((source) =>
    source.suites.some((suite) => suffixOf(suite, system.codenames) === ''),
  );
  const suite = base?.suites.find((name) => suffixOf(name, system.codenames) === '');
  if (base === undefined || suite === undefined) throw noArchive(flavour, system);
  if (flavour === 'mysql' && system.distribution === 'debian') {
    return {
      suite: MYSQL_SUITE_OF_DEBIAN,
      sources: [{ ...base, suites: [MYSQL_SUITE_OF_DEBIAN], components: ['main'] }],
    };
  }
  return { suite, sources: official };
}

/**
 * The package among those offered that holds the server: `mysql-server-core`, or where the distribution puts the
 * version into the name, the newest of `mysql-server-core-8.0`, `mysql-server-core-8.4`.
 */
export function chooseServerPackage(flavour: Flavour, offered: readonly string[]): string | undefined {
  const name = serverPackagePrefix(flavour);
  if (offered.includes(name)) return name;
  const versioned = offered.filter(
    (each) => /^-\d+(\.\d+)*$/.test(each.slice(name.length)) && each.startsWith(name),
  );
  return versioned.toSorted((left, right) => left.localeCompare(right, 'en', { numeric: true })).at(-1);
}

export function serverPackagePrefix(flavour: Flavour): string {
  return `${flavour}-server-core`;
}

function officialPart(source: AptSource, codenames: readonly string[]): readonly AptSource[] {
  const suites = source.suites.filter((suite) => suffixOf(suite, codenames) !== undefined);
  return suites.length > 0 && source.components.includes('main') ? [{ ...source, suites }] : [];
}

/** What follows the release's name in an official suite; undefined for any other suite. */
function suffixOf(suite: string, codenames: readonly string[]): string | undefined {
  const name = [...codenames, ...MOVING_SUITES].find(
    (each) => suite === each || (/^[-/]/.test(suite.slice(each.length)) && suite.startsWith(each)),
  );
  const suffix = name === undefined ? undefined : suite.slice(name.length);
  return suffix !== undefined && OFFICIAL_SUFFIXES.includes(suffix) ? suffix : undefined;
}

function noArchive(flavour: Flavour, system: PackageSystem): LocalServerError {
  const release = [system.distribution, ...system.codenames].join(' ');
  return new LocalServerError(
    `No package archive of this system (${release}) stands in /etc/apt, so ${FLAVOUR_NAMES[flavour]} cannot be fetched.`,
    {
      hint: `Put the distribution's archive back into /etc/apt/sources.list, or install a server (apt-get install ${flavour}-server), or set MILLRACE_DEMO_MYSQL (tests: MILLRACE_TEST_MYSQL) to mysql://user:password@host:port.`,
    },
  );
}
