import { trackAnswer } from '../http/answer.ts';
import { answerOnly, type Intake } from '../http/intake.ts';
import { arrivalOf } from '../http/regional-host.ts';
import type { RouteParameters } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { SandboxCredentials } from '../sandbox-options.ts';

export type TrackHandler = (
  core: SandboxCore,
  request: SandboxRequest,
  parameters: RouteParameters,
) => Intake;

/** Checks key, region and rate before the request itself is looked at. */
export function guarded(handler: TrackHandler): TrackHandler {
  return withKey(inItsRegion(paced(handler)));
}

/** For the call that tells the region: it works at either host (case 4). */
export function guardedAnywhere(handler: TrackHandler): TrackHandler {
  return withKey(paced(handler));
}

/** For calls that need no key, since the delivery id in them is a secret: checks the rate alone. */
export function paced(handler: TrackHandler): TrackHandler {
  return (core, request, parameters) => {
    const { trackRequestsPerSecondMax, trackOverLimit } = core.workspace.switches;
    if (core.trackLimiter.take(trackRequestsPerSecondMax)) return handler(core, request, parameters);
    if (trackOverLimit === 'status_429') return answerOnly(() => trackAnswer(429, ''));
    return forgetful(handler(core, request, parameters));
  };
}

/** Answers as if all were well and drops what was sent (case 91). */
function forgetful(intake: Intake): Intake {
  return { ...intake, items: [] };
}

/** Cases 1 to 3. */
function withKey(handler: TrackHandler): TrackHandler {
  return (core, request, parameters) =>
    hasTrackKey(request.authorization, core.setup.credentials)
      ? handler(core, request, parameters)
      : answerOnly(unauthorized);
}

function inItsRegion(handler: TrackHandler): TrackHandler {
  return (core, request, parameters) => {
    const arrival = arrivalOf(request, core.setup.region);
    switch (arrival.kind) {
      case 'here':
        return handler(core, request, parameters);
      case 'unknown_here':
        return answerOnly(unauthorized);
      case 'moved':
        return answerOnly(() => {
          const answer = trackAnswer(core.workspace.switches.regionRedirectStatus, '');
          return { ...answer, headers: { ...answer.headers, location: arrival.location } };
        });
    }
  };
}

/** The body is not documented; this is the envelope of v1 errors. */
function unauthorized() {
  return trackAnswer(401, `${JSON.stringify({ meta: { error: 'Unauthorized request' } }, null, 2)}\n`);
}

const BASIC = /^basic +([a-z0-9+/=_-]+)$/i;

function hasTrackKey(authorization: string | undefined, credentials: SandboxCredentials): boolean {
  const encoded = BASIC.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return false;
  return Buffer.from(encoded, 'base64').toString() === `${credentials.siteId}:${credentials.apiKey}`;
}
