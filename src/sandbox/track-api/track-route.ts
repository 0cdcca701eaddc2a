import { trackAnswer } from '../http/answer.ts';
import { answerOnly, type Intake } from '../http/intake.ts';
import type { RouteParameters } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { SandboxCore, SandboxCredentials } from '../sandbox-core.ts';

export type TrackHandler = (
  core: SandboxCore,
  request: SandboxRequest,
  parameters: RouteParameters,
) => Intake;

/** Checks the Track key (cases 1 to 3) and the rate before the request itself is looked at. */
export function guarded(handler: TrackHandler): TrackHandler {
  return (core, request, parameters) => {
    if (!hasTrackKey(request.authorization, core.setup.credentials)) {
      return answerOnly(() => trackAnswer(401, UNAUTHORIZED));
    }
    const { trackRequestsPerSecondMax, trackOverLimit } = core.workspace.switches;
    if (core.trackLimiter.take(trackRequestsPerSecondMax)) return handler(core, request, parameters);
    if (trackOverLimit === 'status_429') return answerOnly(() => trackAnswer(429, ''));
    return forgetful(handler(core, request, parameters));
  };
}

/** The body is not documented; this is the envelope of v1 errors. */
const UNAUTHORIZED = `${JSON.stringify({ meta: { error: 'Unauthorized request' } }, null, 2)}\n`;

const BASIC = /^basic +([a-z0-9+/=_-]+)$/i;

function hasTrackKey(authorization: string | undefined, credentials: SandboxCredentials): boolean {
  const encoded = BASIC.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return false;
  return Buffer.from(encoded, 'base64').toString() === `${credentials.siteId}:${credentials.apiKey}`;
}

/** Answers as if all were well and drops what was sent (case 91). */
function forgetful(intake: Intake): Intake {
  return { ...intake, items: [] };
}
