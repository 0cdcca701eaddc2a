/** The workspace that the credentials belong to. */
export interface Workspace {
  readonly region: 'us' | 'eu';
  readonly environmentId: number;
  /** True for `millrace sandbox`: nobody can get mail from it. */
  readonly isSandbox: boolean;
}

/** True for the name of a sandbox. */
export function isSandboxName(name: string): boolean {
  return name.startsWith(SANDBOX);
}

const SANDBOX = 'sandbox-';

/** Short name of a workspace, for files and messages: `us-3`, `sandbox-71`. */
export function workspaceName(workspace: Workspace): string {
  const prefix = workspace.isSandbox ? SANDBOX : `${workspace.region}-`;
  return `${prefix}${workspace.environmentId}`;
}
