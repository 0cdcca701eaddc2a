import type { SandboxRequest } from './sandbox-request.ts';

/** Names like those of Customer.io's hosts: `track.localhost` is in the US, `track-eu.localhost` in the EU. */
const REGIONAL_NAME = /^track(-eu)?(?=\.)/i;

/** Whether a call arrived where its workspace lives. */
export type Arrival =
  | { readonly kind: 'here' }
  | { readonly kind: 'unknown_here' }
  | { readonly kind: 'moved'; readonly location: string };

/**
 * A workspace in the EU is known at the US host, which redirects; one in the US is unknown in the EU
 * (cases 5, 6). A host without a regional name is the right one for every workspace.
 */
export function arrivalOf(request: SandboxRequest, region: 'us' | 'eu'): Arrival {
  const host = request.host ?? '';
  const name = REGIONAL_NAME.exec(host);
  const isEuropeanHost = name?.[1] !== undefined;
  if (name === null || isEuropeanHost === (region === 'eu')) return { kind: 'here' };
  if (isEuropeanHost) return { kind: 'unknown_here' };
  return { kind: 'moved', location: `http://${host.replace(REGIONAL_NAME, 'track-eu')}${request.target}` };
}
