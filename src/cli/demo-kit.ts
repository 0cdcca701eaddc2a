/** What the demo and the sandbox command need besides the toolbox; built by main.ts. */
export interface DemoKit {
  startSandbox(options: SandboxStart): Promise<StartedSandbox>;
  /** Brings up a MySQL-protocol server with a shop in it. `tell` hears what is going on. */
  openShop(tell: (text: string) => void): Promise<DemoShop>;
  /** Writes the example project into a new temporary folder. @returns its path. */
  makeProject(settings: DemoSettings): Promise<string>;
  removeProject(folder: string): Promise<void>;
}

export interface SandboxStart {
  readonly port: number;
  readonly host: string;
  readonly region: 'us' | 'eu';
  /** Whether an e-mail address may be changed under an id, as a workspace setting allows. */
  readonly allowEmailUpdate?: boolean | undefined;
  readonly identifiers?: 'email_or_id' | 'id_only' | 'email_only' | undefined;
  /** Further switches, each `name=value`. */
  readonly switches?: readonly string[] | undefined;
  readonly clockStartAtMs?: number | undefined;
  /** Sandbox seconds in a real one; 0 stands still. */
  readonly clockRate?: number | undefined;
  /** Segments, campaigns, webhooks and switches in YAML. */
  readonly workspaceFile?: string | undefined;
  /** Fault rules in YAML or JSON. */
  readonly faultsFile?: string | undefined;
  readonly requestLog?: 'off' | 'on' | 'bodies' | undefined;
  /** Where the state is kept; in memory alone without it. */
  readonly stateFile?: string | undefined;
  /** Hears of what goes wrong while it runs. */
  readonly onTrouble?: ((trouble: Error) => void) | undefined;
}

export interface StartedSandbox {
  readonly url: string;
  readonly siteId: string;
  readonly apiKey: string;
  readonly appKey: string;
  counts(): SandboxCounts;
  close(): Promise<void>;
}

export interface SandboxCounts {
  readonly people: number;
  readonly events: number;
  readonly requests: number;
}

export interface DemoShop {
  /** "MariaDB 10.11.19" */
  readonly server: string;
  /** URL of a user who may only read. */
  readonly readerUrl: string;
  readonly customers: number;
  readonly orders: number;
  /** Some orders, a refund and an address change. @returns what happened, in words. */
  change(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface DemoSettings {
  readonly mysqlUrl: string;
  readonly siteId: string;
  readonly apiKey: string;
  readonly appKey: string;
  readonly trackUrl: string;
}
