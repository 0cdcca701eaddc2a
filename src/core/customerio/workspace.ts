/** The workspace that the credentials belong to. */
export interface Workspace {
  readonly region: 'us' | 'eu';
  readonly environmentId: number;
  /** True for `millrace sandbox`: nobody can get mail from it. */
  readonly isSandbox: boolean;
}

/** Short name of a workspace, for files and messages: `us-3`, `sandbox-71`. */
export function workspaceName(workspace: Workspace): string {
  return `${workspace.isSandbox ? 'sandbox' : workspace.region}-${workspace.environmentId}`;
}
