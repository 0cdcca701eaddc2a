import { type Answer, appError, appTooManyRequests } from '../http/answer.ts';
import type { RouteParameters } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { SandboxCore } from '../sandbox-core.ts';

export type AppHandler = (core: SandboxCore, request: SandboxRequest, parameters: RouteParameters) => Answer;

const BEARER = /^bearer +(\S+) *$/i;

/** Checks the App key (case 95), then the ten calls a second (case 115). */
export function guarded(handler: AppHandler): AppHandler {
  return (core, request, parameters) => {
    const key = BEARER.exec(request.authorization ?? '')?.[1];
    if (key !== core.setup.credentials.appKey) return appError(401, 'unauthorized');
    if (!core.appLimiter.take(core.workspace.switches.appRequestsPerSecondMax)) return appTooManyRequests();
    return handler(core, request, parameters);
  };
}
