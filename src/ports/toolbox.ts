import type {
  AppApiSettings,
  CustomerioSettings,
  MysqlSettings,
} from '../core/contract/connection-settings.ts';
import type { AppApi } from './app-api.ts';
import type { Clock } from './clock.ts';
import type { Destination } from './destination.ts';
import type { Observer } from './observer.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ServiceMonitor, ServiceMonitorOptions } from './service-monitor.ts';
import type { Source } from './source.ts';
import type { SpoolStore } from './spool.ts';
import type { StateStores } from './state-store.ts';
import type { TestBed, TestBedOptions } from './test-bed.ts';
import type { TextFiles } from './text-files.ts';

/** The adapters, as main.ts puts them together. */
export interface Toolbox {
  readonly clock: Clock;
  readonly observer: Observer;
  /** A new id that sorts by time: `20261123-101500-4f2a`. */
  newId(): string;
  readonly files: TextFiles;
  openProject(path: string): ProjectFolder;
  openSource(settings: MysqlSettings): Source;
  openDestination(settings: CustomerioSettings): Destination;
  openAppApi(settings: AppApiSettings): AppApi;
  /** Tells other programs how the service is. @throws StateError `address_in_use` */
  openServiceMonitor(options: ServiceMonitorOptions): Promise<ServiceMonitor>;
  /** For tests of contracts. */
  openTestBed(options: TestBedOptions): Promise<TestBed>;
  /** Both live in the project's state folder, given as an absolute path. */
  openStates(folder: string): StateStores;
  openSpools(folder: string): SpoolStore;
  /** Who takes leases: this process. */
  readonly host: string;
  readonly processId: number;
}
