import type { Child } from 'hono/jsx';
import type { RouteParameters } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { SandboxCore } from '../sandbox-core.ts';

/** Where a page belongs in the navigation. */
export type Section =
  | 'overview'
  | 'people'
  | 'events'
  | 'segments'
  | 'campaigns'
  | 'not-applied'
  | 'requests'
  | 'faults'
  | 'switches'
  | 'clock';

/** What a page shows between the navigation and the end. */
export interface Page {
  readonly status?: number;
  /** Shown in the browser's tab, so it never names a person. */
  readonly title: string;
  readonly section: Section;
  readonly content: Child;
}

export interface PageRequest {
  readonly core: SandboxCore;
  readonly request: SandboxRequest;
  readonly parameters: RouteParameters;
}

export type MakePage = (asked: PageRequest) => Page;
