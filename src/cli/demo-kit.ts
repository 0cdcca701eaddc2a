/** What the demo and the sandbox command need besides the toolbox; built by main.ts. */
export interface DemoKit {
  startSandbox(options: SandboxStart): Promise<StartedSandbox>;
}

export interface SandboxStart {
  readonly port: number;
  readonly host: string;
}

export interface StartedSandbox {
  readonly url: string;
  readonly siteId: string;
  readonly apiKey: string;
  close(): Promise<void>;
}
