import type { SandboxRequest } from './sandbox-request.ts';

export interface Route<Handler> {
  readonly method: string;
  /** Parts that begin with a colon are parameters: /api/v1/customers/:identifier */
  readonly pattern: string;
  /** What the call does, in a few words; docs/reference/sandbox-api.md is written from it. */
  readonly summary: string;
  readonly handle: Handler;
}

export type RouteParameters = Readonly<Record<string, string>>;

/** A route that fits; or the methods that the path would take; or nothing. */
export type RouteMatch<Handler> =
  | { readonly kind: 'found'; readonly route: Route<Handler>; readonly parameters: RouteParameters }
  | { readonly kind: 'wrong_method'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown' };

export function matchRoute<Handler>(
  routes: readonly Route<Handler>[],
  request: Pick<SandboxRequest, 'method' | 'segments'>,
): RouteMatch<Handler> {
  const allowed: string[] = [];
  for (const route of routes) {
    const parameters = parametersOf(route.pattern, request.segments ?? []);
    if (parameters === undefined) continue;
    if (route.method === request.method) return { kind: 'found', route, parameters };
    allowed.push(route.method);
  }
  return allowed.length > 0 ? { kind: 'wrong_method', allowed } : { kind: 'unknown' };
}

const partsByPattern = new Map<string, readonly string[]>();

/** Split once: patterns are few and fixed. */
function partsOf(pattern: string): readonly string[] {
  const known = partsByPattern.get(pattern);
  if (known !== undefined) return known;
  const parts = pattern.split('/').slice(1);
  partsByPattern.set(pattern, parts);
  return parts;
}

/** The values of the parameters when the path fits the pattern. A parameter is never empty. */
function parametersOf(pattern: string, segments: readonly string[]): RouteParameters | undefined {
  const parts = partsOf(pattern);
  if (parts.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':') && segment !== '') parameters[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return parameters;
}
