import { FLAVOUR_NAMES, type Flavour } from './flavour.ts';

/** Everything needed to run one server program. Plain values: it crosses process borders in the tests. */
export interface ServerBinaries {
  readonly flavour: Flavour;
  /** As the program says it, without the packager's suffix: "10.11.19", "9.7.4". */
  readonly version: string;
  /** How it was found: named by a variable, installed on the system, or unpacked into the cache folder. */
  readonly origin: 'named' | 'system' | 'cache';
  /** The program and the arguments that must stand in front of all others (an unpacked tree's loader). */
  readonly command: readonly [string, ...string[]];
  /** Options that tell an unpacked server where its own files are; none for an installed one. */
  readonly treeArguments: readonly string[];
  /** The server program itself, for messages and to find the files shipped beside it. */
  readonly serverFile: string;
}

/** "MySQL 9.7.4" */
export function serverName(server: { readonly flavour: Flavour; readonly version: string }): string {
  return `${FLAVOUR_NAMES[server.flavour]} ${server.version}`;
}
