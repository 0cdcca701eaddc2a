import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { aptError, classifyAptFailure } from './apt-failure.ts';
import { type AptSource, formatSources } from './apt-sources.ts';
import { LocalServerError } from './local-server-error.ts';
import { type ProgramResult, runProgram } from './run-program.ts';
import { bringYourOwnServer } from './server-hints.ts';

/** One package archive file that apt would fetch. */
export interface PackageFile {
  /** "mysql-server-core_9.7.4-2_amd64.deb" */
  readonly fileName: string;
  readonly bytes: number;
}

/** 10 MB of package lists over a slow line (100 KB/s), with room. */
const UPDATE_WITHIN_MS = 300_000;
/** 60 MB of packages over the same line, twice over. */
const DOWNLOAD_WITHIN_MS = 1_200_000;
/** Only the CPU works here: a second or two when idle. */
const PLAN_WITHIN_MS = 120_000;

/** An apt-get that outlived its killed parent holds apt's own lock until its download is through. */
const LOCK_TRIES = 120;
const LOCK_PAUSE_MS = 1000;

/**
 * apt with lists, archives and package status of its own inside one folder. The system's proxies, certificates and
 * passwords hold; its sources, pins and hooks do not. Needs no root and changes nothing outside the folder.
 */
export class PrivateApt {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async create(
    directory: string,
    architecture: string,
    sources: readonly AptSource[],
  ): Promise<PrivateApt> {
    for (const folder of ['lists/partial', 'cache/archives/partial', 'state', 'sources']) {
      await mkdir(join(directory, folder), { recursive: true });
    }
    await writeFile(join(directory, 'apt.conf'), aptConfiguration(directory, architecture));
    await writeFile(join(directory, 'sources', 'millrace.sources'), formatSources(sources));
    await writeFile(join(directory, 'state', 'status'), dpkgStatus(architecture));
    return new PrivateApt(directory);
  }

  /**
   * Fetches the package lists. Trouble is returned, not thrown: where one of several archives is out of reach, the
   * others may well offer the package.
   */
  async update(): Promise<LocalServerError | undefined> {
    const result = await this.#run('apt-get', ['update', '-q'], UPDATE_WITHIN_MS);
    const isComplete = result.outcome === 'ok' && !/^(?:W|E): .*Failed to fetch/m.test(result.errorOutput);
    return isComplete ? undefined : failure('fetch the package lists', result);
  }

  async packageNames(prefix: string): Promise<readonly string[]> {
    const result = await this.#run('apt-cache', ['pkgnames', prefix], PLAN_WITHIN_MS);
    if (result.outcome !== 'ok') throw failure('read the package lists', result);
    return result.output.split('\n').filter((line) => line !== '');
  }

  /** The package and all it needs, as files that `download` would have to fetch or has already. */
  async plan(packageName: string): Promise<readonly PackageFile[]> {
    const result = await this.#run(
      'apt-get',
      ['install', '-qq', '--print-uris', packageName],
      PLAN_WITHIN_MS,
    );
    if (result.outcome !== 'ok') throw failure(`find what ${packageName} needs`, result);
    return parsePrintedUris(result.output);
  }

  async download(packageName: string): Promise<readonly string[]> {
    await this.#dropOutdated();
    const result = await this.#run(
      'apt-get',
      ['install', '-q', '--download-only', packageName],
      DOWNLOAD_WITHIN_MS,
    );
    if (result.outcome !== 'ok') throw failure(`download ${packageName}`, result);
    return this.#archives();
  }

  /** Files of an attempt that was killed before the archive changed must not be mixed with today's. */
  async #dropOutdated(): Promise<void> {
    if ((await this.#archives()).length === 0) return;
    const result = await this.#run('apt-get', ['autoclean', '-q'], PLAN_WITHIN_MS);
    if (result.outcome !== 'ok') throw failure('remove outdated downloads', result);
  }

  async #archives(): Promise<readonly string[]> {
    const directory = join(this.#directory, 'cache', 'archives');
    const names = await readdir(directory);
    return names.filter((name) => name.endsWith('.deb')).map((name) => join(directory, name));
  }

  async #run(program: string, command: readonly string[], timeoutMs: number): Promise<ProgramResult> {
    const configured = ['-c', join(this.#directory, 'apt.conf'), ...command];
    const environment = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
    for (let attempt = 1; ; attempt += 1) {
      const result = await runProgram(program, configured, { timeoutMs, environment });
      const isLocked = result.outcome === 'failed' && classifyAptFailure(result.errorOutput) === 'locked';
      if (!isLocked || attempt >= LOCK_TRIES) return result;
      await sleep(LOCK_PAUSE_MS);
    }
  }
}

/** Lines of `apt-get --print-uris`: `'http://…/x.deb' x_1.0_amd64.deb 12345 SHA256:…`. */
export function parsePrintedUris(text: string): readonly PackageFile[] {
  return text.split('\n').flatMap((line) => {
    const match = /^'[^']+' (\S+\.deb) (\d+)\b/.exec(line);
    return match?.[1] === undefined ? [] : [{ fileName: match[1], bytes: Number(match[2]) }];
  });
}

export function aptConfiguration(directory: string, architecture: string): string {
  const quoted = (path: string): string => `"${join(directory, path)}"`;
  return [
    // The system's hooks run programs and clean its own caches; none of that is wanted for a private folder.
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    '#clear APT::Install::Pre-Invoke;',
    '#clear APT::Install::Post-Invoke;',
    '#clear AptCli::Hooks;',
    '#clear DPkg::Pre-Install-Pkgs;',
    // No pins of the system, no packages of foreign architectures.
    '#clear APT::Default-Release;',
    '#clear APT::Architectures;',
    `APT::Architectures { "${architecture}"; };`,
    'Dir::Etc::preferences "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    'Dir::Etc::sourcelist "/dev/null";',
    `Dir::Etc::sourceparts ${quoted('sources')};`,
    `Dir::State ${quoted('state')};`,
    `Dir::State::lists ${quoted('lists')};`,
    `Dir::State::status ${quoted('state/status')};`,
    `Dir::Cache ${quoted('cache')};`,
    // Kept between the three calls: parsing the lists anew costs a second each time.
    'Dir::Cache::pkgcache "pkgcache.bin";',
    'Dir::Cache::srcpkgcache "srcpkgcache.bin";',
    'APT::Install-Recommends "false";',
    'APT::Get::Assume-Yes "true";',
    // The user _apt of root's downloads could not write into a private folder.
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::PDiffs "false";',
    'Acquire::Retries "3";',
    'Acquire::http::Timeout "30";',
    'Acquire::https::Timeout "30";',
    '',
  ].join('\n');
}

/**
 * Nothing counts as installed, so every library comes along and the age of the host does not matter. Only Perl is said
 * to be there: it serves scripts that are never run, and is a fifth of MySQL's download.
 */
function dpkgStatus(architecture: string): string {
  return [
    'Package: perl',
    'Status: install ok installed',
    'Maintainer: Millrace <millrace@localhost>',
    'Multi-Arch: allowed',
    `Architecture: ${architecture}`,
    'Version: 9999',
    'Description: claimed, not needed to run a server',
    '',
    '',
  ].join('\n');
}

function failure(task: string, result: ProgramResult): LocalServerError {
  if (result.outcome === 'missing') {
    return new LocalServerError(`Could not ${task}: this system has no apt-get.`, {
      hint: bringYourOwnServer(process.platform),
    });
  }
  const timedOut = result.outcome === 'timeout' ? 'E: Connection timed out (stopped by Millrace)\n' : '';
  return aptError(task, timedOut + result.errorOutput + result.output);
}
