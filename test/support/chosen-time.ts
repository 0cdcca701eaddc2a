import { openAppApi } from '../../src/adapters/customerio/open-app-api.ts';
import { TrackDestination } from '../../src/adapters/customerio/track-destination.ts';
import { fileSpools } from '../../src/adapters/files/file-spools.ts';
import { projectFolder } from '../../src/adapters/files/project-folder.ts';
import { textFiles } from '../../src/adapters/files/text-files.ts';
import { MysqlSource } from '../../src/adapters/mysql/mysql-source.ts';
import { silentObserver } from '../../src/adapters/observe/silent-observer.ts';
import { sqliteStateStores } from '../../src/adapters/sqlite/sqlite-state-stores.ts';
import type { Toolbox } from '../../src/ports/toolbox.ts';

/** Real parts with a clock that the test sets: what happens over hours can be seen in seconds. */
export function toolboxAt(clock: { now: number }): Toolbox {
  let runs = 0;
  const absent = (): never => {
    throw new Error('this test has no such part');
  };
  return {
    clock: { now: () => clock.now * 1000 },
    observer: silentObserver,
    newId: () => {
      runs += 1;
      return `run-${runs}`;
    },
    files: textFiles,
    openProject: (path) => projectFolder(path, {}),
    openSource: (settings) => new MysqlSource(settings),
    openDestination: (settings) => new TrackDestination(settings),
    openAppApi,
    openTestBed: absent,
    openServiceMonitor: absent,
    openStates: sqliteStateStores,
    openSpools: fileSpools,
    host: 'test',
    processId: process.pid,
  };
}
