import type { Flavour } from './flavour.ts';

/** A private server on this machine's loopback interface. */
export interface RunningServer {
  readonly flavour: Flavour;
  readonly version: string;
  readonly host: string;
  readonly port: number;
  /** Path of the Unix socket. */
  readonly socket: string;
  readonly adminUser: string;
  readonly adminPassword: string;
  /** mysql://user:password@host:port, of an account that may do everything. */
  readonly adminUrl: string;
  readonly dataDirectory: string;
  /** The server's log, for messages and tests; removed by `stop`. */
  readonly logFile: string;
  /** Changes with every restart. */
  readonly pid: number;
  readonly isRunning: boolean;
  /** Ends the server for good and removes its temporary folder. Does nothing the second time. */
  stop(): Promise<void>;
  /** Ends the server as a power cut would. `restart` brings it back with what it had stored. */
  kill(): Promise<void>;
  /** Stops the server if it runs and starts it again: same port, same data, same account. */
  restart(): Promise<void>;
}
